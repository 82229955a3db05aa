package policy

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// proxyProtocols are those that L4Proxy takes: ICMP, IGMP, TCP, UDP and ICMPv6.
var proxyProtocols = map[uint32]bool{1: true, 2: true, 6: true, 17: true, 58: true}

// l4Proxy reads L4Proxy, of an endpoint or a network, and PROXY of the v1 API.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#L4ProxyPolicySetting
func l4Proxy(s *settings) []rule {
	var out hcnspec.L4ProxySetting
	if v, ok := s.find("IP"); ok {
		if a, ok := v.address(); ok {
			out.IP = a.String()
		}
	}
	if v, ok := s.require("the port of the proxy", "Port"); ok {
		out.Port = v.portText()
	}
	if v, ok := s.find("Protocol"); ok {
		n, ok := v.protocol(anyProtocol)
		if ok && !proxyProtocols[n] {
			v.fail("want tcp, udp, icmp, icmpv6, igmp or their numbers")
		}
		out.Protocol = n
	}
	if v, ok := s.require("the address or prefix to redirect", "Destination"); ok {
		if p, ok := v.prefix(); ok {
			out.Destination = prefixText(v, p)
		}
	}
	for _, p := range s.prefixes("Exceptions", "ExceptionList") {
		out.Exceptions = append(out.Exceptions, p.text)
	}
	if v, ok := s.find("OutboundNAT"); ok {
		out.OutboundNAT, _ = v.truth()
	}
	return s.made(out)
}

// portText is a port as the string that HNS wants for proxies.
func (v value) portText() string {
	s, ok := v.text()
	if _, valid := parsePort(s); ok && !valid {
		v.fail("want a port from 1 to %d", maxUint16)
	}
	return s
}

// l4WFPProxy reads L4WFPPROXY.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#L4WfpProxyPolicySetting
func l4WFPProxy(s *settings) []rule {
	var out hcnspec.L4WFPProxySetting
	in, hasIn := s.find("InboundProxyPort")
	if hasIn {
		out.InboundProxyPort = in.portText()
	}
	outbound, hasOut := s.find("OutboundProxyPort")
	if hasOut {
		out.OutboundProxyPort = outbound.portText()
	}
	if !hasIn && !hasOut {
		s.fail("want InboundProxyPort, OutboundProxyPort or both")
	}
	if v, ok := s.find("UserSID"); ok {
		out.UserSID = v.sid()
	}
	if v, ok := s.find("FilterTuple"); ok {
		out.FilterTuple = v.fiveTuple()
	}
	if v, ok := s.find("InboundExceptions"); ok {
		out.InboundExceptions = v.proxyExceptions()
	}
	if v, ok := s.find("OutboundExceptions"); ok {
		out.OutboundExceptions = v.proxyExceptions()
	}
	return s.made(out)
}

func (v value) fiveTuple() hcnspec.FiveTuple {
	s, ok := v.object()
	if !ok {
		return hcnspec.FiveTuple{}
	}
	s.name = hcnspec.L4WFPProxy
	out := hcnspec.FiveTuple{
		Protocols:       s.protocols("Protocols", "Protocol"),
		LocalAddresses:  s.matchAddresses("LocalAddresses"),
		RemoteAddresses: s.matchAddresses("RemoteAddresses"),
		LocalPorts:      s.ports("LocalPorts"),
		RemotePorts:     s.ports("RemotePorts"),
		Priority:        s.priority(),
	}
	s.unused()
	return out
}

func (v value) proxyExceptions() hcnspec.ProxyExceptions {
	var out hcnspec.ProxyExceptions
	s, ok := v.object()
	if !ok {
		return out
	}
	s.name = hcnspec.L4WFPProxy
	for _, p := range s.prefixes("IpAddressExceptions") {
		out.IPAddressExceptions = append(out.IPAddressExceptions, p.text)
	}
	if v, ok := s.find("PortExceptions"); ok {
		for _, item := range v.items() {
			if port := item.portRange(); port != "" {
				out.PortExceptions = append(out.PortExceptions, port)
			}
		}
	}
	s.unused()
	return out
}
