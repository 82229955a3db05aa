package policy

import (
	"fmt"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// publishedPorts are the ports of the node that the configuration uses.
type publishedPorts struct {
	taken      map[nodePort]string // with the path of its mapping
	priorities map[uint16]bool     // of the endpoint's ACLs
}

// nodePort is one port of the node on one address, or on some or every address of a family.
type nodePort struct {
	protocol uint32
	port     uint16
	family   hcnspec.Families
	address  netip.Addr // invalid for some and for every
	every    bool
}

// published is a port of the node, on one address, on all of a family, or on all.
type published struct {
	protocol uint32
	port     uint16
	address  netip.Addr // invalid: every address of family
	family   hcnspec.Families
	path     string
}

// publish claims a port of the node, and reports whether it was free.
func (c *compiler) publish(p published) bool {
	families := []hcnspec.Families{hcnspec.IPv4, hcnspec.IPv6}
	if p.family != anyFamily {
		families = []hcnspec.Families{p.family}
	}
	for _, family := range families {
		some := nodePort{protocol: p.protocol, port: p.port, family: family}
		one, every := some, some
		one.address, every.every = p.address, true
		clashes := []nodePort{one, every}
		if !p.address.IsValid() {
			clashes, one = []nodePort{some}, every
		}
		for _, k := range clashes {
			if path, taken := c.ports.taken[k]; taken {
				c.fail(p.path, "(an object): port %d/%s of the node is already published by %s", p.port, confdoc.ProtocolName(p.protocol), path)
				return false
			}
		}
		defer func() { c.ports.taken[one], c.ports.taken[some] = p.path, p.path }()
	}
	return true
}

// portMapping reads a PortMapping entry, and NAT of the v1 API.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#PortMappingPolicySetting
func portMapping(s *settings) []rule {
	internal, _ := s.Require("the container's port", "InternalPort").Port()
	external, _ := s.Require("the node's port", "ExternalPort").Port()
	vip := s.Get("VIP")
	out := hcnspec.PortMappingSetting{
		Protocol:     transport(s.Require("tcp (6) or udp (17)", "Protocol")),
		InternalPort: internal,
		ExternalPort: external,
		Flags:        hcnspec.NatFlags(flags(s.Get("Flags"), natFlagNames)),
		VIP:          address(vip),
	}
	p := published{protocol: out.Protocol, port: external, family: hcnspec.IPv4, path: s.Path()}
	if out.Flags&hcnspec.NatIPv6 != 0 {
		p.family = hcnspec.IPv6
	}
	p.address, _ = vip.Addr()
	switch hcnspec.FamilyOf(p.address) {
	case hcnspec.IPv6: // which implies the flag
		out.Flags |= hcnspec.NatIPv6
		p.family = hcnspec.IPv6
	case hcnspec.IPv4:
		if p.family == hcnspec.IPv6 {
			vip.Fail("is IPv4, and the flag IPv6 is set")
		}
	}
	if p.family == hcnspec.IPv6 {
		s.c.ipv6Port(s.Path(), "(an object)")
	}
	if p.port == 0 || !s.c.publish(p) {
		return nil
	}
	return []rule{{Policy: hcnspec.NewPolicy(s.name, out), family: p.family, path: s.Path()}}
}

// ipv6Port records the requirements of IPv6 port mappings, and reports whether the network supports them.
func (c *compiler) ipv6Port(path, quoted string) bool {
	if c.network == hcnspec.NAT {
		c.fail(path, "%s: publishes a port over IPv6: a NAT network carries IPv4 only", quoted)
		return false
	}
	c.gate(hcnspec.FeatureIPv6DualStack, path)
	return true
}

// portMappings converts the runtime's port mappings to policies: one for each family that hostIP allows, and ACLs if
// the configuration requests them.
func (c *compiler) portMappings() {
	const list = "runtimeConfig.portMappings"
	if len(c.cfg.PortMappings) == 0 {
		return
	}
	if c.cfg.OfWinOverlay() && !c.cfg.Flags.LocalRoutedPortMapping {
		c.warn(list, "(a list): win-overlay publishes ports only with optionalFlags.localRoutedPortMapping")
		return
	}
	if c.network == hcnspec.Transparent {
		c.fail(list, "(a list): not on a network of type %s: %s", c.network, needsNAT)
		return
	}
	acls := portACLs{c: c, at: map[allowedPort]int{}}
	for i, m := range c.cfg.PortMappings {
		p, ok := c.hostPort(m, fmt.Sprintf("%s[%d]", list, i))
		if ok && c.publish(p) {
			c.set.endpoint = append(c.set.endpoint, c.mappingRules(m, p)...)
			acls.add(m, p)
		}
	}
	c.set.endpoint = append(c.set.endpoint, acls.rules()...)
}

// hostPort returns the port of the node that a mapping uses. hostIP 0.0.0.0 and :: mean every address of their family,
// as docker and nerdctl write it.
func (c *compiler) hostPort(m netconf.PortMapping, path string) (published, bool) {
	p := published{protocol: m.Protocol, port: m.HostPort, path: path, family: hcnspec.FamilyOf(m.HostIP)}
	if m.HostIP.IsValid() && !m.HostIP.IsUnspecified() {
		p.address = m.HostIP
	}
	if p.family == hcnspec.IPv6 {
		return p, c.ipv6Port(path+".hostIP", confdoc.Quote(m.HostIP.String()))
	}
	return p, true
}

// mappingRules are the policies of one mapping. A hostIP leads to a warning about an endpoint without its
// family: without one a pod gets mappings for the families that it has.
func (c *compiler) mappingRules(m netconf.PortMapping, p published) []rule {
	asked := ""
	if p.family != anyFamily {
		asked = p.path + ".hostIP"
	}
	var rules []rule
	for _, f := range []hcnspec.Families{hcnspec.IPv4, hcnspec.IPv6} {
		if p.family != anyFamily && p.family != f || f == hcnspec.IPv6 && c.network == hcnspec.NAT {
			continue
		}
		out := hcnspec.PortMappingSetting{
			Protocol: m.Protocol, InternalPort: m.ContainerPort, ExternalPort: m.HostPort, Flags: c.natFlags(),
		}
		if f == hcnspec.IPv6 {
			out.Flags |= hcnspec.NatIPv6
		}
		if p.address.IsValid() {
			out.VIP = p.address.String()
		}
		rules = append(rules, rule{hcnspec.NewPolicy(hcnspec.PortMapping, out), f, asked})
	}
	return rules
}

// natFlags returns the flags of the runtime's port mappings. On L2Bridge and L2Tunnel HNS needs LocalRoutedVip for a
// mapping to work at all (Windows-Containers#360, ACN#1863); elsewhere localRoutedPortMapping requests it.
func (c *compiler) natFlags() hcnspec.NatFlags {
	bridged := c.network == hcnspec.L2Bridge || c.network == hcnspec.L2Tunnel
	if bridged || c.cfg.Flags.LocalRoutedPortMapping {
		return hcnspec.NatLocalRoutedVIP
	}
	return 0
}
