package hcnrule

import (
	"encoding/json"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Port is a port of the node that an endpoint publishes.
type Port struct {
	Protocol uint32 // IANA number
	Number   uint16
	IPv6     bool
	VIP      string // canonical; "" is every address
}

// PortOf returns the node's port that a mapping uses.
func PortOf(s hcnspec.PortMappingSetting) Port {
	p := Port{Protocol: s.Protocol, Number: s.ExternalPort, IPv6: s.Flags&hcnspec.NatIPv6 != 0}
	if vip, err := netip.ParseAddr(s.VIP); err == nil && !vip.IsUnspecified() {
		p.VIP = vip.String()
		p.IPv6 = p.IPv6 || vip.Is6()
	}
	return p
}

// PortsOf returns the ports that an endpoint's policies publish. It skips policies that cannot be decoded.
func PortsOf(policies []hcnspec.Policy) []Port {
	var ports []Port
	for _, p := range policies {
		var s hcnspec.PortMappingSetting
		if p.Type == hcnspec.PortMapping && json.Unmarshal(p.Settings, &s) == nil {
			ports = append(ports, PortOf(s))
		}
	}
	return ports
}

// Collides reports whether HNS accepts only one of two mappings: protocol, port and family are the same, and the
// addresses are too or one of them is every address.
func (p Port) Collides(q Port) bool {
	return p.Protocol == q.Protocol && p.Number == q.Number && p.IPv6 == q.IPv6 &&
		(p.VIP == q.VIP || p.VIP == "" || q.VIP == "")
}
