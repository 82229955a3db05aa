package main

import (
	"fmt"
	"os"
)

// oneCase is a scenario with a fault.
type oneCase struct {
	t     *template
	fault fault
}

// String names the case so that -case finds it again.
func (c oneCase) String() string { return c.t.name() + "/" + c.fault.text }

// execute runs the verb with the fault on a copy of the template, and then does what the runtime does.
func (m *matrix) execute(c oneCase) (*observed, *node, error) {
	defer m.alone(c.t.variant)()
	n, err := m.copyOf(c.t)
	if err != nil {
		return nil, nil, err
	}
	o := &observed{t: c.t, fault: c.fault}
	if o.run, err = n.run(c.t.pod, c.t.start(c.fault)); err != nil {
		return nil, n, fmt.Errorf("%s: %w", c, err)
	}
	if o.after, err = readState(n); err != nil {
		return nil, n, fmt.Errorf("%s: %w", c, err)
	}
	if o.then, o.end, err = n.aftermath(o); err != nil {
		return nil, n, fmt.Errorf("%s: %w", c, err)
	}
	return o, n, nil
}

// react does what a runtime does after the verb. containerd deletes what it could not add, repeats a DEL, and after a
// reboot has no CNI_NETNS; it repeats a failed GC later.
func (n *node) react(c oneCase, killed bool) ([]followUp, error) {
	var done []followUp
	do := func(what string, s start) error {
		s.timeout, s.ipam = patience, passThrough(c.fault)
		o, err := n.run(c.t.pod, s)
		done = append(done, followUp{what, o})
		return err
	}
	switch {
	case c.t.scenario.readOnly:
		return nil, nil
	case c.t.scenario.settles:
		again := c.t.start(fault{})
		return done, do("the next GC", again)
	}
	if err := do("DEL", start{command: "DEL"}); err != nil {
		return done, err
	}
	return done, do("the second DEL", start{command: "DEL", noNetns: killed})
}

// passThrough keeps the IPAM wrapper, without its fault, if the case has one.
func passThrough(f fault) string {
	if f.ipam() == "" {
		return ""
	}
	return "nothing"
}

// discard removes the node of a case.
func discard(n *node) {
	if n != nil {
		_ = os.RemoveAll(n.dir) // in the matrix's own directory, which is deleted at the end
	}
}
