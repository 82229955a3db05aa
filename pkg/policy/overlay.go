package policy

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// sdnRoute reads SDNRoute, and ROUTE of the v1 API: a route of the endpoint, encapsulated where NeedEncap
// says so. It is for endpoints with addresses of the destination's family.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#SDNRoutePolicySetting
func sdnRoute(s *settings) []rule {
	var out hcnspec.SDNRouteSetting
	if v, ok := s.find("NeedEncap"); ok {
		out.NeedEncap, _ = v.truth()
	}
	hop, hasHop := s.find("NextHop")
	v, ok := s.require("a prefix", "DestinationPrefix")
	if !ok {
		return nil
	}
	dst, ok := v.prefix()
	if !ok {
		return nil
	}
	out.DestinationPrefix = dst.String()
	if hasHop {
		out.NextHop = hop.nextHop(dst)
	}
	return []rule{{Policy: hcnspec.NewPolicy(s.name, out), family: familyOf(dst.Addr())}}
}

func (v value) nextHop(dst netip.Prefix) string {
	a, ok := v.address()
	if !ok {
		return ""
	}
	if familyOf(a) != familyOf(dst.Addr()) {
		v.fail("want an address of the family of the destination, %s", familyOf(dst.Addr()))
	}
	return a.String()
}

// providerAddress reads ProviderAddress, and PA of the v1 API: the node's address under the overlay.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#ProviderAddressEndpointPolicySetting
func providerAddress(s *settings) []rule {
	v, ok := s.require("the node's IP address", "ProviderAddress", "PA")
	if !ok {
		return nil
	}
	a, ok := v.address()
	if !ok {
		return nil
	}
	return s.made(hcnspec.ProviderAddressSetting{ProviderAddress: a.String()})
}

// remoteSubnetRoute reads RemoteSubnetRoute: a prefix of the overlay that another node serves.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#RemoteSubnetRoutePolicySetting
func remoteSubnetRoute(s *settings) []rule {
	var out hcnspec.RemoteSubnetRouteSetting
	if v, ok := s.require("a prefix", "DestinationPrefix"); ok {
		if p, ok := v.prefix(); ok {
			out.DestinationPrefix = p.String()
		}
	}
	if v, ok := s.require("the VSID of the subnet", "IsolationId"); ok {
		n, _ := v.number(1, maxUint16)
		out.IsolationID = uint16(n)
	}
	if v, ok := s.require("the other node's IP address", "ProviderAddress"); ok {
		if a, ok := v.address(); ok {
			out.ProviderAddress = a.String()
		}
	}
	if v, ok := s.require("a MAC address", "DistributedRouterMacAddress"); ok {
		out.DistributedRouterMacAddress, _ = v.mac()
	}
	return s.made(out)
}

// drMAC reads DrMacAddress: the MAC of the overlay's distributed router on this node.
func drMAC(s *settings) []rule {
	v, ok := s.require("a MAC address", "Address")
	if !ok {
		return nil
	}
	mac, _ := v.mac()
	return s.made(hcnspec.DrMacAddressSetting{Address: mac})
}

// vxlanPort reads VxlanPort: the UDP port of the overlay.
func vxlanPort(s *settings) []rule {
	v, ok := s.require("a UDP port", "Port")
	if !ok {
		return nil
	}
	s.c.vxlan(v.port(), s.path)
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
	if c.vxlanAt.path != "" {
		if c.vxlanAt.port != port {
			c.fail(path, "%d: a network has one VXLAN port, and %s says %d", port, c.vxlanAt.path, c.vxlanAt.port)
		}
		return
	}
	if port == 0 {
		return // reported already
	}
	c.vxlanAt.port, c.vxlanAt.path = port, path
	c.set.network = append(c.set.network, hcnspec.NewPolicy(hcnspec.VxlanPort, hcnspec.VxlanPortSetting{Port: port}))
}
