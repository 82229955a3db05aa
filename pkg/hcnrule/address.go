// Package hcnrule holds the rules of HNS that more than one program applies: the emulator enforces them, hcnctl plan
// predicts errors with them, and doctor and the plugins find conflicts with them. Each rule's source is in
// pkg/hcnemu/FIDELITY.md.
package hcnrule

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Subnet is the part of a subnet that decides about addresses.
type Subnet struct {
	Prefix  netip.Prefix // masked
	Gateway netip.Addr   // invalid without a default route
	Open    bool         // the gateway's address may be used (SubnetFlagDoNotReserveGateway)
}

// SubnetsOf returns the subnets of a network of HNS. It skips those that cannot be parsed.
func SubnetsOf(n *hcnspec.Network) []Subnet {
	var all []Subnet
	for _, s := range n.Subnets() {
		if prefix, err := netip.ParsePrefix(s.IPAddressPrefix); err == nil {
			all = append(all, Subnet{prefix.Masked(), s.Gateway(), s.Flags&hcnspec.SubnetFlagDoNotReserveGateway != 0})
		}
	}
	return all
}

// Usable reports whether HNS creates endpoints on a network with the subnets: not with IPv6 alone, which it accepts for
// networks (WC#82 shows L2Bridge and Transparent, WC#522 has no support of IPv6 alone for any type). A network without
// subnets leaves addresses to the LAN.
func Usable(subnets []Subnet) bool {
	return len(subnets) == 0 || slices.ContainsFunc(subnets, func(s Subnet) bool { return s.Prefix.Addr().Is4() })
}

// Reserved returns why no endpoint can have an address of the subnet, or "". Ofhost are the addresses of the adapter
// that the network is bound to.
func (s Subnet) Reserved(a netip.Addr, ofHost []netip.Prefix) string {
	small := s.Prefix.Bits() >= a.BitLen()-1 // no network or broadcast address in /31 and /32
	switch {
	case a == s.Gateway && !s.Open:
		return "the gateway's"
	case !small && a == s.Prefix.Masked().Addr():
		return "the subnet's own"
	case !small && a.Is4() && a == Broadcast(s.Prefix):
		return "the subnet's broadcast address"
	}
	for _, p := range ofHost {
		if p.Addr() == a {
			return "the node's own"
		}
	}
	return ""
}

// Broadcast returns the last address of a prefix.
func Broadcast(p netip.Prefix) netip.Addr {
	raw := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(raw)
	return last
}

// Free returns the first address after the gateway, then the first from the beginning, that is neither taken nor
// reserved. It is invalid if there is none.
func (s Subnet) Free(taken func(netip.Addr) bool, ofHost []netip.Prefix) netip.Addr {
	from := []netip.Addr{s.Prefix.Masked().Addr()}
	if s.Gateway.IsValid() {
		from = []netip.Addr{s.Gateway.Next(), from[0]}
	}
	for _, a := range from {
		for ; a.IsValid() && s.Prefix.Contains(a); a = a.Next() {
			if !taken(a) && s.Reserved(a, ofHost) == "" {
				return a
			}
		}
	}
	return netip.Addr{}
}

// Reaches reports whether a next hop is in one of the subnets of a network. A network without subnets leaves
// addresses to the LAN, and has every next hop.
func Reaches(subnets []Subnet, hop netip.Addr) bool {
	return len(subnets) == 0 || slices.ContainsFunc(subnets, func(s Subnet) bool { return s.Prefix.Contains(hop) })
}
