package hcnemu

import (
	"fmt"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// publishedPort is a port of the node that an endpoint's PortMapping policy holds. Two with the same
// protocol, port and family collide unless both have an address and the addresses differ.
type publishedPort struct {
	portOfHost
	ipv6 bool
	vip  string // canonical; "" is every address
}

func (p publishedPort) prefix() string {
	return fmt.Sprintf("port/%d/%05d/%t/", p.protocol, p.port, p.ipv6)
}

func (p publishedPort) key(endpoint string) string { return p.prefix() + p.vip + "/" + endpoint }

// checkPortMapping checks a PortMapping policy.
func checkPortMapping(n *network, p hcnspec.Policy) error {
	var s hcnspec.PortMappingSetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	switch {
	case s.Protocol != protocolTCP && s.Protocol != protocolUDP:
		return refuse(hostnet.CodeInvalidPolicy, "PortMapping: protocol %d is not TCP (6) or UDP (17)", s.Protocol)
	case s.InternalPort == 0:
		return refuse(hostnet.CodeInvalidInternalPort, "PortMapping without InternalPort")
	case n.Type == hcnspec.Transparent:
		return refuse(hostnet.CodeMappingNotSupported, "a network of type %s maps no ports", n.Type)
	case s.Flags&hcnspec.NatIPv6 != 0 && n.Type == hcnspec.NAT:
		return refuse(hostnet.CodeInvalidPolicy, "PortMapping: networks of type %s carry IPv4 only", n.Type)
	}
	return optionalAddress("PortMapping.VIP", s.VIP)
}

// portsOf returns the ports that policies publish. Policies that cannot be read were refused before.
func portsOf(policies []hcnspec.Policy) []publishedPort {
	var ports []publishedPort
	for _, p := range policies {
		var s hcnspec.PortMappingSetting
		if p.Type == hcnspec.PortMapping && settingsOf(p, &s) == nil {
			ports = append(ports, published(s))
		}
	}
	return ports
}

func published(s hcnspec.PortMappingSetting) publishedPort {
	vip, err := netip.ParseAddr(s.VIP)
	p := publishedPort{portOfHost: portOfHost{s.Protocol, s.ExternalPort}, ipv6: s.Flags&hcnspec.NatIPv6 != 0}
	if err == nil && !vip.IsUnspecified() {
		p.vip = vip.String()
		p.ipv6 = p.ipv6 || vip.Is6()
	}
	return p
}

// takePorts gives mappings without an external port one of the dynamic range, and refuses ports that
// are taken: by another endpoint, by another mapping of this one, or by a program of the node.
func (t *tx) takePorts(_ *network, e *endpoint) error {
	if e.remote() {
		return nil
	}
	var mine []publishedPort
	for i := range e.Policies {
		var s hcnspec.PortMappingSetting
		if e.Policies[i].Type != hcnspec.PortMapping {
			continue
		}
		if err := settingsOf(e.Policies[i], &s); err != nil {
			return err
		}
		if s.ExternalPort == 0 {
			if err := t.chooseExternalPort(&s, e.ID, mine); err != nil {
				return err
			}
			e.Policies[i] = hcnspec.NewPolicy(hcnspec.PortMapping, s)
		}
		p := published(s)
		if t.profile.busyPorts[p.portOfHost] {
			return refuse(hostnet.CodeSharingViolation, "a program of the node has port %d", p.port)
		}
		if holder := t.portHolder(p, e.ID, mine); holder != "" {
			return refuse(hostnet.CodePortAlreadyExists, "port %d of protocol %d is endpoint %s's", p.port, p.protocol, holder)
		}
		mine = append(mine, p)
	}
	return nil
}

// portHolder returns the endpoint that keeps the one with the ID from having the port, or "".
func (t *tx) portHolder(p publishedPort, id string, mine []publishedPort) string {
	for _, other := range mine {
		if other.prefix() == p.prefix() && (other.vip == p.vip || other.vip == "" || p.vip == "") {
			return id
		}
	}
	prefixes := []string{p.prefix()}
	if p.vip != "" {
		prefixes = []string{p.prefix() + "/", p.prefix() + p.vip + "/"}
	}
	for _, prefix := range prefixes {
		for _, holder := range t.findAll(prefix) {
			if holder != id {
				return holder
			}
		}
	}
	return ""
}

// The dynamic ports of Windows.
const firstDynamicPort, lastDynamicPort = 49152, 65535

func (t *tx) chooseExternalPort(s *hcnspec.PortMappingSetting, id string, mine []publishedPort) error {
	for port := firstDynamicPort; port <= lastDynamicPort; port++ {
		s.ExternalPort = uint16(port)
		p := published(*s)
		if !t.profile.busyPorts[p.portOfHost] && t.portHolder(p, id, mine) == "" {
			return nil
		}
	}
	return refuse(hostnet.CodePortAlreadyExists, "every dynamic port is taken")
}
