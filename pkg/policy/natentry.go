package policy

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// natEntry is one OutBoundNAT entry as it is written.
type natEntry struct {
	exceptions   []natPrefix
	destinations []natPrefix
	virtualIP    netip.Addr
	flags        hcnspec.NatFlags
	pool         uint16
}

// rules returns the policies of an entry that stays by itself, for it has destinations, an address to
// translate to, or flags: one for each family that its addresses have.
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

// check refuses addresses that no policy of the entry could hold.
func (n natEntry) check(s *settings) {
	if n.flags&hcnspec.NatIPv6 != 0 {
		for _, p := range slices.Concat(n.exceptions, n.destinations) {
			if familyOf(p.Addr()) == ipv4 {
				s.fail("the flag IPv6 is set, and %s is IPv4", p.text)
			}
		}
	}
	if len(n.destinations) == 0 {
		return
	}
	families := n.families()
	for _, p := range n.exceptions {
		if f := familyOf(p.Addr()); !slices.Contains(families, f) {
			s.fail("the exception %s is %s, and no destination is", p.text, f)
		}
	}
}

// virtualRules translates to one address, which is of one family.
func (n natEntry) virtualRules(s *settings) []rule {
	f := familyOf(n.virtualIP)
	for _, p := range slices.Concat(n.exceptions, n.destinations) {
		if familyOf(p.Addr()) != f {
			s.c.fail(s.path+".VirtualIP", "%q: is %s, and %s is not", n.virtualIP, f, p.text)
			return nil
		}
	}
	return []rule{n.rule(s, f)}
}

func (n natEntry) rule(s *settings, f family) rule {
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

// families are those of the addresses; without any, the IPv6 flag decides.
func (n natEntry) families() []family {
	has := map[family]bool{}
	listed := n.destinations
	if len(listed) == 0 {
		listed = n.exceptions
	}
	for _, p := range listed {
		has[familyOf(p.Addr())] = true
	}
	switch {
	case n.flags&hcnspec.NatIPv6 != 0 && !has[ipv4], has[ipv6] && !has[ipv4]:
		return []family{ipv6}
	case has[ipv6]:
		return []family{ipv4, ipv6}
	}
	return []family{ipv4}
}
