package probe

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Sure is the certainty of an expected answer.
type Sure string

// The certainties of an expected answer.
const (
	Test  Sure = "test"  // an integration test of hcsshim or hnslib requires it
	Seen  Sure = "seen"  // a public issue or document shows it
	Named Sure = "name"  // the name or description of the code implies it; its use here is inferred
	Guess Sure = "guess" // not documented
)

// Probe is one question about HNS.
type Probe struct {
	Name    string // unique, in lower case with hyphens
	Section string // the heading in FIDELITY.md
	What    string // the situation, as a row of FIDELITY.md
	Source  string // where the expected answer comes from; empty for a guess
	Sure    Sure

	// Need is what the question requires of the node besides HNS.
	Need Need
	// Ask makes the calls and returns what HNS answered. It is nil if the question cannot be asked through HCN, and
	// NotAsked states why.
	Ask      func(*Asker) Answer
	NotAsked string
	// Want is the answer that is expected of an HNS version. It is not used if Ask is nil.
	Want func(hcnspec.Version) Answer
	// Answer is the expected behaviour as text, for questions without Ask and answers that need an explanation.
	Answer string
}

// Need is what a question requires of the node.
type Need int

// The requirements of questions.
const (
	Nothing Need = iota
	Uplink       // a physical adapter that may be bound to a switch; the node may lose its connection for seconds
	OneNAT       // no other NAT network: published ports on two of them can hang HNS until a reboot (WC#140)
)

func always(a Answer) func(hcnspec.Version) Answer {
	return func(hcnspec.Version) Answer { return a }
}

func code(c hostnet.Code) func(hcnspec.Version) Answer { return always(Refused(c)) }

// needs expects OK if HNS has the feature, and the code otherwise.
func needs(f hcnspec.Feature, c hostnet.Code) func(hcnspec.Version) Answer {
	return func(v hcnspec.Version) Answer {
		if f.In(v) {
			return OK
		}
		return Refused(c)
	}
}

// Probes returns every probe, in the order of FIDELITY.md.
func Probes() []Probe {
	var all []Probe
	for _, section := range []struct {
		name   string
		probes []Probe
	}{
		{"All objects", objectProbes()},
		{"Networks", networkProbes()},
		{"Endpoints", endpointProbes()},
		{"Endpoint policies", policyProbes()},
		{"Namespaces", namespaceProbes()},
		{"Load balancers and routes", balancerProbes()},
		{"The older API (HNSCall)", olderProbes()},
		{"Packets", packetProbes()},
	} {
		for _, p := range section.probes {
			p.Section = section.name
			all = append(all, p)
		}
	}
	return all
}
