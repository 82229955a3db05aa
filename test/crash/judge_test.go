package main

import (
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

const testResult = `{"cniVersion":"1.1.0","interfaces":[{"name":"eth0","mac":"00:15:5d:00:00:02","sandbox":"ns"}],
	"ips":[{"address":"10.244.3.3/24","interface":0}]}`

// testTemplate is a template without a node: the neighbour exists, and the pod is added or deleted.
func testTemplate(command string) *template {
	t := &template{
		variant: variants[3], scenario: scenario{command: command},
		pod: &pod{Name: "pod", Namespace: "ns"}, neighbour: &pod{Name: "neighbour"},
	}
	with, without := withPod(), withoutPod()
	t.clean, t.at, t.good = without, without, with
	switch command {
	case "DEL":
		t.at, t.good = with, without
	case "CHECK":
		t.scenario.readOnly, t.at = true, with
	case "GC":
		t.scenario.settles, t.at, t.good = true, with, without
	}
	return t
}

func testEndpoint(name, addr, mac string) endpoint {
	return endpoint{State: hcnspec.StateAttachedSharing, Endpoint: hcnspec.Endpoint{
		ID: "endpoint " + name, Name: name, Network: "network podnet", MAC: mac,
		IPConfigs: []hcnspec.IPConfig{{IPAddress: addr, PrefixLength: 24}},
	}}
}

func withoutPod() *state {
	return &state{
		Networks:  []hcnspec.Network{{ID: "network podnet"}},
		Endpoints: []endpoint{testEndpoint("neighbour-sandbox_podnet", "10.244.3.2", "00-15-5D-00-00-01")},
		Reserved:  []string{"podnet/10.244.3.2 neighbour-sandbox eth0"},
	}
}

func withPod() *state {
	s := withoutPod()
	s.Endpoints = append(s.Endpoints, testEndpoint("pod-sandbox_podnet", "10.244.3.3", "00-15-5D-00-00-02"))
	s.Reserved = append(s.Reserved, "podnet/10.244.3.3 pod-sandbox eth0")
	return s
}

func withoutReservation() *state {
	s := withPod()
	s.Reserved = s.Reserved[:1]
	return s
}

func failure(code string) harness.Outcome {
	return harness.Outcome{Exit: 1, Stdout: []byte(`{"code":` + code + `,"msg":"m"}`)}
}

var (
	added   = harness.Outcome{Stdout: []byte(testResult)}
	silent  = harness.Outcome{}
	corpse  = harness.Outcome{Exit: -1}
	nothing = followUp{what: "DEL"}
)

// TestJudge gives the judge correct outcomes, and every kind of incorrect one.
func TestJudge(t *testing.T) {
	for name, row := range map[string]struct {
		command string
		fault   string
		run     harness.Outcome
		after   *state
		end     *state
		then    followUp
		leak    string
		wrong   string
	}{
		"ADD":                       {"ADD", "none", added, withPod(), withoutPod(), nothing, "", ""},
		"ADD overcomes":             {"ADD", "HcnOpenNetwork#1=0x6ba", added, withPod(), withoutPod(), nothing, "", ""},
		"ADD refused":               {"ADD", "HcnOpenNetwork#1=0x803b000a", failure("100"), withoutPod(), withoutPod(), nothing, "", ""},
		"ADD killed":                {"ADD", "HcnOpenNetwork#1=kill", corpse, withPod(), withoutPod(), nothing, "", ""},
		"ADD hung":                  {"ADD", "HcnOpenNetwork#1=hang", failure("11"), withoutPod(), withoutPod(), nothing, "", ""},
		"ADD says what it left":     {"ADD", "HcnOpenNetwork#1=hang", harness.Outcome{Exit: 1, Stdout: []byte(`{"code":11,"msg":"left for DEL: x"}`)}, withPod(), withoutPod(), nothing, "", ""},
		"DEL":                       {"DEL", "none", silent, withoutPod(), withoutPod(), nothing, "", ""},
		"CHECK":                     {"CHECK", "none", silent, withPod(), withPod(), nothing, "", ""},
		"GC comes again":            {"GC", "HcnDeleteEndpoint#1=0x803b000a", failure("100"), withPod(), withoutPod(), nothing, "", ""},
		"told that it is gone":      {"CHECK", "HcnEnumerateNetworks#1=0x803b0001", failure("103"), withPod(), withPod(), nothing, "", ""},
		"leak":                      {"ADD", "HcnOpenNetwork#1=kill", corpse, withPod(), withPod(), nothing, "left behind", ""},
		"leaked reservation":        {"DEL", "HcnOpenNetwork#1=kill", corpse, withoutPod(), reservedOnly(), nothing, "left behind", ""},
		"success without a pod":     {"ADD", "HcnOpenNetwork#1=0x6ba", added, withoutPod(), withoutPod(), nothing, "", "0 endpoints are called"},
		"success with a poor pod":   {"ADD", "HcnOpenNetwork#1=0x6ba", added, detached(), withoutPod(), nothing, "", "not as it should be"},
		"DEL lies":                  {"DEL", "HcnDeleteEndpoint#1=0x490", silent, withPod(), withoutPod(), nothing, "", "DEL reports success"},
		"address free too early":    {"DEL", "HcnDeleteEndpoint#1=kill", corpse, withoutReservation(), withoutPod(), nothing, "", "an address is free"},
		"transient as permanent":    {"ADD", "HcnOpenNetwork=0x803b0020", failure("100"), withoutPod(), withoutPod(), nothing, "", "transient error is answered with code 100"},
		"transient not retried":     {"ADD", "HcnOpenNetwork#1=0x803b0020", failure("11"), withoutPod(), withoutPod(), nothing, "", "not tried again"},
		"permanent as transient":    {"ADD", "HcnOpenNetwork#1=0x803b000a", failure("11"), withoutPod(), withoutPod(), nothing, "", "permanent error is answered with code 11"},
		"success while HNS is down": {"DEL", "*=0x803b0020", silent, withoutPod(), withoutPod(), nothing, "", "HNS was down"},
		"hang as permanent":         {"ADD", "HcnOpenNetwork#1=hang", failure("100"), withoutPod(), withoutPod(), nothing, "", "a hang is answered with code 100"},
		"IPAM hangs":                {"ADD", "ipam:ADD=hang", failure("999"), withoutPod(), withoutPod(), nothing, "", "an IPAM plugin that hangs is answered with code 999"},
		"false difference":          {"CHECK", "HcnOpenNetwork#1=0x803b000a", failure("103"), withPod(), withPod(), nothing, "", "difference that does not exist"},
		"CHECK changes":             {"CHECK", "HcnOpenNetwork#1=0x6ba", silent, withoutPod(), withPod(), nothing, "", "CHECK changed something"},
		"left in silence":           {"ADD", "HcnOpenNetwork#1=0x803b000a", failure("100"), withPod(), withoutPod(), nothing, "", "does not say so"},
		"panic":                     {"ADD", "none", harness.Outcome{Exit: 2, Stderr: []byte("panic: x\n\ngoroutine 1")}, withoutPod(), withoutPod(), nothing, "", "panic"},
		"caught panic":              {"DEL", "HcnOpenNetwork#1=0x803b000a", failure("199"), withoutPod(), withoutPod(), nothing, "", "panic"},
		"no JSON":                   {"DEL", "HcnOpenNetwork#1=0x803b000a", harness.Outcome{Exit: 1, Stdout: []byte("oops")}, withPod(), withoutPod(), nothing, "", "without a CNI error"},
		"chatter on stdout":         {"DEL", "none", harness.Outcome{Stdout: []byte("done")}, withoutPod(), withoutPod(), nothing, "", "prints"},
		"survives its death":        {"DEL", "HcnOpenNetwork#1=kill", silent, withoutPod(), withoutPod(), nothing, "", "to be killed"},
		"the next DEL fails":        {"DEL", "HcnOpenNetwork#1=kill", corpse, withPod(), withoutPod(), followUp{"DEL", failure("100")}, "", "DEL fails although"},
		"fails for nothing":         {"ADD", "none", failure("100"), withoutPod(), withoutPod(), nothing, "", "although nothing is wrong"},
		"slow is no reason":         {"ADD", "HcnOpenNetwork#1=delay:200ms", failure("11"), withoutPod(), withoutPod(), nothing, "", "although nothing is wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := parseFault(row.fault)
			if err != nil {
				t.Fatal(err)
			}
			got := judge(&observed{t: testTemplate(row.command), fault: f, run: row.run, after: row.after, end: row.end, then: []followUp{row.then}})
			expectFinding(t, "leak", got.leaks, row.leak)
			expectFinding(t, "wrong verdict", got.wrongs, row.wrong)
		})
	}
}

func expectFinding(t *testing.T, what string, got []string, want string) {
	t.Helper()
	all := strings.Join(got, "\n")
	if want == "" && all != "" {
		t.Errorf("%s found where there is none: %s", what, all)
	}
	if !strings.Contains(all, want) {
		t.Errorf("%s: found %q, expected %q", what, all, want)
	}
}

func reservedOnly() *state {
	s := withoutPod()
	s.Reserved = append(s.Reserved, "podnet/10.244.3.3 pod-sandbox eth0")
	return s
}

func detached() *state {
	s := withPod()
	s.Endpoints[1].State = hcnspec.StateDetached
	return s
}
