package hcnspec

import "net/netip"

// DefaultRoute returns the default route over a gateway, in the gateway's address family.
func DefaultRoute(gateway netip.Addr) Route {
	if gateway.Is4() {
		return Route{NextHop: gateway.String(), DestinationPrefix: DefaultRoute4}
	}
	return Route{NextHop: gateway.String(), DestinationPrefix: DefaultRoute6}
}

// Gateway returns the next hop of the default route in the family of addr. It is invalid if there is none: HNS writes
// 0.0.0.0 into networks without a gateway.
func Gateway(routes []Route, addr netip.Addr) netip.Addr {
	for _, r := range routes {
		gateway, err := netip.ParseAddr(r.NextHop)
		if err == nil && !gateway.IsUnspecified() && gateway.Is4() == addr.Is4() &&
			r.DestinationPrefix == DefaultRoute(gateway).DestinationPrefix {
			return gateway
		}
	}
	return netip.Addr{}
}

// Gateway returns the subnet's gateway. It is invalid if the subnet has none or cannot be parsed.
func (s Subnet) Gateway() netip.Addr {
	prefix, err := netip.ParsePrefix(s.IPAddressPrefix)
	if err != nil {
		return netip.Addr{}
	}
	return Gateway(s.Routes, prefix.Addr())
}
