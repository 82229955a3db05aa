package confdoc

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// parsed parses a non-empty text with parse, which returns the problem with it, if any.
func parsed[T any](v Value, parse func(string) (T, string)) (value T, ok bool) {
	s, ok := v.Str()
	if !ok || s == "" && !v.Loose {
		return value, false
	}
	value, complaint := parse(s)
	if complaint != "" {
		v.Fail("%s", complaint)
	}
	return value, complaint == ""
}

// Addr returns an IP address, IPv4 ones unmapped. The zero Addr and false stand for a missing or empty one.
func (v Value) Addr() (netip.Addr, bool) { return parsed(v, ParseAddr) }

// Host returns an address that a pod can have or reach.
func (v Value) Host() (netip.Addr, bool) {
	return parsed(v, func(s string) (netip.Addr, string) {
		a, complaint := ParseAddr(s)
		if complaint == "" {
			complaint = Unfit(a)
		}
		return a, complaint
	})
}

// Prefix returns a prefix in CIDR notation as written, including host bits.
func (v Value) Prefix() (netip.Prefix, bool) { return parsed(v, ParsePrefix) }

// HostPrefix returns 10.4.0.9/24, or 10.4.0.9 as a prefix of full length. An empty text counts as missing.
func (v Value) HostPrefix() (netip.Prefix, bool) {
	s, ok := v.Str()
	if ok && s == "" {
		v.Fail("not an IP address")
		return netip.Prefix{}, false
	}
	return parsed(v, ParseHostPrefix)
}

// AnyPrefix returns 10.4.0.0/16 as written, or 10.4.0.9 as a prefix of full length.
func (v Value) AnyPrefix() (netip.Prefix, bool) { return parsed(v, ParseAnyPrefix) }

// MAC returns an address that a single network card can have.
func (v Value) MAC() (net.HardwareAddr, bool) { return parsed(v, ParseMAC) }

// ParseAddr returns an address, or the problem with it.
func ParseAddr(s string) (netip.Addr, string) {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil && strings.Contains(s, "/"):
		return netip.Addr{}, "want an address without a prefix length"
	case err != nil:
		return netip.Addr{}, "not an IP address"
	case a.Zone() != "":
		return netip.Addr{}, "a zone is not allowed here"
	}
	return a.Unmap(), ""
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// Unfit returns why no host can have address a, or "".
func Unfit(a netip.Addr) string {
	switch {
	case a.IsUnspecified():
		return "the unspecified address cannot be a host's"
	case a.IsLoopback():
		return "a loopback address cannot be a pod's or gateway's"
	case a.IsMulticast():
		return "a multicast address cannot be a host's"
	case a == broadcast:
		return "the broadcast address cannot be a host's"
	}
	return ""
}

// ParsePrefix returns a prefix, or the problem with it.
func ParsePrefix(s string) (netip.Prefix, string) {
	before, bits, slash := strings.Cut(s, "/")
	a, err := netip.ParseAddr(before)
	if !slash || err != nil || a.Zone() != "" {
		return netip.Prefix{}, "not a prefix in CIDR notation, as 10.4.0.0/16 or fd00:4::/64"
	}
	if a.Is4In6() {
		return netip.Prefix{}, "an IPv4 address in IPv6: write it as IPv4"
	}
	length, err := strconv.ParseUint(bits, 10, 16)
	if err != nil {
		return netip.Prefix{}, "prefix length " + Quote(bits) + " is not a number from 0 to " + strconv.Itoa(a.BitLen())
	}
	if int(length) > a.BitLen() {
		return netip.Prefix{}, "prefix length " + bits + " is over " + strconv.Itoa(a.BitLen())
	}
	return netip.PrefixFrom(a, int(length)), ""
}

// ParseHostPrefix reads 10.4.0.9/24, or 10.4.0.9 as a prefix of full length, with an address that a host can have.
func ParseHostPrefix(s string) (netip.Prefix, string) {
	p, complaint := addrOrPrefix(s)
	if complaint == "" {
		complaint = Unfit(p.Addr())
	}
	return p, complaint
}

// ParseAnyPrefix reads 10.4.0.0/16, or 10.4.0.9 as a prefix of full length.
func ParseAnyPrefix(s string) (netip.Prefix, string) {
	p, complaint := addrOrPrefix(s)
	if complaint != "" && !strings.Contains(s, "/") {
		complaint = "want an IP address or a prefix, for example 10.0.0.0/8"
	}
	return p, complaint
}

func addrOrPrefix(s string) (netip.Prefix, string) {
	if strings.Contains(s, "/") {
		return ParsePrefix(s)
	}
	a, complaint := ParseAddr(s)
	return netip.PrefixFrom(a, a.BitLen()), complaint
}

// ParseMAC returns an address that a single network card can have, or the problem with it.
func ParseMAC(s string) (net.HardwareAddr, string) {
	mac, err := net.ParseMAC(s)
	switch {
	case err != nil || len(mac) != 6:
		return nil, "not a MAC address of six bytes, as 0e:2a:0a:04:00:09"
	case mac.String() == "ff:ff:ff:ff:ff:ff":
		return nil, "the broadcast MAC address cannot be an adapter's"
	case mac[0]&1 != 0:
		return nil, "a multicast MAC address cannot be an adapter's"
	case mac.String() == "00:00:00:00:00:00":
		return nil, "the MAC address is all zeros"
	}
	return mac, ""
}

// ParsePort reads a port from 1 to 65535.
func ParsePort(s string) (uint16, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 16)
	return uint16(n), err == nil && n > 0
}
