package netconf

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// subnets gathers the prefixes of a network and their gateways from the places that name them.
type subnets struct {
	*reader
	all   []Subnet
	rest  []Route
	byHNS bool // no IPAM plugin hands out the addresses
	// broken is set where a subnet could not be read: a gateway without one is no news then.
	broken bool
}

// Longest prefixes that leave room for a gateway and a pod.
const (
	longest4 = 30
	longest6 = 126
)

// plain reads subnet and gateway of the ipam section. They come before the ranges, as host-local has it.
func (s *subnets) plain(section *node) {
	gateway := s.field(section, "gateway")
	n := s.field(section, "subnet")
	p, ok := s.subnet(n)
	if !ok {
		s.loneGateway(gateway)
		return
	}
	s.bounds(section, p)
	i, _ := s.insert(0, Subnet{Prefix: p, Path: n.path()})
	s.gateway(gateway, []int{i})
}

func (s *subnets) loneGateway(n *node) {
	if gw, ok := s.host(n); ok {
		s.assign(n, gw)
	}
}

// subnet reads a prefix that a network can have. Host bits are cleared: the field writes the gateway's
// address there, and a prefix length that is wrong (containerd's script) leaves bits over too.
func (s *subnets) subnet(n *node) (netip.Prefix, bool) {
	p, ok := s.prefix(n)
	if ok {
		if complaint := unfitSubnet(p); complaint != "" {
			s.fail(n, "%s", complaint)
			ok = false
		}
	}
	if !ok {
		s.broken = s.broken || n != nil
		return p, false
	}
	if masked := p.Masked(); masked != p {
		s.advise(n, "host bits are set; taken as %s", masked)
	}
	return p.Masked(), true
}

// unfitSubnet says why a network cannot have the prefix p, or nothing.
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
		return "multicast addresses belong to no host"
	}
	return ""
}

// insert adds a subnet at position i, unless its prefix is there already.
func (s *subnets) insert(i int, sub Subnet) (int, bool) {
	at := slices.IndexFunc(s.all, func(have Subnet) bool { return have.Prefix == sub.Prefix })
	if at >= 0 {
		return at, false
	}
	s.all = slices.Insert(s.all, i, sub)
	return i, true
}

// rangeSets reads host-local's list of lists of ranges. Those of the runtime come first, as host-local has it.
func (s *subnets) rangeSets(n *node, first bool) {
	at := len(s.all)
	if first {
		at = 0
	}
	for _, set := range s.items(n) {
		for _, item := range s.items(set) {
			if s.addressRange(item, at) {
				at++
			}
		}
	}
}

// addressRange reads one range and reports whether it brought a new subnet.
func (s *subnets) addressRange(item *node, at int) bool {
	o := s.object(item)
	if o == nil {
		return false
	}
	n := s.field(o, "subnet")
	if n == nil {
		s.missing(wrong, o, "subnet", "want a prefix in CIDR notation")
		return false
	}
	p, ok := s.subnet(n)
	if !ok {
		return false
	}
	s.bounds(o, p)
	i, added := s.insert(at, Subnet{Prefix: p, Path: n.path()})
	s.gateway(s.field(o, "gateway"), []int{i})
	return added
}

// bounds checks a range's first and last address.
func (s *subnets) bounds(o *node, p netip.Prefix) {
	start := s.field(o, "rangeStart")
	end := s.field(o, "rangeEnd")
	for _, n := range []*node{start, end} {
		if n != nil && s.byHNS {
			s.advise(n, "has no effect: HNS hands out the addresses")
		}
	}
	from, hasFrom := s.inside(start, p)
	to, hasTo := s.inside(end, p)
	if hasFrom && hasTo && to.Less(from) {
		s.fail(end, "the range ends before its start %s", from)
	}
}

func (s *subnets) inside(n *node, p netip.Prefix) (netip.Addr, bool) {
	a, ok := s.host(n)
	if ok && !p.Contains(a) {
		s.fail(n, "outside of the subnet %s", p)
		return a, false
	}
	return a, ok
}

// gateway reads the gateway of one of the subnets at the given positions.
func (s *subnets) gateway(n *node, of []int) {
	gw, ok := s.host(n)
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
			s.fail(n, "the subnet %s has the gateway %s already", s.all[i].Prefix, have)
		} else {
			s.all[i].Gateway = gw
		}
		return
	}
	plural := ""
	if len(tried) > 1 {
		plural = "s"
	}
	s.fail(n, "outside of the subnet%s %s", plural, strings.Join(tried, " and "))
}

// assign gives a gateway to the subnet of its family that it is in.
func (s *subnets) assign(n *node, gw netip.Addr) {
	var of []int
	for i := range s.all {
		if s.all[i].Prefix.Addr().Is4() == gw.Is4() {
			of = append(of, i)
		}
	}
	if len(of) == 0 {
		if s.broken {
			return
		}
		s.advise(n, "no %s subnet is configured that this gateway could be in; the HNS network's own is used", family(gw))
		return
	}
	s.gateway(n, of)
}

// routes takes the gateways from ipam's default routes and keeps the other routes.
func (s *subnets) routes(n *node) {
	for _, item := range s.items(n) {
		route, ok := s.route(item)
		switch {
		case !ok:
		case route.Dst.Bits() != 0:
			s.rest = append(s.rest, route)
		case route.GW.IsValid():
			s.assign(s.field(item, "gw", "gateway"), route.GW)
		}
	}
}
