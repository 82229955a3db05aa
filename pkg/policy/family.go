package policy

import "net/netip"

// family is an address family. The zero value means that a policy is for every endpoint.
type family uint8

const (
	anyFamily family = 0
	ipv4      family = 4
	ipv6      family = 6
)

func (f family) String() string {
	switch f {
	case ipv4:
		return "IPv4"
	case ipv6:
		return "IPv6"
	}
	return "IPv4 and IPv6"
}

// in reports whether an endpoint with addresses of the given families takes a policy of family f.
func (f family) in(v4, v6 bool) bool {
	return f == anyFamily || f == ipv4 && v4 || f == ipv6 && v6
}

// familyOf returns the family of a valid address.
func familyOf(a netip.Addr) family {
	if a.Unmap().Is4() {
		return ipv4
	}
	return ipv6
}
