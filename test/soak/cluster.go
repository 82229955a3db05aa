package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

func (n *node) subnetFile() string { return filepath.Join(n.dir, "subnet.env") }
func (n *node) flannelDir() string { return filepath.Join(n.dir, "flannel") }

// lease writes flanneld's file for the node with that number.
func (n *node) lease(number int) error {
	env := fmt.Sprintf("FLANNEL_NETWORK=10.42.0.0/16\nFLANNEL_SUBNET=10.42.%d.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n", number)
	return os.WriteFile(n.subnetFile(), []byte(env), 0o600)
}

// cluster adds pods to all nodes of a flannel cluster and deletes them again.
func (s *soak) cluster(context.Context) (bool, error) {
	if s.nodes == 0 {
		return true, nil
	}
	if _, err := os.Stat(filepath.Join(s.bin.Dir, "flannel")); err != nil {
		return false, fmt.Errorf("the flannel plugin is not there; run make flannel: %w", err)
	}
	nodes := make([]*node, s.nodes)
	for i := range nodes {
		var err error
		if nodes[i], err = s.newNode(fmt.Sprintf("cluster-%03d", i)); err != nil {
			return false, err
		}
		if err := nodes[i].lease(i); err != nil {
			return false, err
		}
	}
	before := s.mishaps.count()
	addresses, doubles, failures := s.fill(nodes)
	leaks, err := s.restOf(nodes)
	if err != nil {
		return false, err
	}
	fmt.Printf("cluster: %d nodes, %d pods, %d addresses, %d double addresses, %d failures, %d leaks\n",
		s.nodes, s.nodes*s.pods, addresses, doubles, failures, leaks)
	return addresses == s.nodes*s.pods && doubles == 0 && failures == 0 && leaks == 0 && s.mishaps.count() == before, nil
}

// fill adds all pods, the nodes' first ones first, and deletes them in the same order.
func (s *soak) fill(nodes []*node) (addresses, doubles int, failures int64) {
	l := newLedger()
	pods := make([]*pod, s.nodes*s.pods)
	var failed atomic.Int64
	each := func(command string, f func(i int, n *node) error) {
		harness.InParallel(s.workers, len(pods), func(i int) {
			err := f(i, nodes[i%s.nodes])
			if err != nil {
				failed.Add(1)
				s.mishaps.add("cluster: %s of pod %d: %v", command, i, err)
			}
			s.progress.Step(err != nil)
		})
	}
	s.progress.Begin("cluster", 2*len(pods))
	each("ADD", func(i int, n *node) error {
		var err error
		if pods[i], err = n.newPod(flannelled, i); err != nil {
			return err
		}
		r, err := n.verb("ADD", pods[i])
		l.take("", r.addrs, pods[i].id)
		return err
	})
	addresses, doubles = l.size(), len(l.doubles)
	each("DEL", func(i int, n *node) error {
		if pods[i] == nil {
			return nil
		}
		if _, err := n.verb("DEL", pods[i]); err != nil {
			return err
		}
		return n.remove(pods[i])
	})
	return addresses, doubles, failed.Load()
}

// verb runs a verb that has to succeed.
func (n *node) verb(command string, p *pod) (reply, error) {
	r, err := n.run(command, p, patience, "")
	if err == nil && !r.ok() {
		err = fmt.Errorf("code %d %s %s", r.code, r.msg, r.Stderr)
	}
	return r, err
}

// restOf counts what remains on all nodes, including flannel's own files.
func (s *soak) restOf(nodes []*node) (int, error) {
	leaks := 0
	for i, n := range nodes {
		rest, err := n.rest()
		if err != nil {
			return 0, err
		}
		notes, err := filepath.Glob(filepath.Join(n.flannelDir(), "*"))
		if err != nil {
			return 0, err
		}
		for _, r := range append(rest, notes...) {
			s.mishaps.add("cluster node %d: left: %s", i, r)
			leaks++
		}
	}
	return leaks, nil
}
