package policy

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// loadBalancer is the Type of a LoadBalancerPolicy entry.
const loadBalancer hcnspec.PolicyType = "LoadBalancer"

// Names of flags and distributions, lowest bit or number first.
var (
	balancerFlagNames     = []string{"DSR", "IPv6"}
	balancerPortFlagNames = []string{"ILB", "LocalRoutedVIP", "UseMux", "PreserveDIP"}
	distributionNames     = []string{"None", "SourceIPProtocol", "SourceIP"}
)

// frontEnd is what must be unique on a node: a port of a virtual address.
type frontEnd struct {
	vip      netip.Addr
	protocol uint32
	port     uint16
}

// balancer reads a load balancer into the Set; it becomes no policy.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#HostComputeLoadBalancer
func balancer(s *settings) []rule {
	before := len(s.c.problems)
	out := hcnspec.LoadBalancer{SchemaVersion: hcnspec.SchemaV2}
	if v, ok := s.find("Flags"); ok {
		out.Flags = hcnspec.LoadBalancerFlags(v.flags(balancerFlagNames))
		if out.Flags&hcnspec.LoadBalancerDSR != 0 {
			s.c.gate(hcnspec.FeatureDSR, v.path)
		}
	}
	vips := s.frontends(&out)
	if v, ok := s.find("SourceVIP"); ok {
		out.SourceVIP = v.sourceVIP(vips)
	}
	if v, ok := s.require("a list of ports", "PortMappings"); ok {
		out.PortMappings = s.balancerPorts(v)
	}
	s.c.claimFrontEnds(s.path, vips, out.PortMappings)
	if len(s.c.problems) == before {
		s.c.set.loadBalancers = append(s.c.set.loadBalancers, out)
	}
	return nil
}

// frontends reads the virtual addresses, which are of one family; IPv6 ones imply the flag.
func (s *settings) frontends(out *hcnspec.LoadBalancer) []netip.Addr {
	v, ok := s.require("a list of IP addresses", "FrontendVIPs")
	if !ok {
		return nil
	}
	var vips []netip.Addr
	for _, item := range v.items() {
		a, ok := item.address()
		if !ok {
			continue
		}
		if len(vips) > 0 && familyOf(vips[0]) != familyOf(a) {
			item.fail("a load balancer has addresses of one family, and the first is %s", familyOf(vips[0]))
			continue
		}
		vips = append(vips, a)
		out.FrontendVIPs = append(out.FrontendVIPs, a.String())
	}
	if len(v.items()) == 0 {
		v.fail("want at least one IP address")
	}
	s.balancerFamily(v, vips, out)
	return vips
}

func (s *settings) balancerFamily(v value, vips []netip.Addr, out *hcnspec.LoadBalancer) {
	switch {
	case len(vips) == 0:
	case familyOf(vips[0]) == ipv6:
		out.Flags |= hcnspec.LoadBalancerIPv6
		s.c.gate(hcnspec.FeatureIPv6DualStack, v.path)
	case out.Flags&hcnspec.LoadBalancerIPv6 != 0:
		v.fail("the flag IPv6 is set, and the addresses are IPv4")
	}
}

func (v value) sourceVIP(vips []netip.Addr) string {
	a, ok := v.address()
	if !ok {
		return ""
	}
	if len(vips) > 0 && familyOf(vips[0]) != familyOf(a) {
		v.fail("want an address of the family of FrontendVIPs, %s", familyOf(vips[0]))
	}
	return a.String()
}

func (s *settings) balancerPorts(v value) []hcnspec.LoadBalancerPortMapping {
	items := v.items()
	if len(items) == 0 {
		v.fail("want at least one port")
	}
	var ports []hcnspec.LoadBalancerPortMapping
	for _, item := range items {
		if p, ok := item.object(); ok {
			p.name = loadBalancer
			ports = append(ports, balancerPort(p))
			p.unused()
		}
	}
	return ports
}

func balancerPort(s *settings) hcnspec.LoadBalancerPortMapping {
	var out hcnspec.LoadBalancerPortMapping
	if v, ok := s.require("tcp (6) or udp (17)", "Protocol"); ok {
		out.Protocol = v.transport()
	}
	if v, ok := s.require("the pod's port", "InternalPort"); ok {
		out.InternalPort = v.port()
	}
	if v, ok := s.require("the port of the front end", "ExternalPort"); ok {
		out.ExternalPort = v.port()
	}
	if v, ok := s.find("DistributionType"); ok {
		out.DistributionType = v.distribution()
	}
	if v, ok := s.find("Flags"); ok {
		out.Flags = hcnspec.LoadBalancerPortMappingFlags(v.flags(balancerPortFlagNames))
	}
	return out
}

// distribution is a number or a name. Anything but none is session affinity.
func (v value) distribution() hcnspec.LoadBalancerDistribution {
	s, ok := v.text()
	if !ok {
		return 0
	}
	for i, name := range distributionNames {
		if matches(s, []string{name, string(rune('0' + i))}) {
			if i > 0 {
				v.c.gate(hcnspec.FeatureSessionAffinity, v.path)
			}
			return hcnspec.LoadBalancerDistribution(i)
		}
	}
	v.fail("want 0 to 2, or %s", orList(distributionNames))
	return 0
}

// claimFrontEnds refuses a port of a virtual address that is listed twice, in one load balancer or in two.
func (c *compiler) claimFrontEnds(path string, vips []netip.Addr, ports []hcnspec.LoadBalancerPortMapping) {
	if c.fronts == nil {
		c.fronts = map[frontEnd]string{}
	}
	for _, vip := range vips {
		for _, p := range ports {
			if p.ExternalPort == 0 || p.Protocol == 0 {
				continue // reported already
			}
			f := frontEnd{vip, p.Protocol, p.ExternalPort}
			if owner, taken := c.fronts[f]; taken {
				c.fail(path, "(an object): front end %s port %d/%s is taken already by %s", vip, f.port, protocolName(f.protocol), owner)
				continue
			}
			c.fronts[f] = path
		}
	}
}
