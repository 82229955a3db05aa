package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

func bridgeOf(t *testing.T) conf {
	t.Helper()
	a := &attack{machine: &machine{}, dir: t.TempDir()}
	return a.bridge("podnet", 3).behind("10.96.0.10")
}

// whole is a node with one pod whose network is complete.
func whole() *state {
	return &state{
		Networks: []hcnspec.Network{{ID: "N1", Name: "podnet"}, {ID: "N2", Name: "other"}},
		Endpoints: []hcnspec.Endpoint{{ID: "E1", Name: "pod_podnet", Network: "n1", Namespace: "NS1",
			IPConfigs: []hcnspec.IPConfig{{IPAddress: "10.244.3.5", PrefixLength: 24}}}},
		LoadBalancers: []hcnspec.LoadBalancer{{ID: "L1", FrontendVIPs: []string{"10.96.0.10"}, Endpoints: []string{"e1"}}},
		reserved:      map[string]string{"podnet/10.244.3.5": "pod eth0"},
	}
}

// TestAlive: the loss of any part of a live pod's network is detected.
func TestAlive(t *testing.T) {
	p, c := pod{"pod", "ns1"}, bridgeOf(t)
	if why := whole().alive(p, c, true); why != "" {
		t.Errorf("a whole pod: %s", why)
	}
	for name, row := range map[string]struct {
		hurt func(*state)
		want string
	}{
		"no endpoint":        {func(s *state) { s.Endpoints = nil }, "has 0 endpoints"},
		"two endpoints":      {func(s *state) { s.Endpoints = append(s.Endpoints, s.Endpoints[0]) }, "has 2 endpoints"},
		"other network":      {func(s *state) { s.Endpoints[0].Network = "N2" }, "has 0 endpoints"},
		"other namespace":    {func(s *state) { s.Endpoints[0].Namespace = "NS2" }, `is in namespace "NS2"`},
		"no address":         {func(s *state) { s.Endpoints[0].IPConfigs = nil }, "has no address"},
		"no reservation":     {func(s *state) { s.reserved = nil }, `is reserved for ""`},
		"stolen reservation": {func(s *state) { s.reserved["podnet/10.244.3.5"] = "pod2 eth0" }, `is reserved for "pod2 eth0"`},
		"no load balancer":   {func(s *state) { s.LoadBalancers = nil }, "not behind its load balancer"},
		"not a member":       {func(s *state) { s.LoadBalancers[0].Endpoints = nil }, "not behind its load balancer"},
	} {
		s := whole()
		row.hurt(s)
		if why := s.alive(p, c, true); !strings.Contains(why, row.want) {
			t.Errorf("%s: %q, want %q", name, why, row.want)
		}
	}
}

// TestCensus: the remains of a pod, and objects of no pod, are found.
func TestCensus(t *testing.T) {
	s := whole()
	if diff := cmp.Diff([]string{"endpoint pod_podnet", "reservation podnet/10.244.3.5"}, s.left(pod{id: "pod"})); diff != "" {
		t.Error(diff)
	}
	if left := s.left(pod{id: "po"}); left != nil {
		t.Errorf("of a pod that never was: %v", left)
	}
	if strays := s.strays(); strays != nil {
		t.Errorf("strays of a whole node: %v", strays)
	}
	s.Endpoints = nil
	s.reserved["podnet/10.244.3.6"] = ""
	s.LoadBalancers = append(s.LoadBalancers, hcnspec.LoadBalancer{FrontendVIPs: []string{"10.96.0.11"}})
	s.notes, s.created = []string{"x"}, []string{"y"}
	want := []string{"reservation podnet/10.244.3.6 of nobody", "load balancer [10.96.0.10] with the member e1 that does not exist",
		"empty load balancer [10.96.0.11]", "note x"}
	if diff := cmp.Diff(want, s.strays()); diff != "" {
		t.Error(diff)
	}
	if len(s.empty()) != len(want)+5 {
		t.Errorf("on a node that should be empty: %v", s.empty())
	}
}

// TestRowsHaveNames: -only selects by name, and the directory of a row has its name.
func TestRowsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range slices.Concat(podRows, leakRows, hangRows, textRows, moreRows, systemRows()) {
		if name := safeName(r.name); seen[name] || r.run == nil {
			t.Errorf("row %q is a duplicate, or does nothing", r.name)
		} else {
			seen[name] = true
		}
	}
	for i := 1; i <= 21; i++ {
		if prefix := fmt.Sprintf("12.%d-", i); !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(n string) bool { return strings.HasPrefix(n, prefix) }) {
			t.Errorf("issue 12's row %d has no attack", i)
		}
	}
}

// TestMutationsAreReproducible: the seed that a run prints reproduces its documents.
func TestMutationsAreReproducible(t *testing.T) {
	text := bridgeOf(t).bytes()
	one, other := mutate(rand.New(rand.NewPCG(1, 2)), text), mutate(rand.New(rand.NewPCG(1, 2)), text)
	if string(one) != string(other) || string(one) == string(text) {
		t.Errorf("mutated to %q and %q", one, other)
	}
}
