package policy

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// proxyProtocols are those that L4Proxy accepts: ICMP, IGMP, TCP, UDP and ICMPv6.
var proxyProtocols = []uint32{1, 2, 6, 17, 58}

// l4Proxy reads L4Proxy, of an endpoint or a network, and PROXY of the v1 API.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#L4ProxyPolicySetting
func l4Proxy(s *settings) []rule {
	out := hcnspec.L4ProxySetting{
		IP:          address(s.Get("IP")),
		Port:        portText(s.Require("the port of the proxy", "Port")),
		OutboundNAT: s.truth("OutboundNAT"),
	}
	protocol := s.Get("Protocol")
	n, ok := protocol.Protocol(anyProtocol)
	if ok && !slices.Contains(proxyProtocols, n) {
		protocol.Fail("want tcp, udp, icmp, icmpv6, igmp or their numbers")
	}
	out.Protocol = n
	destination := s.Require("the address or prefix to redirect", "Destination")
	if p, ok := prefix(destination); ok {
		out.Destination = prefixText(destination, p)
	}
	for _, p := range s.prefixes("Exceptions", "ExceptionList") {
		out.Exceptions = append(out.Exceptions, p.text)
	}
	return s.made(out)
}

// portText returns a port as a string, as HNS requires for proxies.
func portText(v confdoc.Value) string {
	s, ok := v.Str()
	if _, valid := confdoc.ParsePort(s); ok && !valid {
		v.Fail("want a port from 1 to %d", maxUint16)
	}
	return s
}

// l4WFPProxy reads L4WFPPROXY.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#L4WfpProxyPolicySetting
func l4WFPProxy(s *settings) []rule {
	in, outbound, user := s.Get("InboundProxyPort"), s.Get("OutboundProxyPort"), s.Get("UserSID")
	if !in.Given() && !outbound.Given() {
		s.Fail("want InboundProxyPort, OutboundProxyPort or both")
	}
	if sid, ok := user.Str(); ok && !isSID(sid) {
		user.Fail("want a security identifier, for example S-1-5-32-556")
	}
	return s.made(hcnspec.L4WFPProxySetting{
		InboundProxyPort:   portText(in),
		OutboundProxyPort:  portText(outbound),
		UserSID:            s.text("UserSID"),
		FilterTuple:        s.fiveTuple("FilterTuple"),
		InboundExceptions:  s.proxyExceptions("InboundExceptions"),
		OutboundExceptions: s.proxyExceptions("OutboundExceptions"),
	})
}

func (s *settings) fiveTuple(name string) hcnspec.FiveTuple {
	t, _ := s.object(s.Get(name))
	defer t.unused()
	return hcnspec.FiveTuple{
		Protocols:       t.protocols("Protocols", "Protocol"),
		LocalAddresses:  t.matchAddresses("LocalAddresses"),
		RemoteAddresses: t.matchAddresses("RemoteAddresses"),
		LocalPorts:      t.ports("LocalPorts"),
		RemotePorts:     t.ports("RemotePorts"),
		Priority:        number[uint16](t, maxUint16, "Priority"),
	}
}

func (s *settings) proxyExceptions(name string) hcnspec.ProxyExceptions {
	e, _ := s.object(s.Get(name))
	defer e.unused()
	var out hcnspec.ProxyExceptions
	for _, p := range e.prefixes("IpAddressExceptions") {
		out.IPAddressExceptions = append(out.IPAddressExceptions, p.text)
	}
	for _, item := range e.Get("PortExceptions").Items() {
		if port := portRange(item); port != "" {
			out.PortExceptions = append(out.PortExceptions, port)
		}
	}
	return out
}
