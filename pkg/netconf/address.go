package netconf

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// addr reads an address. Where the value is missing or empty it returns the zero Addr and false.
func (r *reader) addr(n *node) (netip.Addr, bool) {
	s, ok := r.str(n)
	if !ok || s == "" {
		return netip.Addr{}, false
	}
	a, complaint := parseAddr(s)
	if complaint != "" {
		r.fail(n, "%s", complaint)
		return netip.Addr{}, false
	}
	return a, true
}

// parseAddr returns an address, or what is wrong with it.
func parseAddr(s string) (netip.Addr, string) {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil && strings.Contains(s, "/"):
		return netip.Addr{}, "want an address without a prefix length"
	case err != nil:
		return netip.Addr{}, "not an IP address"
	case a.Zone() != "":
		return netip.Addr{}, "a zone has no meaning here"
	}
	return a.Unmap(), ""
}

// host reads an address that a pod can have or reach: no group, no loopback and not 0.0.0.0.
func (r *reader) host(n *node) (netip.Addr, bool) {
	a, ok := r.addr(n)
	if !ok {
		return a, false
	}
	if complaint := unfit(a); complaint != "" {
		r.fail(n, "%s", complaint)
		return netip.Addr{}, false
	}
	return a, true
}

// unfit says why a host cannot have address a, or nothing.
func unfit(a netip.Addr) string {
	switch {
	case a.IsUnspecified():
		return "the unspecified address belongs to no host"
	case a.IsLoopback():
		return "a loopback address belongs to no network"
	case a.IsMulticast():
		return "a multicast address belongs to no host"
	}
	return ""
}

// prefix reads a prefix in CIDR notation as it is written, host bits and all.
func (r *reader) prefix(n *node) (netip.Prefix, bool) {
	s, ok := r.str(n)
	if !ok || s == "" {
		return netip.Prefix{}, false
	}
	p, complaint := parsePrefix(s)
	if complaint != "" {
		r.fail(n, "%s", complaint)
		return netip.Prefix{}, false
	}
	return p, true
}

// parsePrefix returns a prefix, or what is wrong with it.
func parsePrefix(s string) (netip.Prefix, string) {
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
		return netip.Prefix{}, "prefix length " + quote(bits) + " is no number from 0 to " + strconv.Itoa(a.BitLen())
	}
	if int(length) > a.BitLen() {
		return netip.Prefix{}, "prefix length " + bits + " is over " + strconv.Itoa(a.BitLen())
	}
	return netip.PrefixFrom(a, int(length)), ""
}

// parseHostPrefix reads 10.4.0.9/24, or 10.4.0.9 with all its bits.
func parseHostPrefix(s string) (netip.Prefix, string) {
	if !strings.Contains(s, "/") {
		a, complaint := parseAddr(s)
		if complaint == "" {
			complaint = unfit(a)
		}
		return netip.PrefixFrom(a, a.BitLen()), complaint
	}
	p, complaint := parsePrefix(s)
	if complaint == "" {
		complaint = unfit(p.Addr())
	}
	return p, complaint
}

// parseMAC returns an address that one network card can have, or what is wrong with it.
func parseMAC(s string) (net.HardwareAddr, string) {
	mac, err := net.ParseMAC(s)
	switch {
	case err != nil || len(mac) != 6:
		return nil, "not a MAC address of six bytes, as 0e:2a:0a:04:00:09"
	case mac[0]&1 != 0:
		return nil, "a multicast MAC address belongs to no card"
	case mac.String() == "00:00:00:00:00:00":
		return nil, "the MAC address is all zeros"
	}
	return mac, ""
}

func family(a netip.Addr) string {
	if a.Is4() {
		return "IPv4"
	}
	return "IPv6"
}
