package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// leakRows are the attacks that once left something behind, or ended in a wrong verdict.
var leakRows = []row{
	{"12.7 a killed plugin takes its IPAM plugin with it", killedWithChild},
	{"12.8 ADD after a killed ADD", addAfterKilledAdd},
	{"12.9 CHECK while load balancers are replaced", checkWhileReplaced},
	{"12.10 a load balancer whose policy was taken out of the configuration", editedOut},
	{"12.11 DEL with an ipam that cannot be read", unreadableIPAM},
	{"12.12 an unusable lock directory is not \"try again later\"", unusableLocks},
	{"12.12 an IPAM plugin at its deadline is \"try again later\"", ipamAtDeadline},
	{"12.12 an IPAM plugin whose child holds stdout open has succeeded", childHoldsStdout},
}

func killedWithChild(a *attack) {
	_, s := a.fake(a.bridge("podnet", 3), "hang", "")
	p := a.pod("")
	killed := s.verb("ADD", p)
	killed.within = 2 * time.Second
	if r := a.run(killed); !r.killed {
		a.add(wrong, "ADD with an IPAM plugin that hangs: %v", r)
	}
	for _, call := range a.fakeCalls() {
		verb, pid, _ := strings.Cut(call, " ")
		if verb == "ADD" && !gone(pid) {
			a.add(leak, "the IPAM plugin, process %s, outlives the plugin that was killed", pid)
		}
	}
}

// gone waits for a process to end, however long the kernel takes.
func gone(pid string) bool {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
	}
	return false
}

func addAfterKilledAdd(a *attack) {
	for _, inProcess := range []bool{false, true} {
		c := a.bridge("podnet", 3).withIPAM(conf{"inProcess": inProcess})
		for _, fault := range []string{"HcnCreateEndpoint=kill", "HcnCreateEndpoint=kill-after", "HcnModifyNamespace=kill", "HcnModifyNamespace=kill-after"} {
			p := a.pod("")
			a.run(start{command: "ADD", pod: p, conf: c, env: map[string]string{"HCNEMU_FAULTS": fault}, launcher: shell(`"$0"`)})
			a.expect(start{command: "ADD", pod: p, conf: c}, 0)
			a.isAlive(p, c)
			a.del(p, c)
		}
	}
	a.nothingLeft()
}

func checkWhileReplaced(a *attack) {
	c := a.bridge("podnet", 3).behind("10.96.0.10")
	p := a.pod("")
	result := a.resultOf(a.expect(start{command: "ADD", pod: p, conf: c}, 0))
	check := start{command: "CHECK", pod: p, conf: c.with(conf{"prevResult": result})}
	for range a.rounds {
		q := a.pod("")
		answers := a.atOnce(start{command: "ADD", pod: q, conf: c}, check, check, start{command: "ADD", pod: a.pod(""), conf: c}, check)
		for _, i := range []int{1, 2, 4} {
			if !answers[i].ok() {
				a.add(wrong, "CHECK of a pod whose load balancer is being replaced: %v", answers[i])
			}
		}
	}
	a.isAlive(p, c)
}

func editedOut(a *attack) {
	for _, version := range []string{"13.3", "16.0"} {
		a.open(`{"version": "` + version + `"}`)
		c := a.bridge("podnet", 3).behind("10.96.0.10")
		p, q := a.attached("", c), a.attached("", c)
		without := a.bridge("podnet", 3)
		a.del(p, without)
		if s := a.state(); len(s.of(q, "podnet")) != 1 || !s.behindAny(s.of(q, "podnet")[0].ID) {
			a.add(lost, "HNS %s: DEL of one pod took the other's load balancer", version)
		}
		a.expect(start{command: "GC", conf: without.valid()}, 0)
		a.nothingLeft()
	}
}

func unreadableIPAM(a *attack) {
	c := a.bridge("podnet", 3)
	for _, ipam := range []any{[]any{}, conf{"type": 5}, conf{"type": "../x"}, "x"} {
		p := a.attached("", c)
		r := a.run(start{command: "DEL", pod: p, conf: c.with(conf{"ipam": ipam})})
		if left := a.state().left(p); r.ok() && len(left) > 0 {
			a.add(leak, "DEL with ipam %v succeeds and leaves %v", ipam, left)
		}
		a.del(p, c)
	}
	a.nothingLeft()
}

func unusableLocks(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	a.must(os.RemoveAll(filepath.Join(a.hns(), "lock")))
	a.must(os.WriteFile(filepath.Join(a.hns(), "lock"), nil, 0o600))
	for _, s := range []start{{command: "ADD", pod: a.pod(""), conf: a.bridge("another", 4)}, {command: "DEL", pod: p, conf: c}} {
		if r := a.run(s); r.code == 11 || r.ok() && s.command == "ADD" {
			a.add(wrong, "%s with a file where the lock directory should be: %v", s.command, r)
		}
	}
	a.must(os.Remove(filepath.Join(a.hns(), "lock")))
	a.del(p, c)
	a.nothingLeft()
}

func ipamAtDeadline(a *attack) {
	c, s := a.fake(a.bridge("podnet", 3), "hang", "")
	s.conf = c.with(conf{"hnsTimeoutSeconds": 2})
	p := a.pod("")
	s = s.verb("ADD", p)
	a.expect(s, 11)
	a.isGone(p)
}

func childHoldsStdout(a *attack) {
	_, s := a.fake(a.bridge("podnet", 3), "child", answerOf("10.244.3.9/24"))
	a.expect(s.verb("ADD", a.pod("")), 0)
	for _, call := range a.fakeCalls() {
		if pid, ok := strings.CutPrefix(call, "CHILD "); ok {
			a.endChild(pid)
		}
	}
}

// endChild ends a process that the fake IPAM plugin left, if it is still the same process.
func (a *attack) endChild(pid string) {
	text, err := os.ReadFile(filepath.Join("/proc", pid, "cmdline"))
	if err != nil || !strings.HasPrefix(string(text), "sleep\x00600") {
		return
	}
	n, err := strconv.Atoi(pid)
	a.must(err)
	process, err := os.FindProcess(n)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		a.add(wrong, "%v", fmt.Errorf("end process %s: %w", pid, err))
	}
}
