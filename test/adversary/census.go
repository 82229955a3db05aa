package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// alive returns why the network of a pod whose ADD succeeded is incomplete, or "". Its load balancer can be checked
// only while nothing runs: below HNS 15.5 a load balancer that is being replaced is missing for a moment.
func (s *state) alive(p pod, c conf, quiet bool) string {
	endpoints := s.of(p, c.name())
	if len(endpoints) != 1 {
		return fmt.Sprintf("pod %s has %d endpoints on %s, want 1", p.id, len(endpoints), c.name())
	}
	e := endpoints[0]
	switch {
	case !hostnet.SameID(e.Namespace, p.netns):
		return fmt.Sprintf("the endpoint of pod %s is in namespace %q, want %s", p.id, e.Namespace, p.netns)
	case len(e.IPConfigs) == 0:
		return fmt.Sprintf("the endpoint of pod %s has no address", p.id)
	case quiet && c["AdditionalArgs"] != nil && !s.behindAny(e.ID):
		return fmt.Sprintf("pod %s is not behind its load balancer", p.id)
	}
	if !c.hostLocal() {
		return ""
	}
	for _, ip := range e.IPConfigs {
		if owner := s.reserved[c.name()+"/"+ip.IPAddress]; !strings.HasPrefix(owner, p.id+" ") {
			return fmt.Sprintf("address %s of pod %s is reserved for %q", ip.IPAddress, p.id, owner)
		}
	}
	return ""
}

// left returns the remains of a deleted pod.
func (s *state) left(p pod) []string {
	var all []string
	for _, e := range s.Endpoints {
		if strings.HasPrefix(e.Name, p.id+"_") {
			all = append(all, "endpoint "+e.Name)
		}
	}
	for addr, owner := range s.reserved {
		if owner == p.id || strings.HasPrefix(owner, p.id+" ") {
			all = append(all, "reservation "+addr)
		}
	}
	slices.Sort(all)
	return all
}

// strays returns the objects without an owner, on a node where nothing runs.
func (s *state) strays() []string {
	var all []string
	for addr, owner := range s.reserved {
		if owner == "" {
			all = append(all, "reservation "+addr+" of nobody")
		}
	}
	for _, lb := range s.LoadBalancers {
		if len(lb.Endpoints) == 0 {
			all = append(all, fmt.Sprintf("empty load balancer %v", lb.FrontendVIPs))
		}
		for _, id := range lb.Endpoints {
			if !slices.ContainsFunc(s.Endpoints, func(e hcnspec.Endpoint) bool { return hostnet.SameID(e.ID, id) }) {
				all = append(all, fmt.Sprintf("load balancer %v with the member %s that does not exist", lb.FrontendVIPs, id))
			}
		}
	}
	for _, note := range s.notes {
		all = append(all, "note "+note)
	}
	return all
}

// empty returns everything that remains on a node from which all pods were removed.
func (s *state) empty() []string {
	all := s.strays()
	for _, e := range s.Endpoints {
		all = append(all, "endpoint "+e.Name)
	}
	for addr, owner := range s.reserved {
		all = append(all, "reservation "+addr+" of "+owner)
	}
	for _, lb := range s.LoadBalancers {
		all = append(all, fmt.Sprintf("load balancer %v", lb.FrontendVIPs))
	}
	for _, note := range s.created {
		all = append(all, "record of a load balancer "+note)
	}
	return all
}

// isAlive adds a finding if the pod lost something.
func (a *attack) isAlive(p pod, c conf) {
	if why := a.state().alive(p, c, true); why != "" {
		a.add(lost, "%s", why)
	}
}

// isGone adds a finding for each remnant of a pod.
func (a *attack) isGone(p pod) {
	if left := a.state().left(p); len(left) > 0 {
		a.add(leak, "after DEL of %s: %s", p.id, strings.Join(left, ", "))
	}
}

// nothingLeft adds a finding for everything on a node that should be empty.
func (a *attack) nothingLeft() {
	if left := a.state().empty(); len(left) > 0 {
		a.add(leak, "on an empty node: %s", strings.Join(left, ", "))
	}
}

// del removes a pod, which must succeed and leave nothing.
func (a *attack) del(p pod, c conf) {
	a.expect(start{command: "DEL", pod: p, conf: c}, 0)
	a.isGone(p)
}
