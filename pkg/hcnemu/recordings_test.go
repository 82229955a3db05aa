package hcnemu

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recording is the answer of a real host, and the situation in which it was given. A number with a letter belongs to the
// same row of index.tsv.
type recording struct {
	Number  string          `json:"number"`
	Version string          `json:"version"` // of the HNS
	Source  string          `json:"source"`
	Note    string          `json:"note,omitempty"` // which parts of the situation are inferred
	Profile json.RawMessage `json:"profile,omitempty"`
	Steps   []recordedStep  `json:"steps"`
	Chosen  []string        `json:"chosen,omitempty"` // fields that HNS chose: their form is compared, not the value
	Answer  map[string]any  `json:"answer,omitempty"` // of the last step
	Code    string          `json:"code,omitempty"`   // of the last step, if it failed
	Error   string          `json:"error,omitempty"`  // its text
}

// recordedStep is a call: "HNSCall POST /networks/", "Create Endpoint {network}", "Query Endpoint {id}", "Modify …",
// "Delete …", "reboot", "restart" or "stop". {name} stands for the ID of the step with that name.
type recordedStep struct {
	Call string          `json:"call"`
	Body json.RawMessage `json:"body,omitempty"`
	As   string          `json:"as,omitempty"`
}

// explanation is a known difference in a field, with the reason. Without a field it is a row of the index that cannot be
// compared. The number of a report's difference is the name of its file, the field is the probe.
type explanation struct {
	Number string
	Field  string `json:",omitempty"`
	Reason string
}

const recordingsDir = "testdata/recordings"

func load[T any](t *testing.T, file string) T {
	t.Helper()
	var v T
	text, err := os.ReadFile(filepath.Join(recordingsDir, file))
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

// contrast is a field that a host and the emulator have differently.
type contrast struct {
	number, field string
	host, ours    any
	source        string
}

// TestRecordings builds each recorded situation and compares every recorded field. A difference needs a line in
// differences.json; a line that no longer applies fails too.
func TestRecordings(t *testing.T) {
	recordings := load[[]recording](t, "recordings.json")
	var all []contrast
	fields := 0
	for _, r := range recordings {
		t.Run(r.Number, func(t *testing.T) {
			compared, differences := r.compare(r.replay(t))
			fields += compared
			all = append(all, differences...)
		})
	}
	reports, err := filepath.Glob(filepath.Join(recordingsDir, "reports", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range reports {
		compared, differences := compareReport(t, file)
		fields += compared
		all = append(all, differences...)
	}
	explained := checkExplained(t, all)
	t.Logf("recordings: %d documents, %d fields compared, %d differences, %d explained", len(recordings)+len(reports), fields, len(all), explained)
}

// compare compares every recorded field with the answer of the emulator.
func (r recording) compare(got map[string]any) (fields int, differences []contrast) {
	recorded := flat("", r.recorded())
	for _, path := range slices.Sorted(maps.Keys(recorded)) {
		want, have := recorded[path], got[path]
		if slices.ContainsFunc(r.Chosen, func(c string) bool { return path == c || strings.HasPrefix(path, c+".") }) {
			want, have = form(want), form(have)
		}
		if fmt.Sprint(want) != fmt.Sprint(have) {
			differences = append(differences, contrast{r.Number, path, want, have, r.Source})
		}
	}
	return len(recorded), differences
}

// checkExplained returns how many of the differences have a line in differences.json.
func checkExplained(t *testing.T, all []contrast) int {
	t.Helper()
	reasons := map[string]bool{}
	for _, e := range load[[]explanation](t, "differences.json") {
		if e.Reason == "" {
			t.Errorf("%s %s: no reason", e.Number, e.Field)
		}
		if e.Field != "" {
			reasons[e.Number+" "+e.Field] = false
		}
	}
	explained := 0
	for _, d := range all {
		key := d.number + " " + d.field
		if _, there := reasons[key]; !there {
			t.Errorf("%s: the host has %v, the emulator %v (%s)", key, d.host, d.ours, cmp.Or(d.source, "report"))
			continue
		}
		reasons[key] = true
		explained++
	}
	for key, used := range reasons {
		if !used {
			t.Errorf("%s: the difference is explained, and is none", key)
		}
	}
	return explained
}
