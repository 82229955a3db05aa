package main

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// atOnce runs starts concurrently, each in a process of its own.
func (a *attack) atOnce(starts ...start) []answer {
	answers := make([]answer, len(starts))
	var wg sync.WaitGroup
	for i := range starts {
		wg.Go(func() { answers[i] = a.run(starts[i]) })
	}
	wg.Wait()
	return answers
}

// allSucceed makes a finding of each start that failed.
func (a *attack) allSucceed(starts ...start) {
	for i, r := range a.atOnce(starts...) {
		if !r.ok() {
			a.add(wrong, "%s beside %d others: %v", starts[i].command, len(starts)-1, r)
		}
	}
}

// eachWay runs rounds of an attack with addresses of host-local, of host-local in the plugin's process, and of HNS, and
// prints how many ended without a finding.
func (a *attack) eachWay(one func(conf)) {
	confs := []conf{a.bridge("podnet", 3), a.bridge("inprocess", 4).withIPAM(conf{"inProcess": true}), a.nat()}
	right, rounds := 0, len(confs)*a.rounds
	for i := range rounds {
		before := a.found.of(a.row)
		one(confs[i%len(confs)])
		if a.found.of(a.row) == before {
			right++
		}
	}
	a.found.note("%s: %d of %d right", a.row, right, rounds)
}

func addWithAdd(a *attack) {
	a.eachWay(func(c conf) {
		s := start{command: "ADD", pod: a.pod(""), conf: c}
		a.allSucceed(s, s, s)
		a.isAlive(s.pod, c)
		a.del(s.pod, c)
	})
	a.nothingLeft()
}

func addWithDel(a *attack) {
	a.eachWay(func(c conf) {
		p := a.pod("")
		a.allSucceed(start{command: "ADD", pod: p, conf: c}, start{command: "DEL", pod: p, conf: c})
		a.wholeOrGone(p, c)
		a.del(p, c)
	})
	a.nothingLeft()
}

// wholeOrGone makes a finding of a pod that has a part of its network.
func (a *attack) wholeOrGone(p pod, c conf) {
	if len(a.state().of(p, c.name())) > 0 {
		a.isAlive(p, c)
		return
	}
	a.isGone(p)
}

// gcWithAdd starts both at the same moment. A GC that ends before the ADD begins, or begins after it has ended, acts
// correctly: the pod was no valid attachment then. In any case, an endpoint and its address exist together or not at all.
func gcWithAdd(a *attack) {
	known := map[string]pod{}
	a.eachWay(func(c conf) {
		if known[c.name()].id == "" {
			known[c.name()] = a.attached("", c)
		}
		p := a.pod("")
		a.allSucceed(start{command: "ADD", pod: p, conf: c}, start{command: "GC", conf: c.valid(known[c.name()])})
		a.wholeOrGone(p, c)
		a.isAlive(known[c.name()], c)
		a.del(p, c)
	})
}

// gcDuringAdd runs a whole GC while an ADD waits for its IPAM plugin: the pod has all of its network in the end.
func gcDuringAdd(a *attack) {
	over := filepath.Join(a.dir, "gc-over")
	a.eachWay(func(c conf) {
		c, s := a.fake(c, "await", answerOf(addressOn(c)))
		s.env[fakeAwaits] = over
		p := a.pod("")
		a.must(os.RemoveAll(over))
		calls := len(a.fakeCalls())
		added := make(chan answer)
		go func() { added <- a.run(s.verb("ADD", p)) }()
		for len(a.fakeCalls()) == calls {
			time.Sleep(time.Millisecond)
		}
		gc := s.verb("GC", pod{})
		gc.conf = c.valid()
		a.expect(gc, 0)
		a.must(os.WriteFile(over, nil, 0o600))
		if r := <-added; !r.ok() {
			a.add(wrong, "ADD during GC: %v", r)
		}
		a.isAlive(p, c)
		a.expect(s.verb("DEL", p), 0)
		a.isGone(p)
	})
}

// addressOn returns an address in the network's subnet.
func addressOn(c conf) string {
	ipam, _ := c["ipam"].(conf)
	subnet, _ := ipam["subnet"].(string)
	if subnet == "172.20.0.0/20" {
		return "172.20.0.9/20"
	}
	return subnet[:len(subnet)-len("0/24")] + strconv.Itoa(9) + "/24"
}
