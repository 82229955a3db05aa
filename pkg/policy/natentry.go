package policy

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// natEntry is one OutBoundNAT entry as written.
type natEntry struct {
	exceptions   []natPrefix
	destinations []natPrefix
	virtualIP    netip.Addr
	flags        hcnspec.NatFlags
	pool         uint16
}

// rules returns the policies of an entry that is not merged because it has destinations, an address to translate to, or
// flags: one for each family of its addresses.
func (n natEntry) rules(s *settings) []rule {
	if n.virtualIP.IsValid() {
		return n.virtualRules(s)
	}
	n.check(s)
	var out []rule
	for _, f := range n.families() {
		out = append(out, n.rule(s, f))
	}
	return out
}

// check rejects addresses that no policy of the entry can contain.
func (n natEntry) check(s *settings) {
	if n.flags&hcnspec.NatIPv6 != 0 {
		for _, p := range slices.Concat(n.exceptions, n.destinations) {
			if hcnspec.FamilyOf(p.Addr()) == hcnspec.IPv4 {
				s.Fail("the flag IPv6 is set, and %s is IPv4", p.text)
			}
		}
	}
	if len(n.destinations) == 0 {
		return
	}
	families := n.families()
	for _, p := range n.exceptions {
		if f := hcnspec.FamilyOf(p.Addr()); !slices.Contains(families, f) {
			s.Fail("the exception %s is %s, and no destination is", p.text, f)
		}
	}
}

// virtualRules translates to one address, which has one family.
func (n natEntry) virtualRules(s *settings) []rule {
	f := hcnspec.FamilyOf(n.virtualIP)
	for _, p := range slices.Concat(n.exceptions, n.destinations) {
		if hcnspec.FamilyOf(p.Addr()) != f {
			s.Get("VirtualIP", "VIP").Fail("is %s, and %s is not", f, p.text)
			return nil
		}
	}
	return []rule{n.rule(s, f)}
}

func (n natEntry) rule(s *settings, f hcnspec.Families) rule {
	out := hcnspec.OutboundNATSetting{
		Exceptions:       texts(n.exceptions, f, s.c.cfg.Flags.CollapseNATExceptions),
		Destinations:     texts(n.destinations, f, false),
		Flags:            n.flags,
		MaxPortPoolUsage: n.pool,
	}
	if n.virtualIP.IsValid() {
		out.VirtualIP = n.virtualIP.String()
	}
	if len(out.Exceptions) == 0 && n.flags == 0 && !n.virtualIP.IsValid() {
		s.c.set.destinations = append(s.c.set.destinations, out.Destinations...)
	}
	return rule{Policy: hcnspec.NewPolicy(s.name, out), family: f}
}

// families returns those of the addresses; without any, the IPv6 flag decides.
func (n natEntry) families() []hcnspec.Families {
	var has hcnspec.Families
	listed := n.destinations
	if len(listed) == 0 {
		listed = n.exceptions
	}
	for _, p := range listed {
		has |= hcnspec.FamilyOf(p.Addr())
	}
	switch {
	case has == hcnspec.DualStack:
		return []hcnspec.Families{hcnspec.IPv4, hcnspec.IPv6}
	case has == hcnspec.IPv6, has != hcnspec.IPv4 && n.flags&hcnspec.NatIPv6 != 0:
		return []hcnspec.Families{hcnspec.IPv6}
	}
	return []hcnspec.Families{hcnspec.IPv4}
}
