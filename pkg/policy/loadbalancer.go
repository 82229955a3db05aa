package policy

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
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

// frontEnd is a port of a virtual address, which must be unique on a node.
type frontEnd struct {
	vip      netip.Addr
	protocol uint32
	port     uint16
}

// maxFrontEnds limits the front ends of one configuration: HNS keeps a rule for each.
const maxFrontEnds = 10_000

// balancer reads a load balancer into the Set; it is not a policy of HCN.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#HostComputeLoadBalancer
func balancer(s *settings) []rule {
	before := s.Failed()
	out := hcnspec.LoadBalancer{SchemaVersion: hcnspec.SchemaV2}
	asked := s.Get("Flags")
	out.Flags = hcnspec.LoadBalancerFlags(flags(asked, balancerFlagNames))
	if out.Flags&hcnspec.LoadBalancerDSR != 0 {
		s.c.gate(hcnspec.FeatureDSR, asked.Path())
	}
	vips := s.frontends(&out)
	source := s.Get("SourceVIP")
	out.SourceVIP = address(source)
	if a, ok := source.Addr(); ok && len(vips) > 0 && hcnspec.FamilyOf(vips[0]) != hcnspec.FamilyOf(a) {
		source.Fail("want an address of the family of FrontendVIPs, %s", hcnspec.FamilyOf(vips[0]))
	}
	out.PortMappings = s.balancerPorts(s.Require("a list of ports", "PortMappings"))
	s.claimFrontEnds(vips, out.PortMappings)
	if s.Failed() == before {
		s.c.set.loadBalancers = append(s.c.set.loadBalancers, out)
	}
	return nil
}

// frontends reads the virtual addresses, which are of one family; IPv6 ones imply the flag.
func (s *settings) frontends(out *hcnspec.LoadBalancer) []netip.Addr {
	v := s.Require("a list of IP addresses", "FrontendVIPs")
	items := v.Items()
	if len(items) == 0 && v.Given() {
		v.Fail("want at least one IP address")
	}
	var vips []netip.Addr
	for _, item := range items {
		a, ok := item.Addr()
		if ok && len(vips) > 0 && hcnspec.FamilyOf(vips[0]) != hcnspec.FamilyOf(a) {
			item.Fail("a load balancer has addresses of one family, and the first is %s", hcnspec.FamilyOf(vips[0]))
		} else if ok {
			vips = append(vips, a)
			out.FrontendVIPs = append(out.FrontendVIPs, a.String())
		}
	}
	switch {
	case len(vips) == 0:
	case hcnspec.FamilyOf(vips[0]) == hcnspec.IPv6:
		out.Flags |= hcnspec.LoadBalancerIPv6
		s.c.gate(hcnspec.FeatureIPv6DualStack, v.Path())
	case out.Flags&hcnspec.LoadBalancerIPv6 != 0:
		v.Fail("the flag IPv6 is set, and the addresses are IPv4")
	}
	return vips
}

func (s *settings) balancerPorts(v confdoc.Value) []hcnspec.LoadBalancerPortMapping {
	items := v.Items()
	if len(items) == 0 && v.Given() {
		v.Fail("want at least one port")
	}
	var ports []hcnspec.LoadBalancerPortMapping
	for _, item := range items {
		if p, ok := s.object(item); ok {
			ports = append(ports, balancerPort(p))
			p.unused()
		}
	}
	return ports
}

func balancerPort(s *settings) hcnspec.LoadBalancerPortMapping {
	internal, _ := s.Require("the pod's port", "InternalPort").Port()
	external, _ := s.Require("the port of the front end", "ExternalPort").Port()
	return hcnspec.LoadBalancerPortMapping{
		Protocol:         transport(s.Require("tcp (6) or udp (17)", "Protocol")),
		InternalPort:     internal,
		ExternalPort:     external,
		DistributionType: s.distribution(s.Get("DistributionType")),
		Flags:            hcnspec.LoadBalancerPortMappingFlags(flags(s.Get("Flags"), balancerPortFlagNames)),
	}
}

// distribution is a number or a name. Anything but none means session affinity.
func (s *settings) distribution(v confdoc.Value) hcnspec.LoadBalancerDistribution {
	text, ok := v.Str()
	if !ok {
		return 0
	}
	for i, name := range distributionNames {
		if strings.EqualFold(text, name) || text == strconv.Itoa(i) {
			if i > 0 {
				s.c.gate(hcnspec.FeatureSessionAffinity, v.Path())
			}
			return hcnspec.LoadBalancerDistribution(i)
		}
	}
	v.Fail("want 0 to 2, or %s", confdoc.OrList(distributionNames))
	return 0
}

// claimFrontEnds rejects a port of a virtual address that is listed twice, in one load balancer or in two.
func (s *settings) claimFrontEnds(vips []netip.Addr, ports []hcnspec.LoadBalancerPortMapping) {
	taken := s.c.fronts
	if len(taken)+len(vips)*len(ports) > maxFrontEnds {
		s.Fail("more than %d ports of virtual addresses in one configuration", maxFrontEnds)
		return
	}
	for _, vip := range vips {
		for _, p := range ports {
			if p.ExternalPort == 0 || p.Protocol == 0 {
				continue // reported already
			}
			f := frontEnd{vip, p.Protocol, p.ExternalPort}
			if owner, found := taken[f]; found {
				s.Fail("front end %s port %d/%s is already used by %s", vip, f.port, confdoc.ProtocolName(f.protocol), owner)
				continue
			}
			taken[f] = s.Path()
		}
	}
}
