package policy

import (
	"fmt"
	"math"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// firstPortACL is the priority of the first ACL that lets a published port in. The next ones follow, leaving
// out what the ACLs of the configuration use.
const firstPortACL = 1000

// publishedPorts are the ports of the node that the configuration takes.
type publishedPorts struct {
	taken      []published
	priorities map[uint16]bool // of the endpoint's ACLs
}

// published is one port of the node, on one address, on all of a family, or on all.
type published struct {
	protocol uint32
	port     uint16
	address  netip.Addr // not valid: every address of family
	family   family
	path     string
}

func (p published) overlaps(q published) bool {
	if p.protocol != q.protocol || p.port != q.port {
		return false
	}
	if p.family != anyFamily && q.family != anyFamily && p.family != q.family {
		return false
	}
	return !p.address.IsValid() || !q.address.IsValid() || p.address == q.address
}

// publish takes a port of the node, and reports whether it was free.
func (c *compiler) publish(p published) bool {
	for _, q := range c.ports.taken {
		if p.overlaps(q) {
			c.fail(p.path, "(an object): port %d/%s of the node is published already by %s", p.port, protocolName(p.protocol), q.path)
			return false
		}
	}
	c.ports.taken = append(c.ports.taken, p)
	return true
}

func protocolName(n uint32) string {
	switch n {
	case netconf.TCP:
		return "tcp"
	case netconf.UDP:
		return "udp"
	}
	return fmt.Sprint(n)
}

// portMapping reads a PortMapping entry, and NAT of the v1 API.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#PortMappingPolicySetting
func portMapping(s *settings) []rule {
	var out hcnspec.PortMappingSetting
	if v, ok := s.require("tcp (6) or udp (17)", "Protocol"); ok {
		out.Protocol = v.transport()
	}
	if v, ok := s.require("the container's port", "InternalPort"); ok {
		out.InternalPort = v.port()
	}
	if v, ok := s.require("the node's port", "ExternalPort"); ok {
		out.ExternalPort = v.port()
	}
	if v, ok := s.find("Flags"); ok {
		out.Flags = hcnspec.NatFlags(v.flags(natFlagNames))
	}
	p := published{protocol: out.Protocol, port: out.ExternalPort, family: ipv4, path: s.path}
	if out.Flags&hcnspec.NatIPv6 != 0 {
		p.family = ipv6
	}
	if v, ok := s.find("VIP"); ok {
		p.address, _ = v.address()
		p = s.onAddress(v, p, &out)
	}
	if p.family == ipv6 {
		s.c.ipv6Port(s.path, "(an object)")
	}
	if p.port == 0 || !s.c.publish(p) {
		return nil
	}
	return []rule{{Policy: hcnspec.NewPolicy(s.name, out), family: p.family, path: s.path}}
}

// onAddress completes a policy that publishes on one address: an IPv6 address implies the flag.
func (s *settings) onAddress(v value, p published, out *hcnspec.PortMappingSetting) published {
	if !p.address.IsValid() {
		return p
	}
	out.VIP = p.address.String()
	switch f := familyOf(p.address); {
	case f == ipv6:
		out.Flags |= hcnspec.NatIPv6
		p.family = f
	case p.family == ipv6:
		v.fail("is IPv4, and the flag IPv6 is set")
	}
	return p
}

// ipv6Port records what IPv6 port mappings need.
func (c *compiler) ipv6Port(path, quoted string) {
	if c.network == hcnspec.NAT {
		c.fail(path, "%s: publishes a port over IPv6: a NAT network carries IPv4 only", quoted)
		return
	}
	c.gate(hcnspec.FeatureIPv6DualStack, path)
}

// portMappings turns the runtime's port mappings into policies: one for each family that hostIP leaves, and
// ACLs where the configuration asks for them.
func (c *compiler) portMappings() {
	const list = "runtimeConfig.portMappings"
	if len(c.cfg.PortMappings) == 0 {
		return
	}
	if c.network == hcnspec.Transparent {
		c.fail(list, "(a list): not on a network of type %s: %s", c.network, needsNAT)
		return
	}
	acls := newPortACLs(c)
	for i, m := range c.cfg.PortMappings {
		path := fmt.Sprintf("%s[%d]", list, i)
		p, ok := c.hostPort(m, path)
		if !ok || !c.publish(p) {
			continue
		}
		c.set.endpoint = append(c.set.endpoint, c.mappingRules(m, p)...)
		acls.add(m, p)
	}
	c.set.endpoint = append(c.set.endpoint, acls.rules()...)
}

// hostPort says which port of the node a mapping takes. hostIP 0.0.0.0 and :: mean every address of their
// family, as docker and nerdctl write it.
func (c *compiler) hostPort(m netconf.PortMapping, path string) (published, bool) {
	p := published{protocol: m.Protocol, port: m.HostPort, path: path}
	if m.HostPort == 0 || m.ContainerPort == 0 {
		c.fail(path, "(an object): want hostPort and containerPort from 1 to %d", math.MaxUint16)
		return p, false
	}
	if m.Protocol != netconf.TCP && m.Protocol != netconf.UDP {
		c.fail(path+".protocol", "%d: want tcp or udp", m.Protocol)
		return p, false
	}
	if !m.HostIP.IsValid() {
		return p, true
	}
	p.family = familyOf(m.HostIP)
	if !m.HostIP.Unmap().IsUnspecified() {
		p.address = m.HostIP.Unmap()
	}
	if p.family == ipv6 {
		before := len(c.problems)
		c.ipv6Port(path+".hostIP", quote(m.HostIP.String()))
		return p, len(c.problems) == before
	}
	return p, true
}

// mappingRules are the policies of one mapping. Only a hostIP makes an endpoint without its family worth a
// word: without one a pod simply gets what it has addresses for.
func (c *compiler) mappingRules(m netconf.PortMapping, p published) []rule {
	asked := ""
	if p.family != anyFamily {
		asked = p.path + ".hostIP"
	}
	var rules []rule
	for _, f := range []family{ipv4, ipv6} {
		if p.family != anyFamily && p.family != f || f == ipv6 && c.network == hcnspec.NAT {
			continue
		}
		out := hcnspec.PortMappingSetting{
			Protocol: m.Protocol, InternalPort: m.ContainerPort, ExternalPort: m.HostPort, Flags: c.natFlags(),
		}
		if f == ipv6 {
			out.Flags |= hcnspec.NatIPv6
		}
		if p.address.IsValid() {
			out.VIP = p.address.String()
		}
		rules = append(rules, rule{hcnspec.NewPolicy(hcnspec.PortMapping, out), f, asked})
	}
	return rules
}

// natFlags are those of the runtime's port mappings. On L2Bridge and L2Tunnel HNS needs LocalRoutedVip for a
// mapping to work at all (Windows-Containers#360, ACN#1863); elsewhere localRoutedPortMapping asks for it.
func (c *compiler) natFlags() hcnspec.NatFlags {
	bridged := c.network == hcnspec.L2Bridge || c.network == hcnspec.L2Tunnel
	if bridged || c.cfg.Flags.LocalRoutedPortMapping {
		return hcnspec.NatLocalRoutedVIP
	}
	return 0
}
