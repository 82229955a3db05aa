package node

import (
	"encoding/json"
	"fmt"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// TypeOf returns the network's type; HNS leaves NAT out of its documents.
func TypeOf(n *hcnspec.Network) hcnspec.NetworkType {
	if n.Type == "" {
		return hcnspec.NAT
	}
	return n.Type
}

// Uplink returns the adapter that the network is bound to, or "".
func Uplink(n *hcnspec.Network) string {
	var s hcnspec.NetAdapterNameSetting
	settings(n.Policies, hcnspec.NetAdapterName, &s)
	return s.NetworkAdapterName
}

// Isolation returns "VLAN 7" or "VSID 4096" of the subnet, or "".
func Isolation(s *hcnspec.Subnet) string {
	for _, kind := range []hcnspec.PolicyType{hcnspec.VLAN, hcnspec.VSID} {
		var i hcnspec.IsolationSetting
		if settings(s.Policies, kind, &i) {
			return fmt.Sprintf("%s %d", kind, i.IsolationID)
		}
	}
	return ""
}

// Addresses returns the endpoint's addresses with their prefix lengths, as stored in HNS.
func Addresses(e *hcnspec.Endpoint) []string {
	var all []string
	for _, c := range e.IPConfigs {
		all = append(all, fmt.Sprintf("%s/%d", c.IPAddress, c.PrefixLength))
	}
	return all
}

// IPs returns the endpoint's valid addresses.
func IPs(e *hcnspec.Endpoint) []netip.Addr {
	var all []netip.Addr
	for _, c := range e.IPConfigs {
		if addr, err := netip.ParseAddr(c.IPAddress); err == nil {
			all = append(all, addr.Unmap())
		}
	}
	return all
}

// Ports returns the ports of the node that the endpoint publishes: "8080->80/tcp".
func Ports(e *hcnspec.Endpoint) []string {
	var all []string
	for _, m := range PortMappings(e) {
		port := fmt.Sprintf("%d->%d/%s", m.ExternalPort, m.InternalPort, Protocol(m.Protocol))
		if m.VIP != "" {
			port = m.VIP + ":" + port
		}
		all = append(all, port)
	}
	return all
}

// PortMappings returns the settings of the endpoint's PortMapping policies.
func PortMappings(e *hcnspec.Endpoint) []hcnspec.PortMappingSetting {
	var all []hcnspec.PortMappingSetting
	for _, p := range e.Policies {
		var m hcnspec.PortMappingSetting
		if p.Type == hcnspec.PortMapping && json.Unmarshal(p.Settings, &m) == nil {
			all = append(all, m)
		}
	}
	return all
}

// Protocol returns the usual name of an IANA protocol number.
func Protocol(number uint32) string {
	switch number {
	case 6:
		return "tcp"
	case 17:
		return "udp"
	}
	return fmt.Sprint(number)
}

// settings reads the first policy of that type into v and reports whether it exists.
func settings(policies []hcnspec.Policy, t hcnspec.PolicyType, v any) bool {
	for _, p := range policies {
		if p.Type == t {
			return json.Unmarshal(p.Settings, v) == nil
		}
	}
	return false
}

// FrontPorts returns the ports of a load balancer: "80->8080/tcp".
func FrontPorts(lb *hcnspec.LoadBalancer) []string {
	var all []string
	for _, m := range lb.PortMappings {
		all = append(all, fmt.Sprintf("%d->%d/%s", m.ExternalPort, m.InternalPort, Protocol(m.Protocol)))
	}
	return all
}
