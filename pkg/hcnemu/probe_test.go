package hcnemu

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/probe"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// TestProbes runs every probe for real nodes against the emulator.
func TestProbes(t *testing.T) {
	for _, version := range []string{"9.2", "9.5", "10.1", "11.10", "13.3", "14.0", "15.1", "15.4", "15.5", "16.0"} {
		t.Run(version, func(t *testing.T) {
			n := newNode(t, `{"version":"`+version+`"}`)
			v, err := hcnspec.ParseVersion(version)
			n.ok(err)
			before := n.dump()
			report, err := probe.Run(t.Context(), n.host.HCN(), probe.Options{Version: v, Uplink: "Ethernet"})
			n.ok(err)
			t.Log(report.Summary())
			for _, r := range report.Results {
				if r.Verdict == probe.Different {
					t.Errorf("%s: %s, want %s", r.Name, r.Answer, r.Want)
				}
				if r.Verdict == probe.Skipped && r.Calls != nil {
					t.Errorf("%s: %s", r.Name, r.Reason)
				}
			}
			if after := n.dump(); after != before {
				t.Errorf("the probes left something behind:\n%s", after)
			}
		})
	}
}

const fidelityHead = `# What the emulator does, and the evidence that HNS does it

Short names of issues, such as hcsshim#1270, are explained in [references.md](../../docs/references.md).

Generated from pkg/probe by ` + "`go test ./pkg/hcnemu -run Fidelity -update`" + `; do not edit. Each row is a question that
` + "`hcnctl probe`" + ` asks a real HNS. None of it has been tested on a Windows host; docs/emulator.md explains the
rules that need more than a row, and what is not emulated.

Confidence: **test** – hcsshim's or hnslib's own integration tests demand it (both suites pass against the
emulator); **seen** – a public issue or document shows it; **name** – the name or description of the
error code suggests it, its use here is inferred; **guess** – not documented.
`

// TestFidelity keeps FIDELITY.md equal to the table of probes.
func TestFidelity(t *testing.T) {
	golden.Compare(t, "FIDELITY.md", fidelityHead+probe.Table())
}

// TestProbesSeeDifferences: probes report an HNS that behaves like another version.
func TestProbesSeeDifferences(t *testing.T) {
	n := newNode(t, `{"version":"13.3"}`)
	report, err := probe.Run(t.Context(), n.host.HCN(), probe.Options{Version: hcnspec.Version{Major: 16}, Uplink: "Ethernet"})
	n.ok(err)
	var different []string
	for _, r := range report.Results {
		if r.Verdict == probe.Different {
			different = append(different, r.Name)
		}
	}
	want := []string{"flag-disable-host-port", "overlay-ipv6", "network-acl", "next-hop-empty", "tier-acl", "balancer-modify"}
	if diff := cmp.Diff(want, different); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	text, err := json.Marshal(report)
	n.ok(err)
	read, err := probe.ParseReport(text)
	n.ok(err)
	contradicted, unknown, err := probe.Compare(read)
	if err != nil || len(contradicted) != len(want) || len(unknown) != 0 {
		t.Errorf("compare: %v, unknown %v, %v; want the %d differences of the run", contradicted, unknown, err, len(want))
	}
}

// TestProbesCleanUp: after a run that was interrupted inside a probe, clean-up deletes its objects and nothing else.
func TestProbesCleanUp(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", `{"Name":"hcnctl-probe-mine","Type":"NAT",`+v2+`}`) // the name alone does not make it a probe's
	n.create(KindEndpoint, network, endpointDoc)
	n.create(KindNetwork, "", `{"Name":"theirs","Type":"L2Bridge","ID":"9b0be000-0000-4000-8000-000000000001","Ipams":[{"Subnets":[`+bridgeSubnet+`]}],`+v2+`}`)
	before := n.dump()
	ctx, cancel := context.WithCancel(t.Context())
	api := &diesAfter{HCN: n.host.HCN(), left: 6, die: cancel}
	report, err := probe.Run(ctx, api, probe.Options{Version: hcnspec.Version{Major: 13, Minor: 3}, Match: "address-taken"})
	if err == nil || len(report.Results) != 1 {
		t.Fatalf("the run ended with %v after %d probes, want an error that names what remains", err, len(report.Results))
	}
	deleted, err := probe.Clean(n.host.HCN())
	n.ok(err)
	if len(deleted) == 0 || n.dump() != before {
		t.Errorf("deleted %v, and left\n%s", deleted, n.dump())
	}
}

// diesAfter fails every call after the first few, like a service that is stopped during a probe.
type diesAfter struct {
	hostnet.HCN
	left int
	die  func()
}

func (d *diesAfter) dead() error {
	if d.left--; d.left >= 0 {
		return nil
	}
	d.die()
	return &hostnet.Error{API: "HcnDelete", Code: hostnet.CodeManagerStopped}
}

func (d *diesAfter) Create(kind hostnet.Kind, network, id, document string) error {
	if err := d.dead(); err != nil {
		return err
	}
	return d.HCN.Create(kind, network, id, document)
}

func (d *diesAfter) Delete(kind hostnet.Kind, id string) error {
	d.left = min(d.left, 0)
	if err := d.dead(); err != nil {
		return err
	}
	return d.HCN.Delete(kind, id)
}

// TestProbeTable: every row has the parts that a reader needs.
func TestProbeTable(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range probe.Probes() {
		switch {
		case seen[p.Name]:
			t.Errorf("%s: two probes have the name", p.Name)
		case p.What == "" || p.Section == "":
			t.Errorf("%s: no question", p.Name)
		case p.Source == "" && p.Sure != probe.Guess:
			t.Errorf("%s: %s without a source", p.Name, p.Sure)
		case (p.Ask == nil) != (p.Want == nil) || (p.Ask == nil) != (p.NotAsked != ""):
			t.Errorf("%s: want Ask and Want, or NotAsked", p.Name)
		}
		seen[p.Name] = true
	}
}
