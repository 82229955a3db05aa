package probe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Options control a run of the probes.
type Options struct {
	Version hcnspec.Version // of the HNS that is asked
	Uplink  string          // the adapter that networks may be bound to; empty: none
	Match   string          // only probes whose name contains it
	// Progress, if not nil, is called before each probe.
	Progress func(done, total int, name string)
}

// Run asks every probe and deletes the objects of each. When ctx ends it stops before the next probe, and the report
// has the results until then. The error lists what could not be deleted, or why ctx ended.
func Run(ctx context.Context, hcn hostnet.HCN, o Options) (*Report, error) {
	report := &Report{HNSVersion: o.Version.String(), Time: time.Now().UTC().Truncate(time.Second), Uplink: o.Uplink}
	ids := &idSource{run: rand.Uint32()} // #nosec G404 -- it distinguishes runs and is not a secret
	probes := matching(o.Match)
	natBusy, err := otherNAT(hcn)
	if err != nil {
		return report, err
	}
	var errs []error
	for i, p := range probes {
		if ctx.Err() != nil {
			errs = append(errs, fmt.Errorf("stopped after %d of %d probes: %w", i, len(probes), context.Cause(ctx)))
			break
		}
		if o.Progress != nil {
			o.Progress(i, len(probes), p.Name)
		}
		a := &Asker{hcn: hcn, version: o.Version, uplink: o.Uplink, ids: ids}
		report.Results = append(report.Results, p.run(a, natBusy))
		errs = append(errs, a.drop())
	}
	return report, errors.Join(errs...)
}

func matching(part string) []Probe {
	var matched []Probe
	for _, p := range Probes() {
		if strings.Contains(p.Name, part) {
			matched = append(matched, p)
		}
	}
	return matched
}

// run asks one probe, unless the node lacks what it needs.
func (p Probe) run(a *Asker, natBusy bool) (result Result) {
	result = Result{Name: p.Name, Verdict: Skipped}
	switch {
	case p.Ask == nil:
		result.Reason = p.NotAsked
		return result
	case p.Need == Uplink && a.uplink == "":
		result.Reason = "needs an adapter; name one with --uplink"
		return result
	case p.Need == OneNAT && natBusy:
		result.Reason = "the node has a NAT network already, and published ports on two can hang HNS (WC#140)"
		return result
	}
	defer func() {
		result.Calls = a.calls
		switch reason := recover().(type) {
		case nil:
		case setupFailed:
			result.Verdict, result.Reason = Skipped, "preparation failed: "+reason.reason
		default:
			panic(reason)
		}
	}()
	result.Answer, result.Want = p.Ask(a), p.Want(a.version)
	result.Verdict = Different
	if result.Answer == result.Want {
		result.Verdict = Expected
	}
	return result
}

// otherNAT reports whether the node has a NAT network, which is not a probe's.
func otherNAT(hcn hostnet.HCN) (bool, error) {
	a := &Asker{hcn: hcn}
	list, err := hcn.Enumerate(Network, anyQuery)
	if err != nil {
		return false, fmt.Errorf("list networks: %w", err)
	}
	for _, id := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(`[]," `, r) }) {
		text, err := a.hcn.Query(Network, id, anyQuery)
		if err == nil && isNAT(text) {
			return true, nil
		}
	}
	return false, nil
}
