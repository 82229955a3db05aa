package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// step is one start of a plugin in a story, and whether it succeeds.
type step struct {
	verb   string
	ifname string // "" is eth0
	ports  bool   // with port mappings
	faults string // HCNEMU_FAULTS
	fails  bool
}

func (s step) String() string { return strings.TrimSpace(s.verb + " " + s.ifname + " " + s.faults) }

// seen is the part of a step's outcome that must be the same natively and under Wine.
type seen struct {
	Step   string
	OK     bool
	Output string   // on stdout
	Calls  []string // of HCN and HNS functions: name, object, error
	Host   string   // the dump
}

// life has the steps for every configuration: all verbs, port mappings, failures that are undone or retried, a second
// interface, and repeated DELs.
var life = []step{
	{verb: "ADD", ports: true, faults: "HcnCreateEndpoint#1=0x803b000d", fails: true},
	{verb: "ADD", ports: true, faults: "HcnModifyNamespace#1=0x803b0015", fails: true},
	{verb: "ADD", ports: true, faults: "HcnOpenNamespace#1=0x803b0020"},
	{verb: "CHECK", ports: true},
	{verb: "STATUS"},
	{verb: "ADD", ifname: "net1", faults: "HcnCreateEndpoint#1=kill-after", fails: true},
	{verb: "ADD", ifname: "net1"},
	{verb: "DEL", ports: true, faults: "HcnDeleteEndpoint#1=0x803b0017", fails: true},
	{verb: "DEL", ports: true},
	{verb: "DEL", ports: true},
	{verb: "CHECK", ports: true, fails: true},
	{verb: "GC"},
	{verb: "DEL", ifname: "net1"},
}

const balanced = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "ipam": {"subnet": "10.244.3.0/24", "gateway": "10.244.3.1"},
	"AdditionalArgs": [
		{"Name": "LoadBalancerPolicy", "Value": {"Type": "LoadBalancer", "Settings": {"FrontendVIPs": ["10.96.0.20"],
			"PortMappings": [{"Protocol": 6, "InternalPort": 8080, "ExternalPort": 80}]}}},
		{"Name": "EndpointPolicy", "Value": {"Type": "OutBoundNAT", "Settings": {"Exceptions": ["10.244.0.0/16"]}}}]}`

// balancedLife has the steps for load balancers only.
var balancedLife = []step{
	{verb: "ADD", faults: "HcnCreateLoadBalancer#1=0x803b000d", fails: true},
	{verb: "ADD"},
	{verb: "ADD", ifname: "net1"},
	{verb: "CHECK"},
	{verb: "DEL"},
	{verb: "CHECK", ifname: "net1"},
	{verb: "DEL", ifname: "net1", faults: "HcnDeleteLoadBalancer#1=0x803b0020"},
	{verb: "GC"},
}

type story struct {
	conf  string
	host  string // HCNEMU_HOST
	steps []step
}

func stories() map[string]story {
	all := map[string]story{
		"load balancer":           {conf: balanced, steps: balancedLife},
		"load balancer, HNS 16.0": {conf: balanced, host: `{"version": "16.0"}`, steps: balancedLife},
		"HNS 9.2":                 {conf: perProfile["sdnbridge, HNS"], host: `{"version": "9.2"}`, steps: []step{{verb: "ADD", ports: true}, {verb: "STATUS"}, {verb: "DEL"}}},
	}
	for name, conf := range perProfile {
		all[name] = story{conf: conf, steps: life}
	}
	return all
}

// TestSameUnderWine: the executables for Windows, over Microsoft's bindings and a DLL, behave as the native ones do
// over the emulator: the same results and errors, calls and documents, after every step.
func TestSameUnderWine(t *testing.T) {
	needWine(t)
	native := harness.NativeBin(harness.Root())
	if !native.Available() {
		t.Fatalf("no executables in %s: run make build-host", native.Dir)
	}
	for name, s := range stories() {
		t.Run(name, func(t *testing.T) {
			settings := hcnemu.Settings{HostProfile: s.host, Seed: newSeed(t)}
			here := newFixtureOf(t, native, settings).play(s)
			there := newFixtureOf(t, bin(), settings).play(s)
			if diff := cmp.Diff(here, there); diff != "" {
				t.Errorf("-native +Wine:\n%s", diff)
				return
			}
			t.Logf("%d steps, %d calls: the same", len(here), countCalls(t, here))
		})
	}
}

// play runs the steps for the fixture's pod.
func (f *fixture) play(s story) []seen {
	f.Helper()
	var all []seen
	results := map[string]json.RawMessage{} // by interface
	for _, step := range s.steps {
		before := len(f.journal())
		o := f.run(pluginOf(f.T, s.conf), step.verb, f.stdin(s, step, results), func(v *harness.Verb) {
			v.Env = append(v.Env, "HCNEMU_FAULTS="+step.faults)
			if step.ifname != "" {
				v.IfName = step.ifname
			}
		})
		if step.verb == "ADD" && o.Exit == 0 {
			results[step.ifname] = o.Stdout
		}
		if (o.Exit != 0) != step.fails {
			f.Errorf("%s: exit %d, stdout %s, stderr %s", step, o.Exit, o.Stdout, o.Stderr)
		}
		all = append(all, seen{step.String(), o.Exit == 0, f.anywhere(string(o.Stdout)), calls(f.journal()[before:]), f.dump()})
	}
	f.empty()
	return all
}

// anywhere removes the node's own directory from a text.
func (f *fixture) anywhere(text string) string {
	return strings.NewReplacer("Z:"+f.Dir, "DIR", f.Dir, "DIR").Replace(text)
}

// stdin returns the configuration as libcni would complete it.
func (f *fixture) stdin(s story, step step, results map[string]json.RawMessage) string {
	f.Helper()
	var conf map[string]any
	if err := json.Unmarshal([]byte(f.local(s.conf)), &conf); err != nil {
		f.Fatal(err)
	}
	if _, able := conf["capabilities"]; able && step.ports {
		conf["runtimeConfig"] = map[string]any{"portMappings": []any{
			map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"},
			map[string]any{"hostPort": 5353, "containerPort": 53, "protocol": "udp"},
		}}
	}
	switch step.verb {
	case "CHECK", "DEL":
		if result := results[step.ifname]; result != nil {
			conf["prevResult"] = result
		}
	case "GC":
		conf["cni.dev/valid-attachments"] = []any{}
	}
	text, err := json.Marshal(conf)
	if err != nil {
		f.Fatal(err)
	}
	return string(text)
}

func (f *fixture) journal() []hcnemu.Call {
	f.Helper()
	journal, err := f.Host.Journal()
	if err != nil {
		f.Fatal(err)
	}
	return journal
}

// countCalls fails the test if a step that must call the service did not.
func countCalls(t *testing.T, steps []seen) (count int) {
	t.Helper()
	for _, s := range steps {
		if len(s.Calls) == 0 {
			t.Errorf("%s made no call", s.Step)
		}
		count += len(s.Calls)
	}
	return count
}

func calls(journal []hcnemu.Call) []string {
	var all []string
	for _, c := range journal {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", c.API, c.ID, c.Error)))
	}
	return all
}

func pluginOf(t *testing.T, conf string) string {
	t.Helper()
	var doc struct{ Type string }
	if err := json.Unmarshal([]byte(conf), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Type
}
