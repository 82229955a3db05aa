package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// patience is hnsTimeoutSeconds where nothing may time out, even on a busy machine: the longest that plugins accept.
// haste is for calls that hang: it only has to pass, and no verdict depends on how far the plugin got before.
const (
	patience = 600
	haste    = 1
)

// template is a node prepared for a scenario, copied for each case.
type template struct {
	variant   variant
	scenario  scenario
	dir       string
	pod       *pod
	neighbour *pod

	clean *state // without the pod
	at    *state // before the verb
	good  *state // after the verb without faults
	calls []string

	aftermaths sync.Map // the runtime's reaction to each state after the verb; see node.aftermath
}

func (t *template) name() string { return t.variant.String() + "/" + t.scenario.name }

// makeTemplate prepares the node and runs the verb once without faults, on a copy, to learn its calls
// and its effect.
func (m *matrix) makeTemplate(v variant, s scenario) (*template, error) {
	defer m.alone(v)()
	t := &template{variant: v, scenario: s, dir: filepath.Join(m.dir, "template", v.String(), s.name)}
	if err := m.prepare(t); err != nil {
		return nil, fmt.Errorf("prepare %s: %w", t.name(), err)
	}
	if err := m.learn(t); err != nil {
		return nil, fmt.Errorf("%s without faults: %w", t.name(), err)
	}
	return t, nil
}

func (m *matrix) prepare(t *template) error {
	n, err := openNode(t.dir, t.variant, m)
	if err != nil {
		return err
	}
	if t.neighbour, err = n.newPod("neighbour", 8001); err != nil {
		return err
	}
	if t.pod, err = n.newPod("pod", 9001); err != nil {
		return err
	}
	if t.scenario.neighbour {
		if err := n.add(t.neighbour); err != nil {
			return err
		}
	}
	if t.scenario.strays {
		if err := addStrays(n); err != nil {
			return err
		}
	}
	if t.clean, err = readState(n); err != nil {
		return err
	}
	if t.scenario.added {
		if err := n.add(t.pod); err != nil {
			return err
		}
	}
	if t.scenario.before != nil {
		if err := t.scenario.before(n, t); err != nil {
			return err
		}
	}
	t.at, err = readState(n)
	return err
}

// add adds a pod to the network without faults.
func (n *node) add(p *pod) error {
	o, err := n.run(p, start{command: "ADD", timeout: patience})
	if err != nil {
		return err
	}
	if o.Exit != 0 {
		return fmt.Errorf("ADD of %s: exit status %d: %s%s", p.Name, o.Exit, o.Stdout, o.Stderr)
	}
	p.Result = o.Stdout
	return nil
}

func (m *matrix) learn(t *template) error {
	n, err := m.copyOf(t)
	if err != nil {
		return err
	}
	defer os.RemoveAll(n.dir)
	o, err := n.run(t.pod, t.start(fault{}))
	if err != nil {
		return err
	}
	if o.Exit != 0 {
		return fmt.Errorf("exit status %d: %s%s", o.Exit, o.Stdout, o.Stderr)
	}
	if t.good, err = readState(n); err != nil {
		return err
	}
	t.calls, err = n.calls()
	return err
}

// copyOf copies the template's node for one case.
func (m *matrix) copyOf(t *template) (*node, error) {
	dir, err := os.MkdirTemp(m.dir, "case-")
	if err != nil {
		return nil, err
	}
	if err := copyTree(dir, t.dir); err != nil {
		return nil, err
	}
	return openNode(dir, t.variant, m)
}

// start returns the start of the scenario's verb with a fault.
func (t *template) start(f fault) start {
	s := start{command: t.scenario.command, faults: f.hcn(), ipam: f.ipam(), timeout: patience}
	if f.waits() {
		s.timeout = haste
	}
	if t.scenario.more != nil {
		s.more = t.scenario.more(t)
	}
	return s
}

// calls returns the calls in the journal as targets of faults: HcnOpenNetwork#2.
func (n *node) calls() ([]string, error) {
	journal, err := n.host.Journal()
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	var targets []string
	for _, c := range journal {
		seen[c.API]++
		targets = append(targets, fmt.Sprintf("%s#%d", c.API, seen[c.API]))
	}
	return targets, nil
}

// validResult returns how the result of ADD differs from the endpoint in the state, or "".
func validResult(stdout []byte, s *state, p *pod) string {
	var result struct {
		CNIVersion string
		Interfaces []struct{ Name, Mac, Sandbox string }
		IPs        []struct{ Address string }
	}
	if err := json.Unmarshal(stdout, &result); err != nil {
		return fmt.Sprintf("stdout is no CNI result: %v", err)
	}
	live := s.endpointsNamed(p.endpoint())
	if len(live) != 1 {
		return fmt.Sprintf("%d endpoints are called %s", len(live), p.endpoint())
	}
	if len(result.Interfaces) != 1 || result.Interfaces[0].Name != "eth0" || result.Interfaces[0].Sandbox != p.Namespace ||
		!strings.EqualFold(result.Interfaces[0].Mac, strings.ReplaceAll(live[0].MAC, "-", ":")) {
		return fmt.Sprintf("the result's interfaces are %v, the endpoint's MAC is %s", result.Interfaces, live[0].MAC)
	}
	var got, want []string
	for _, ip := range result.IPs {
		got = append(got, ip.Address)
	}
	for _, ip := range live[0].IPConfigs {
		want = append(want, fmt.Sprintf("%s/%d", ip.IPAddress, ip.PrefixLength))
	}
	if len(got) == 0 || !slices.Equal(got, want) {
		return fmt.Sprintf("the result's addresses are %q, the endpoint's %q", got, want)
	}
	return ""
}
