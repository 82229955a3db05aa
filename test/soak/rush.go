package main

import (
	"context"
	"fmt"
	"sync"
)

// rush starts many ADDs at the same moment on nodes without the network, one node for each kind of IPAM,
// and then as many DELs.
func (s *soak) rush(ctx context.Context) (bool, error) {
	if s.atOnce == 0 {
		return true, nil
	}
	networks, addresses, failures, leaks := 0, 0, 0, 0
	kinds := []*network{bridge, nat, overlay}
	before := s.mishaps.count()
	s.progress.Begin("at once", 2*s.atOnce*len(kinds))
	for _, net := range kinds {
		n, err := s.newNode("rush-" + net.plugin)
		if err != nil {
			return false, err
		}
		got, failed, err := s.rushOn(n, net)
		if err != nil {
			return false, err
		}
		made, err := n.host.Service().Networks(ctx)
		if err != nil {
			return false, err
		}
		rest, err := n.rest()
		if err != nil {
			return false, err
		}
		for _, r := range rest {
			s.mishaps.add("%s: left: %s", net.plugin, r)
		}
		networks, addresses, failures, leaks = networks+len(made), addresses+got, failures+failed, leaks+len(rest)
	}
	fmt.Printf("at once: %d nodes with %d ADDs each: %d networks, %d addresses, %d failures, %d leaks\n",
		len(kinds), s.atOnce, networks, addresses, failures, leaks)
	good := networks == len(kinds) && addresses == s.atOnce*len(kinds) && failures == 0 && leaks == 0
	return good && s.mishaps.count() == before, nil
}

// rushOn returns how many different addresses were assigned, and how many verbs failed.
func (s *soak) rushOn(n *node, net *network) (addresses, failures int, err error) {
	pods := make([]*pod, s.atOnce)
	for i := range pods {
		if pods[i], err = n.newPod(net, i); err != nil {
			return 0, 0, err
		}
	}
	l := newLedger()
	failures = s.atTheSameMoment(n, "ADD", pods, l)
	addresses = l.size()
	failures += s.atTheSameMoment(n, "DEL", pods, l)
	for _, p := range pods {
		if err := n.remove(p); err != nil {
			return addresses, failures, err
		}
	}
	return addresses, failures, nil
}

func (s *soak) atTheSameMoment(n *node, command string, pods []*pod, l *ledger) (failures int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	ready := make(chan struct{})
	for _, p := range pods {
		wg.Go(func() {
			<-ready
			r, err := n.run(command, p, patience, "")
			l.take("", r.addrs, p.id)
			failed := err != nil || !r.ok()
			if failed {
				s.mishaps.add("%s of %s on %s: %v code %d %s %s", command, p.id, p.network.plugin, err, r.code, r.msg, r.Stderr)
				mu.Lock()
				failures++
				mu.Unlock()
			}
			s.progress.Step(failed)
		})
	}
	close(ready)
	wg.Wait()
	return failures
}
