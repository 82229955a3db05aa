package policy

import (
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// sdnRoute reads SDNRoute, and ROUTE of the v1 API: a route of the endpoint, encapsulated where NeedEncap says so. It
// applies to endpoints with addresses of the destination's family.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#SDNRoutePolicySetting
func sdnRoute(s *settings) []rule {
	out := hcnspec.SDNRouteSetting{NeedEncap: s.truth("NeedEncap")}
	hop := s.Get("NextHop")
	dst, ok := prefix(s.Require("a prefix", "DestinationPrefix"))
	if !ok {
		return nil
	}
	out.DestinationPrefix, out.NextHop = dst.String(), address(hop)
	family := hcnspec.FamilyOf(dst.Addr())
	if a, ok := hop.Addr(); ok && hcnspec.FamilyOf(a) != family {
		hop.Fail("want an address of the family of the destination, %s", family)
	}
	return []rule{{Policy: hcnspec.NewPolicy(s.name, out), family: family}}
}

// providerAddress reads ProviderAddress, and PA of the v1 API: the node's address under the overlay.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#ProviderAddressEndpointPolicySetting
func providerAddress(s *settings) []rule {
	return s.made(hcnspec.ProviderAddressSetting{ProviderAddress: address(s.Require("the node's IP address", "ProviderAddress", "PA"))})
}

// remoteSubnetRoute reads RemoteSubnetRoute: a prefix of the overlay that another node serves.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#RemoteSubnetRoutePolicySetting
func remoteSubnetRoute(s *settings) []rule {
	vsid, _ := confdoc.WholeOf[uint32](s.Require("the VSID of the subnet", "IsolationId"), hcnspec.MinVSID, hcnspec.MaxVSID)
	out := hcnspec.RemoteSubnetRouteSetting{
		IsolationID:                 vsid,
		ProviderAddress:             address(s.Require("the other node's IP address", "ProviderAddress")),
		DistributedRouterMacAddress: mac(s.Require("a MAC address", "DistributedRouterMacAddress")),
	}
	if p, ok := prefix(s.Require("a prefix", "DestinationPrefix")); ok {
		out.DestinationPrefix = p.String()
	}
	return s.made(out)
}

// drMAC reads DrMacAddress: the MAC of the overlay's distributed router on this node.
func drMAC(s *settings) []rule {
	return s.made(hcnspec.DrMacAddressSetting{Address: mac(s.Require("a MAC address", "Address"))})
}

// vxlanPort reads VxlanPort: the UDP port of the overlay.
func vxlanPort(s *settings) []rule {
	if port, ok := s.Require("a UDP port", "Port").Port(); ok {
		s.c.vxlan(port, s.Path())
	}
	return nil
}

// vxlanPort adds the policy of the field vxlanPort.
func (c *compiler) vxlanPort() {
	if c.cfg.VxlanPort == 0 {
		return
	}
	if c.network != hcnspec.Overlay {
		c.fail("vxlanPort", "%d: not on a network of type %s: %s", c.cfg.VxlanPort, c.network, needsOverlay)
		return
	}
	c.gate(hcnspec.FeatureVxlanPort, "vxlanPort")
	c.vxlan(c.cfg.VxlanPort, "vxlanPort")
}

// vxlan sets the one port that a network has.
func (c *compiler) vxlan(port uint16, path string) {
	if c.vxlanAt.path == "" {
		c.vxlanAt.port, c.vxlanAt.path = port, path
		c.set.network = append(c.set.network, hcnspec.NewPolicy(hcnspec.VxlanPort, hcnspec.VxlanPortSetting{Port: port}))
	} else if c.vxlanAt.port != port {
		c.fail(path, "%d: a network has one VXLAN port, and %s says %d", port, c.vxlanAt.path, c.vxlanAt.port)
	}
}
