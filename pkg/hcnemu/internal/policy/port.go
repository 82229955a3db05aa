package policy

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Port is a port of the node that an endpoint's PortMapping policy holds. Two with the same protocol, port and family
// conflict unless both have an address and the addresses differ.
type Port struct {
	node.Port
	ipv6 bool
	Vip  string // canonical; "" is every address
}

// Prefix returns the common prefix of the index keys of all ports with the same protocol, number and family.
func (p Port) Prefix() string {
	return fmt.Sprintf("port/%d/%05d/%t/", p.Protocol, p.Number, p.ipv6)
}

// Key returns the port's key in the index, which an endpoint holds.
func (p Port) Key(endpoint string) string { return p.Prefix() + p.Vip + "/" + endpoint }

// checkPortMapping checks a PortMapping policy.
func checkPortMapping(of hcnspec.NetworkType, p hcnspec.Policy) error {
	var s hcnspec.PortMappingSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	switch {
	case s.Protocol != node.TCP && s.Protocol != node.UDP:
		return refusal.With(hostnet.CodeInvalidPolicy, "PortMapping: protocol %d is not TCP (6) or UDP (17)", s.Protocol)
	case s.InternalPort == 0:
		return refusal.With(hostnet.CodeInvalidInternalPort, "PortMapping without InternalPort")
	case of == hcnspec.Transparent:
		return refusal.With(hostnet.CodeMappingNotSupported, "a network of type %s maps no ports", of)
	case s.Flags&hcnspec.NatIPv6 != 0 && of == hcnspec.NAT:
		return refusal.With(hostnet.CodeInvalidPolicy, "PortMapping: networks of type %s carry IPv4 only", of)
	}
	return optionalAddress("PortMapping.VIP", s.VIP)
}

// PublishedBy returns the ports that policies publish. Policies that cannot be read were rejected earlier.
func PublishedBy(policies []hcnspec.Policy) []Port {
	var ports []Port
	for _, p := range policies {
		var s hcnspec.PortMappingSetting
		if p.Type == hcnspec.PortMapping && Settings(p, &s) == nil {
			ports = append(ports, Published(s))
		}
	}
	return ports
}

// Published returns the port that a mapping publishes.
func Published(s hcnspec.PortMappingSetting) Port {
	p := hcnrule.PortOf(s)
	return Port{Port: node.Port{Protocol: p.Protocol, Number: p.Number}, ipv6: p.IPv6, Vip: p.VIP}
}
