package policy

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// natMerge collects the plain OutBoundNAT entries: those with nothing but exceptions. HNS requires one policy for each
// family, with exceptions of that family only (AgentBaker#3049), whereas configurations have several entries, mixed
// lists, and ipMasq in addition.
type natMerge struct {
	at         int // position of the merged policies among the endpoint's
	asked      bool
	all        bool // an entry without exceptions: both families
	exceptions []natPrefix
	pool       uint16
	poolPath   string
}

// natPrefix is a prefix with its text: one written as a bare address stays an address.
type natPrefix struct {
	netip.Prefix
	text string
}

// natFlagNames are the names of NatFlags, lowest bit first.
var natFlagNames = []string{"LocalRoutedVip", "IPv6"}

// outboundNAT reads OutBoundNAT.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#OutboundNatPolicySetting
func outboundNAT(s *settings) []rule {
	n := natEntry{
		exceptions:   s.prefixes("Exceptions", "ExceptionList"),
		destinations: s.prefixes("Destinations", "DestinationList"),
	}
	n.virtualIP, _ = s.Get("VirtualIP", "VIP").Addr()
	n.flags = hcnspec.NatFlags(flags(s.Get("Flags"), natFlagNames))
	n.pool = number[uint16](s, maxUint16, "MaxPortPoolUsage")
	s.warnOfExceptions()
	if len(n.destinations) == 0 && !n.virtualIP.IsValid() && n.flags == 0 {
		s.c.mergeNAT(n, s.Get("MaxPortPoolUsage"))
		return nil
	}
	if len(n.destinations) > 0 {
		s.c.gate(hcnspec.FeatureDSR, s.Path())
	}
	return n.rules(s)
}

// warnOfExceptions warns of lists whose effect is the opposite of what they suggest.
func (s *settings) warnOfExceptions() {
	for _, v := range s.All("Exceptions", "ExceptionList") {
		if v.Kind() == confdoc.List && len(v.Children()) == 0 {
			v.Warn("an empty list: everything that a pod sends is translated, even to other pods")
		}
		for _, item := range v.Items() {
			if p, complaint := confdoc.ParseAnyPrefix(item.Text()); complaint == "" && p.Bits() == 0 {
				item.Warn("every address is an exception, so nothing is translated; omit the policy instead")
			}
		}
	}
}

// mergeNAT adds a plain entry to the merged policies.
func (c *compiler) mergeNAT(n natEntry, pool confdoc.Value) {
	c.askNAT()
	c.nat.all = c.nat.all || len(n.exceptions) == 0
	c.nat.exceptions = append(c.nat.exceptions, n.exceptions...)
	if n.pool == 0 {
		return
	}
	if c.nat.pool != 0 && c.nat.pool != n.pool {
		pool.Fail("differs from %d at %s, and both entries become one policy", c.nat.pool, c.nat.poolPath)
		return
	}
	c.nat.pool, c.nat.poolPath = n.pool, pool.Path()
}

func (c *compiler) askNAT() {
	if !c.nat.asked {
		c.nat.asked, c.nat.at = true, len(c.set.endpoint)
	}
}

// masquerade adds ipMasq and ipMasqNetwork, which flannel passes on, to the merged policies: traffic inside
// the pod network keeps the pod's address.
func (c *compiler) masquerade() {
	if !c.cfg.IPMasq && (c.network == hcnspec.Overlay || !c.cfg.IPMasqNetwork.IsValid()) {
		return
	}
	if c.network == hcnspec.NAT || c.network == hcnspec.Transparent {
		field, value := "ipMasq", "true"
		if !c.cfg.IPMasq {
			field, value = "ipMasqNetwork", confdoc.Quote(c.cfg.IPMasqNetwork.String())
		}
		c.warn(field, "%s: has no effect on a network of type %s", value, c.network)
		return
	}
	inside := c.insidePrefixes()
	if len(inside) == 0 {
		c.warn("ipMasq", "true: no subnet is given in ipam, and no ipMasqNetwork: traffic between pods is translated too")
	}
	c.mergeNAT(natEntry{exceptions: inside}, confdoc.Value{})
}

// insidePrefixes are the prefixes of the pod network: ipMasqNetwork, and the subnets that it does not cover.
func (c *compiler) insidePrefixes() []natPrefix {
	var inside []natPrefix
	outer := c.cfg.IPMasqNetwork
	if outer.IsValid() {
		inside = append(inside, natPrefix{outer.Masked(), outer.Masked().String()})
	}
	for _, subnet := range c.cfg.IPAM.Subnets {
		p := subnet.Prefix.Masked()
		if p.IsValid() && !(outer.IsValid() && outer.Overlaps(p) && outer.Bits() <= p.Bits()) {
			inside = append(inside, natPrefix{p, p.String()})
		}
	}
	return inside
}

// mergedNAT inserts the merged policies in place of the first plain entry: one for each family that has exceptions, and
// one for both families if an entry has none at all. The IPv6 policy needs the flag only if no exception shows its
// family.
func (c *compiler) mergedNAT() {
	if !c.nat.asked {
		return
	}
	var rules []rule
	for _, f := range []hcnspec.Families{hcnspec.IPv4, hcnspec.IPv6} {
		exceptions := texts(c.nat.exceptions, f, c.cfg.Flags.CollapseNATExceptions)
		if len(exceptions) == 0 && !c.nat.all {
			continue
		}
		out := hcnspec.OutboundNATSetting{Exceptions: exceptions, MaxPortPoolUsage: c.nat.pool}
		if f == hcnspec.IPv6 && len(exceptions) == 0 {
			out.Flags = hcnspec.NatIPv6
		}
		rules = append(rules, rule{Policy: hcnspec.NewPolicy(hcnspec.OutBoundNAT, out), family: f})
	}
	before, after := c.set.endpoint[:c.nat.at:c.nat.at], c.set.endpoint[c.nat.at:]
	c.set.endpoint = append(before, append(rules, after...)...)
}

// texts returns the prefixes of one family in order, each once. With collapse, only the widest of those that begin at
// the same address stays: HNS of Windows Server 2019 ignores the length, and the widest covers the others anyway.
func texts(prefixes []natPrefix, f hcnspec.Families, collapse bool) []string {
	widest := map[netip.Addr]int{}
	for _, p := range prefixes {
		if bits, ok := widest[p.Addr()]; !ok || p.Bits() < bits {
			widest[p.Addr()] = p.Bits()
		}
	}
	var out []string
	seen := map[netip.Prefix]bool{}
	for _, p := range prefixes {
		if hcnspec.FamilyOf(p.Addr()) != f || seen[p.Prefix] || collapse && p.Bits() > widest[p.Addr()] {
			continue
		}
		seen[p.Prefix] = true
		out = append(out, p.text)
	}
	return out
}

// prefixes reads a list of prefixes and addresses; lists under several names are combined.
func (s *settings) prefixes(names ...string) []natPrefix {
	var out []natPrefix
	for _, v := range s.All(names...) {
		if v.Kind() == confdoc.Null {
			continue
		}
		for _, item := range v.Items() {
			if p, ok := prefix(item); ok {
				out = append(out, natPrefix{p, prefixText(item, p)})
			}
		}
	}
	return out
}
