package netconf

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// subnets collects the prefixes of a network and their gateways from all places.
type subnets struct {
	c     *Config
	all   []Subnet
	at    map[netip.Prefix]int // where in all
	rest  []Route
	spans []span
	sets  int
	// broken is set if a subnet or a range was not read: a gateway without one is not reported then.
	broken bool
}

// Longest prefixes that leave room for a gateway and a pod, and the maximum numbers of subnets and of their ranges:
// a network of HNS has a few.
const (
	longest4   = 30
	longest6   = 126
	maxSubnets = 128
	maxRanges  = 256
)

// plain reads subnet and gateway of the ipam section.
func (s *subnets) plain(section confdoc.Value) {
	v := section.Get("subnet")
	s.c.noNulls(section.All("subnet")...)
	if p, ok := s.subnet(v); ok {
		s.sets++
		s.network(section, v, p)
	}
}

// lone reads the gateway of an ipam section without a subnet, which belongs to one of the ranges.
func (s *subnets) lone(section confdoc.Value) {
	v := section.Get("gateway")
	if section.Get("subnet").Given() {
		return
	}
	if gw, ok := v.Host(); ok {
		s.assign(v, gw)
	}
}

// rangeSets reads host-local's list of lists of ranges.
func (s *subnets) rangeSets(v confdoc.Value) {
	s.c.noNulls(v)
	for _, set := range v.Items() {
		s.sets++
		s.c.noNulls(set)
		items := set.Items()
		if len(items) == 0 && set.Kind() == confdoc.List && s.c.IPAM.Type == hostLocal {
			set.Fail("an empty set of ranges")
		}
		for _, item := range items {
			o := item.Object()
			subnet := o.Require("a prefix in CIDR notation", "subnet")
			s.c.noNulls(subnet)
			if p, ok := s.subnet(subnet); ok {
				s.network(o, subnet, p)
			}
		}
	}
}

// subnet reads a prefix that a network can have. It clears host bits: configurations in use have the gateway's address,
// or a wrong prefix length (containerd's script). host-local rejects them.
func (s *subnets) subnet(v confdoc.Value) (netip.Prefix, bool) {
	p, ok := v.Prefix()
	masked := p.Masked()
	switch complaint := unfitSubnet(p); {
	case !ok:
	case complaint != "":
		v.Fail("%s", complaint)
		ok = false
	case masked != p && s.c.IPAM.Type == hostLocal:
		v.Fail("host bits are set, which host-local rejects; want %s", masked)
		ok = false
	case masked != p:
		v.Warn("host bits are set; taken as %s", masked)
	}
	s.broken = s.broken || !ok && v.Given()
	return masked, ok
}

// unfitSubnet returns why a network cannot have the prefix p, or "".
func unfitSubnet(p netip.Prefix) string {
	longest := longest4
	if p.Addr().Is6() {
		longest = longest6
	}
	switch {
	case p.Bits() == 0:
		return fmt.Sprintf("prefix length 0 is the whole address space; want 1 to %d", longest)
	case p.Bits() > longest:
		return fmt.Sprintf("prefix length %d leaves no room for a gateway and a pod; want 1 to %d", p.Bits(), longest)
	case p.Addr().IsMulticast():
		return "multicast addresses cannot be a host's"
	}
	return ""
}

// network adds a subnet, unless its prefix already exists, and reads its range and its gateway.
func (s *subnets) network(o, v confdoc.Value, p netip.Prefix) {
	s.bounds(o, p)
	i, known := s.at[p]
	switch {
	case !known && len(s.all) == maxSubnets:
		v.Fail("a network of more than %d subnets", maxSubnets)
		return
	case !known:
		i = len(s.all)
		s.at[p] = i
		s.all = append(s.all, Subnet{Prefix: p, Path: v.Path()})
	}
	s.gateway(o.Get("gateway"), i)
}

// bounds checks a range's first and last address.
func (s *subnets) bounds(o confdoc.Value, p netip.Prefix) {
	start, end := o.Get("rangeStart"), o.Get("rangeEnd")
	for _, v := range []confdoc.Value{start, end} {
		if v.Given() && s.c.IPAM.Type == "" {
			v.Warn("has no effect: HNS assigns the addresses")
		}
	}
	from, hasFrom := inside(start, p)
	to, hasTo := inside(end, p)
	if hasFrom && hasTo && to.Less(from) {
		end.Fail("the range ends before its start %s", from)
	}
	switch {
	case len(s.spans) < maxRanges:
		s.spans = append(s.spans, makeSpan(o, p, from, to, s.sets))
	case !s.broken:
		s.broken = true
		o.Fail("more than %d ranges", maxRanges)
	}
}

func inside(v confdoc.Value, p netip.Prefix) (netip.Addr, bool) {
	a, ok := v.Host()
	if ok && !p.Contains(a) {
		v.Fail("outside of the subnet %s", p)
		return netip.Addr{}, false
	}
	return a, ok
}

// gateway reads the gateway of one of the subnets at the given positions.
func (s *subnets) gateway(v confdoc.Value, of ...int) {
	gw, ok := v.Host()
	if !ok {
		return
	}
	var tried []string
	for _, i := range of {
		if !s.all[i].Prefix.Contains(gw) {
			tried = append(tried, s.all[i].Prefix.String())
			continue
		}
		if have := s.all[i].Gateway; have.IsValid() && have != gw {
			v.Fail("the subnet %s already has the gateway %s", s.all[i].Prefix, have)
		} else {
			s.all[i].Gateway = gw
		}
		return
	}
	plural := ""
	if len(tried) > 1 {
		plural = "s"
	}
	v.Fail("outside of the subnet%s %s", plural, strings.Join(tried, " and "))
}

// assign sets a gateway on the subnet that contains it.
func (s *subnets) assign(v confdoc.Value, gw netip.Addr) {
	var of []int
	for i := range s.all {
		if hcnspec.FamilyOf(s.all[i].Prefix.Addr()) == hcnspec.FamilyOf(gw) {
			of = append(of, i)
		}
	}
	switch {
	case len(of) > 0:
		s.gateway(v, of...)
	case !s.broken:
		v.Warn("no %s subnet is configured that this gateway could be in; the HNS network's own is used", hcnspec.FamilyOf(gw))
	}
}

// routes reads the gateways from ipam's default routes and keeps the other routes.
func (s *subnets) routes(v confdoc.Value) {
	for _, item := range v.Items() {
		route, ok := readRoute(item.Object())
		switch {
		case !ok:
		case route.Dst.Bits() != 0:
			s.rest = append(s.rest, route)
		case route.GW.IsValid():
			s.assign(item.Get("gw", "gateway"), route.GW)
		}
		if s.c.IPAM.Type == hostLocal && item.Kind() == confdoc.Object && item.Get("dst").Text() == "" {
			item.Missing("dst", "host-local wants a prefix for every route, 0.0.0.0/0 or ::/0 for the default route")
		}
	}
}
