package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// observed is everything known about a finished case.
type observed struct {
	t     *template
	fault fault
	run   harness.Outcome // of the verb
	after *state          // after the verb
	then  []followUp      // the runtime's reaction
	end   *state
}

// followUp is a start of the plugin after the verb, without faults.
type followUp struct {
	what string
	run  harness.Outcome
}

// findings are the defects of a case.
type findings struct {
	leaks  []string
	wrongs []string
}

func (f *findings) leak(format string, args ...any) {
	f.leaks = append(f.leaks, fmt.Sprintf(format, args...))
}
func (f *findings) wrong(format string, args ...any) {
	f.wrongs = append(f.wrongs, fmt.Sprintf(format, args...))
}

// codes of CNI errors that verdicts depend on; docs/errors.md.
const (
	tryAgainLater = 11
	difference    = 103
	panicked      = 199
)

// judge returns the defects of a case.
func judge(o *observed) findings {
	var f findings
	answer := o.answer(&f)
	o.judgeCode(&f, answer)
	o.judgeEffect(&f, answer)
	o.judgeEnd(&f)
	for _, s := range []*state{o.after, o.end} {
		if free := s.unreserved(network); o.t.variant.hostLocal() && free != "" {
			f.wrong("an address is free while an endpoint has it: %s", free)
		}
	}
	return f
}

// answer is the plugin's answer to its verb.
type answer struct {
	died bool
	code uint // of the CNI error; 0 is success
	msg  string
}

func (a answer) ok() bool { return !a.died && a.code == 0 }

// answer reads stdout, which holds CNI JSON and nothing else.
func (o *observed) answer(f *findings) answer {
	if text := string(o.run.Stderr); strings.Contains(text, "panic:") || strings.Contains(text, "goroutine ") {
		f.wrong("panic: %s", text)
	}
	switch o.run.Exit {
	case 0:
		if o.t.scenario.command == "ADD" {
			if complaint := validResult(o.run.Stdout, o.after, o.t.pod); complaint != "" {
				f.wrong("ADD reports success, but %s", complaint)
			}
		} else if len(bytes.TrimSpace(o.run.Stdout)) > 0 {
			f.wrong("%s succeeds and prints %q", o.t.scenario.command, o.run.Stdout)
		}
		return answer{}
	case 1:
		var e struct {
			Code         uint
			Msg, Details string
		}
		if err := json.Unmarshal(o.run.Stdout, &e); err != nil || e.Code == 0 {
			f.wrong("exit status 1 without a CNI error: stdout %q, stderr %q", o.run.Stdout, o.run.Stderr)
		}
		if e.Code == panicked {
			f.wrong("panic: %s", e.Msg)
		}
		return answer{code: e.Code, msg: e.Msg + " " + e.Details}
	}
	if o.fault.kind != kill {
		f.wrong("exit status %d: stdout %q, stderr %q", o.run.Exit, o.run.Stdout, o.run.Stderr)
	} else if len(o.run.Stdout) > 0 {
		f.wrong("killed, and yet it printed %q", o.run.Stdout)
	}
	return answer{died: true}
}

// judgeCode compares the CNI code with the class of the fault.
func (o *observed) judgeCode(f *findings, a answer) {
	status := o.t.scenario.command == "STATUS"
	switch o.fault.kind {
	case noFault, delay:
		if !a.ok() {
			f.wrong("fails although nothing is wrong: %d %s", a.code, a.msg)
		}
	case kill:
		if !a.died {
			f.wrong("it was to be killed, and ended with code %d %s", a.code, a.msg)
		}
	case hang:
		if !a.ok() && a.code != tryAgainLater && !status {
			f.wrong("a hang is answered with code %d, not 11: %s", a.code, a.msg)
		}
	case code:
		o.judgeRefusal(f, a)
	case ipamFault:
		if o.fault.waits() && !a.ok() && a.code != tryAgainLater {
			f.wrong("an IPAM plugin that hangs is answered with code %d, not 11: %s", a.code, a.msg)
		}
	}
}

// judgeRefusal: transient errors are overcome or are code 11; others never are code 11, because a retry does not help;
// and CHECK reports no error as a difference unless HNS reports something as missing.
func (o *observed) judgeRefusal(f *findings, a answer) {
	status := o.t.scenario.command == "STATUS"
	transient := o.fault.class == hostnet.Transient
	switch {
	case a.ok():
		if o.fault.every && strings.HasPrefix(o.fault.text, "*") && transient {
			f.wrong("reports success while HNS was down all the time")
		}
	case transient && a.code != tryAgainLater && !status:
		f.wrong("a transient error is answered with code %d: %s", a.code, a.msg)
	case transient && !o.fault.every:
		f.wrong("a transient error is not tried again: %d %s", a.code, a.msg)
	case !transient && a.code == tryAgainLater && !(o.fault.every && o.fault.class == hostnet.NotFound):
		f.wrong("a %s error is answered with code 11: %s", o.fault.class, a.msg)
	case a.code == difference && o.fault.class != hostnet.NotFound:
		f.wrong("CHECK finds a difference that does not exist: %s", a.msg)
	}
}

// judgeEffect compares the verb's answer with its effect.
func (o *observed) judgeEffect(f *findings, a answer) {
	s := o.t.scenario
	switch {
	case s.readOnly:
		if diff := changed(o.t.at, o.after); diff != "" {
			f.wrong("%s changed something (-before +after):\n%s", s.command, diff)
		}
	case a.died:
	case a.ok() && s.command == "ADD":
		name := o.t.pod.endpoint()
		if diff := cmp.Diff(o.t.good.masked(name), o.after.masked(name)); diff != "" {
			f.wrong("ADD reports success, but the pod is not as it should be (-want +is):\n%s", diff)
		}
	case a.ok():
		if diff := changed(o.t.good, o.after); diff != "" {
			f.wrong("%s reports success, but something is left or missing (-want +is):\n%s", s.command, diff)
		}
	case s.command == "ADD":
		o.judgeUndo(f, a)
	}
}

// judgeUndo: the error of a failed ADD lists what remains.
func (o *observed) judgeUndo(f *findings, a answer) {
	if len(o.after.endpointsNamed(o.t.pod.endpoint())) > 1 {
		f.wrong("there are two endpoints of one name")
	}
	if o.leftAsFound(o.after) || strings.Contains(a.msg, "left for DEL") {
		return
	}
	f.wrong("a failed ADD leaves something and does not say so: %s\n%s", a.msg, changed(o.t.clean, o.after))
}

// leftAsFound reports whether the pod has nothing that ADD did not find. A network that ADD created stays, and an
// orphan that it found may have been removed.
func (o *observed) leftAsFound(s *state) bool {
	found := s.withoutNetworks()
	return o.goodNetworks(s) && (found == o.t.clean.withoutNetworks() || found == o.t.at.withoutNetworks())
}

// goodNetworks reports whether the networks are those from before, or those that the verb creates.
func (o *observed) goodNetworks(s *state) bool {
	is := render(s.Networks)
	return is == render(o.t.at.Networks) || is == render(o.t.good.Networks)
}

// judgeEnd compares the final state with the initial one: any difference is a leak.
func (o *observed) judgeEnd(f *findings) {
	for _, u := range o.then {
		if u.run.Exit != 0 {
			f.wrong("%s fails although nothing is wrong now: %s%s", u.what, u.run.Stdout, u.run.Stderr)
		}
	}
	want := o.t.clean
	switch {
	case o.t.scenario.readOnly:
		want = o.t.at
	case o.t.scenario.settles:
		want = o.t.good
	}
	if !o.goodNetworks(o.end) {
		f.leak("the networks are not as they should be:\n%s", cmp.Diff(render(o.t.good.Networks), render(o.end.Networks)))
	}
	if diff := cmp.Diff(want.withoutNetworks(), o.end.withoutNetworks()); diff != "" {
		f.leak("left behind (-before +after):\n%s", diff)
	}
}

func changed(from, to *state) string { return cmp.Diff(from.String(), to.String()) }
