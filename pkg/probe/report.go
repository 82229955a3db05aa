package probe

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Report is the result of a run of the probes, with every document. It is the file of `hcnctl probe --report`, and a
// recording for the emulator's tests.
type Report struct {
	HNSVersion string    `json:"hnsVersion"` // "13.3"
	Build      string    `json:"build,omitempty"`
	Host       string    `json:"host"` // "HNS", or which emulator
	Time       time.Time `json:"time"`
	Uplink     string    `json:"uplink,omitempty"`
	Results    []Result  `json:"probes"`
}

// Verdict is the outcome of a probe.
type Verdict string

// The verdicts on a probe.
const (
	Expected  Verdict = "expected"
	Different Verdict = "different"
	Skipped   Verdict = "not asked"
)

// Result is the outcome of one probe.
type Result struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Answer  Answer  `json:"answer,omitempty"`
	Want    Answer  `json:"want,omitempty"`
	Reason  string  `json:"reason,omitempty"` // why it was not asked
	Calls   []Call  `json:"calls,omitempty"`
}

// Counts returns the numbers of probes that were asked, answered as expected, answered differently, and not asked.
func (r *Report) Counts() (asked, expected, different, skipped int) {
	for _, result := range r.Results {
		switch result.Verdict {
		case Expected:
			expected++
		case Different:
			different++
		case Skipped:
			skipped++
		}
	}
	return expected + different, expected, different, skipped
}

// Summary is the closing line of a run.
func (r *Report) Summary() string {
	asked, expected, different, skipped := r.Counts()
	return fmt.Sprintf("probes: %d asked, %d as expected, %d different, %d not asked", asked, expected, different, skipped)
}

// ParseReport reads a report.
func ParseReport(text []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	if _, err := hcnspec.ParseVersion(r.HNSVersion); err != nil {
		return nil, fmt.Errorf("read the report: hnsVersion: %w", err)
	}
	if len(r.Results) == 0 {
		return nil, fmt.Errorf("read the report: it has no probes")
	}
	return &r, nil
}

// Difference is a rule of the emulator that a report contradicts.
type Difference struct {
	Probe  Probe
	Answer Answer // the host's
	Want   Answer // the rule's
}

// Compare returns the rules of this program's table that the report contradicts, and the names of probes that are not
// in the table.
func Compare(r *Report) (differences []Difference, unknown []string, err error) {
	version, err := hcnspec.ParseVersion(r.HNSVersion)
	if err != nil {
		return nil, nil, err
	}
	byName := map[string]Probe{}
	for _, p := range Probes() {
		byName[p.Name] = p
	}
	for _, result := range r.Results {
		p, known := byName[result.Name]
		switch {
		case !known:
			unknown = append(unknown, result.Name)
		case result.Verdict == Skipped || p.Ask == nil:
		case p.Want(version) != result.Answer:
			differences = append(differences, Difference{p, result.Answer, p.Want(version)})
		}
	}
	return differences, unknown, nil
}
