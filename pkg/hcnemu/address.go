package hcnemu

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// broadcast returns the last address of a prefix.
func broadcast(p netip.Prefix) netip.Addr {
	raw := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(raw)
	return last
}

// reserved says why no endpoint can have an address of the subnet, or "".
func (t *tx) reserved(n *network, s subnet, a netip.Addr) string {
	small := s.prefix.Bits() >= a.BitLen()-1 // no network or broadcast address in /31 and /32
	switch {
	case a == s.gateway && !s.open:
		return "the gateway's"
	case !small && a == s.prefix.Masked().Addr():
		return "the subnet's own"
	case !small && a.Is4() && a == broadcast(s.prefix):
		return "the subnet's broadcast address"
	case t.ofHost(n, a):
		return "the node's own"
	}
	return ""
}

// ofHost reports whether the network's uplink has the address: its host endpoint keeps it.
func (t *tx) ofHost(n *network, a netip.Addr) bool {
	uplink := t.profile.adapter(n.Uplink)
	if uplink == nil {
		return false
	}
	for _, p := range uplink.Addresses {
		if p.Addr() == a {
			return true
		}
	}
	return false
}

// freeAddress returns the first address after the gateway, then the first from the beginning, that
// is neither taken nor reserved.
func (t *tx) freeAddress(n *network, s subnet) (netip.Addr, error) {
	first := s.prefix.Masked().Addr()
	if s.gateway.IsValid() {
		if a := t.firstFree(n, s, s.gateway.Next()); a.IsValid() {
			return a, nil
		}
	}
	if a := t.firstFree(n, s, first); a.IsValid() {
		return a, nil
	}
	return netip.Addr{}, refuse(hostnet.CodeAddrInvalidOrReserved, "every address of subnet %s is taken", s.prefix)
}

// firstFree walks along the taken addresses, which the index has in order, to the first gap.
func (t *tx) firstFree(n *network, s subnet, from netip.Addr) netip.Addr {
	a := from
	for taken := range t.keysFrom(keyAddresses(n.ID), addressKey(from)) {
		for ; addressKey(a) < taken; a = a.Next() {
			if !s.prefix.Contains(a) {
				return netip.Addr{}
			}
			if t.reserved(n, s, a) == "" {
				return a
			}
		}
		if addressKey(a) == taken {
			a = a.Next()
		}
	}
	for ; a.IsValid() && s.prefix.Contains(a); a = a.Next() {
		if t.reserved(n, s, a) == "" {
			return a
		}
	}
	return netip.Addr{}
}

// checkAddress refuses an address that an endpoint of the network cannot have, and returns its subnet.
func (t *tx) checkAddress(n *network, subnets []subnet, a netip.Addr) (subnet, error) {
	for _, s := range subnets {
		if !s.prefix.Contains(a) {
			continue
		}
		if why := t.reserved(n, s, a); why != "" {
			return s, refuse(hostnet.CodeAddrInvalidOrReserved, "address %s is %s", a, why)
		}
		if holder := t.find(keyAddress(n.ID, a)); holder != "" {
			return s, refuse(hostnet.CodeAddrInvalidOrReserved, "address %s is endpoint %s's", a, holder)
		}
		return s, nil
	}
	return subnet{}, refuse(hostnet.CodeInvalidIP, "address %s lies in no subnet of network %q", a, n.Name)
}

// fillAddresses checks the addresses of an endpoint to be made, or gives it one of each family that
// the network has. On a network without subnets the addresses come when it is attached.
func (t *tx) fillAddresses(n *network, e *endpoint) error {
	subnets, err := readSubnets(&n.Network)
	if err != nil {
		return err
	}
	if e.remote() {
		return t.checkRemoteAddresses(n, e, subnets)
	}
	if len(e.IPConfigs) > 0 {
		return t.checkGivenAddresses(n, e, subnets)
	}
	for _, is6 := range []bool{false, true} {
		for _, s := range subnets {
			if s.prefix.Addr().Is6() != is6 {
				continue
			}
			a, err := t.freeAddress(n, s)
			if err != nil {
				return err
			}
			e.IPConfigs = append(e.IPConfigs, hcnspec.IPConfig{IPAddress: a.String(), PrefixLength: uint8(s.prefix.Bits())})
			break
		}
	}
	return nil
}

func (t *tx) checkGivenAddresses(n *network, e *endpoint, subnets []subnet) error {
	seen := map[netip.Addr]bool{}
	for i := range e.IPConfigs {
		c := &e.IPConfigs[i]
		a, err := netip.ParseAddr(c.IPAddress)
		if err != nil || a.Zone() != "" {
			return refuse(hostnet.CodeInvalidIP, "%q is no address", c.IPAddress)
		}
		if seen[a] {
			return refuse(hostnet.CodeAddrInvalidOrReserved, "address %s is given twice", a)
		}
		seen[a] = true
		if n.Type == hcnspec.Transparent && len(subnets) == 0 {
			continue // a network that leaves addresses to the LAN takes any
		}
		s, err := t.checkAddress(n, subnets, a)
		if err != nil {
			return err
		}
		if err := t.fillPrefixLength(c, s); err != nil {
			return err
		}
	}
	return nil
}

// fillPrefixLength gives an address its subnet's prefix length where the document has none. Single
// addresses as prefixes are a feature.
func (t *tx) fillPrefixLength(c *hcnspec.IPConfig, s subnet) error {
	bits := s.prefix.Addr().BitLen()
	switch {
	case c.PrefixLength == 0:
		c.PrefixLength = uint8(s.prefix.Bits())
	case int(c.PrefixLength) > bits:
		return refuse(hostnet.CodeInvalidPrefix, "address %s: prefix length %d is over %d", c.IPAddress, c.PrefixLength, bits)
	case int(c.PrefixLength) == bits && s.prefix.Bits() != bits:
		return t.need(hcnspec.FeatureSlash32, hostnet.CodeInvalidPrefix)
	}
	return nil
}

// checkRemoteAddresses lets a remote endpoint have any address, which local ones may have too
// (k8s#130963); on an overlay something must lead to it.
func (t *tx) checkRemoteAddresses(n *network, e *endpoint, subnets []subnet) error {
	if len(e.IPConfigs) == 0 {
		return refuse(hostnet.CodeInvalidEndpoint, "a remote endpoint needs an address")
	}
	reachable := n.remotePrefixes()
	for _, s := range subnets {
		reachable = append(reachable, s.prefix)
	}
	for _, c := range e.IPConfigs {
		a, err := netip.ParseAddr(c.IPAddress)
		if err != nil {
			return refuse(hostnet.CodeInvalidIP, "%q is no address", c.IPAddress)
		}
		if n.Type == hcnspec.Overlay && !anyContains(reachable, a) {
			return refuse(hostnet.CodeSubnetNotFound, "no subnet or remote subnet route of network %q leads to %s", n.Name, a)
		}
	}
	return nil
}

func anyContains(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// leaseAddress is the address that the LAN's DHCP server gives an endpoint on a network without
// subnets: one of the uplink's subnet, from the middle up, that nobody on this node has.
func (t *tx) leaseAddress(n *network, e *endpoint) error {
	uplink := t.profile.adapter(n.Uplink)
	if uplink == nil || n.Type != hcnspec.Transparent || len(n.Subnets()) > 0 || len(e.IPConfigs) > 0 {
		return nil
	}
	for _, p := range uplink.Addresses {
		if !p.Addr().Is4() {
			continue
		}
		s := subnet{prefix: p.Masked(), gateway: uplink.Gateway}
		middle := p.Masked().Addr().AsSlice()
		if bit := p.Bits(); bit < 32 {
			middle[bit/8] |= 0x80 >> (bit % 8)
		}
		from, _ := netip.AddrFromSlice(middle)
		a := t.firstFree(n, s, from)
		if !a.IsValid() {
			return refuse(hostnet.CodeAddrInvalidOrReserved, "every address of %s is leased", s.prefix)
		}
		e.IPConfigs = []hcnspec.IPConfig{{IPAddress: a.String(), PrefixLength: uint8(p.Bits())}}
		if len(e.Routes) == 0 && uplink.Gateway.IsValid() {
			e.Routes = []hcnspec.Route{defaultRoute(uplink.Gateway)}
		}
		return nil
	}
	return nil
}
