package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// storyPrefix marks the names of stories among those of cases.
const storyPrefix = "story-"

// story is something that happens to a node rather than to one call. It starts with two pods on the
// network: pod and neighbour.
type story struct {
	name          string
	lbOnly        bool
	hostLocalOnly bool
	slow          bool
	habit         string // a switch of the host profile that the node has on
	tell          func(*teller)
}

// teller runs one story. After the first error of the test itself it does nothing.
type teller struct {
	*node
	findings
	pod, neighbour *pod
	empty          *state // before any pod
	alone          *state // with the neighbour alone
	both           *state
	err            error
}

// tell runs a story on a fresh node.
func (m *matrix) tell(v variant, s story) (findings, error) {
	defer m.alone(v)()
	dir, err := os.MkdirTemp(m.dir, "story-")
	if err != nil {
		return findings{}, err
	}
	defer os.RemoveAll(dir)
	v.habit = s.habit
	n, err := openNode(dir, v, m)
	if err != nil {
		return findings{}, err
	}
	w := &teller{node: n}
	w.pod, w.neighbour = w.newPod("pod", 9001), w.newPod("neighbour", 8001)
	w.empty = w.read()
	w.must("ADD", w.neighbour, start{})
	w.alone = w.read()
	w.must("ADD", w.pod, start{})
	w.both = w.read()
	if w.err == nil {
		s.tell(w)
	}
	return w.findings, w.err
}

func (m *matrix) explainStory(variantName, name string) (bool, error) {
	v, err := variantNamed(variantName)
	if err != nil {
		return false, err
	}
	for _, s := range stories {
		if s.name == name {
			found, err := m.tell(v, s)
			if err != nil {
				return false, err
			}
			return m.report([]outcome{{job: job{name: variantName + "/" + storyPrefix + name}, findings: found}})
		}
	}
	return false, fmt.Errorf("no story is called %q", name)
}

func (w *teller) check(err error) bool {
	if w.err == nil {
		w.err = err
	}
	return w.err == nil
}

func (w *teller) newPod(name string, port int) *pod {
	p, err := w.node.newPod(name, port)
	w.check(err)
	return p
}

func (w *teller) read() *state {
	s, err := readState(w.node)
	if !w.check(err) {
		return new(state)
	}
	return s
}

// verb runs a verb and returns its CNI code, 0 for success, and its message.
func (w *teller) verb(command string, p *pod, s start) (uint, string) {
	if w.err != nil {
		return 0, ""
	}
	s.command = command
	if s.timeout == 0 {
		s.timeout = patience
	}
	o, err := w.run(p, s)
	w.check(err)
	if o.Exit == 0 {
		if command == "ADD" {
			p.Result = o.Stdout
		}
		return 0, ""
	}
	var e struct {
		Code         uint
		Msg, Details string
	}
	if json.Unmarshal(o.Stdout, &e) != nil || e.Code == 0 || e.Code == panicked {
		w.wrong("%s: exit status %d, stdout %q, stderr %q", command, o.Exit, o.Stdout, o.Stderr)
	}
	return e.Code, e.Msg + " " + e.Details
}

// must runs a verb that has to succeed; refused runs one that has to fail with a code.
func (w *teller) must(command string, p *pod, s start) {
	w.refused(command, p, s, 0)
}

func (w *teller) refused(command string, p *pod, s start, want uint) {
	if code, msg := w.verb(command, p, s); code != want {
		w.wrong("%s of %s: code %d, expected %d: %s", command, p.Name, code, want, msg)
	}
}

// expect compares the state with an earlier one.
func (w *teller) expect(when string, want *state) {
	if diff := cmp.Diff(want.String(), w.read().String()); diff != "" && w.err == nil {
		w.leak("%s (-want +is):\n%s", when, diff)
	}
}

// nothingOf reports everything that remains of the pod.
func (w *teller) nothingOf(when string, p *pod) {
	s := w.read()
	if text := render(s.Endpoints) + render(s.LoadBalancers) + render(s.Reserved); strings.Contains(text, p.id()) {
		w.leak("%s: something of %s is left:\n%s", when, p.Name, text)
	}
	for _, lb := range s.LoadBalancers {
		if len(lb.Endpoints) == 0 || strings.Contains(render(lb), "missing ") {
			w.leak("%s: a load balancer without life:\n%s", when, render(lb))
		}
	}
	if len(s.Notes) > 0 {
		w.leak("%s: unfinished %q", when, s.Notes)
	}
}

// endpointOf returns the ID of the pod's endpoint.
func (w *teller) endpointOf(p *pod) string {
	found, err := w.host.Service().EndpointsByName(context.Background(), p.endpoint())
	if w.check(err) && len(found) == 1 {
		return found[0].ID
	}
	w.check(fmt.Errorf("%d endpoints of %s", len(found), p.Name))
	return ""
}

func (w *teller) deleteEndpoint(p *pod) {
	id := w.endpointOf(p)
	if w.err == nil {
		w.check(w.host.Service().DeleteEndpoint(context.Background(), id))
	}
}

func (w *teller) deleteNetwork() {
	ctx, svc := context.Background(), w.host.Service()
	found, err := svc.NetworkByName(ctx, network)
	if w.check(err) {
		w.check(svc.DeleteNetwork(ctx, found.ID))
	}
}

func (w *teller) deleteNamespace(p *pod) {
	if w.err == nil {
		w.check(w.host.Service().DeleteNamespace(context.Background(), p.Namespace))
	}
}

// plant creates an endpoint without an owner.
func (w *teller) plant(e hcnspec.Endpoint, namespace string) {
	if w.err != nil {
		return
	}
	ctx, svc := context.Background(), w.host.Service()
	net, err := svc.NetworkByName(ctx, network)
	if !w.check(err) {
		return
	}
	e.Network, e.SchemaVersion = net.ID, hcnspec.SchemaV2
	made, err := svc.CreateEndpoint(ctx, &e)
	if w.check(err) && namespace != "" {
		w.check(svc.Attach(ctx, namespace, made.ID))
	}
}
