package addresses

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// reserved returns why no endpoint can have an address of the subnet, or "". The addresses of the network's uplink
// belong to its host endpoint.
func (t Rules) reserved(n *objects.Network, s objects.Subnet, a netip.Addr) string {
	if slices.Contains(n.Reserved, a.String()) {
		return "still reserved from before a reboot"
	}
	var ofHost []netip.Prefix
	if uplink := t.Profile.Adapter(n.Uplink); uplink != nil {
		ofHost = uplink.Addresses
	}
	return s.Reserved(a, ofHost)
}

// freeAddress returns an address of the subnet that is neither taken nor reserved. HNS does not choose the first one
// (WC#563, hcsshim#1746) but a random one.
func (t Rules) freeAddress(n *objects.Network, s objects.Subnet, endpoint string) (netip.Addr, error) {
	first := s.Prefix.Masked().Addr()
	start := first
	if s.Gateway.IsValid() {
		start = s.Gateway.Next()
	}
	if drawn, ok := t.Draw("address", endpoint, 0); ok {
		start = addressAt(s, drawn)
	}
	for _, from := range []netip.Addr{start, first} {
		if a := t.firstFree(n, s, from); a.IsValid() {
			return a, nil
		}
	}
	return netip.Addr{}, refusal.With(hostnet.CodeAddrInvalidOrReserved, "every address of subnet %s is taken", s.Prefix)
}

// addressAt returns a random address of the subnet; in a prefix shorter than /64 only the last 64 bits are random.
func addressAt(s objects.Subnet, drawn uint64) netip.Addr {
	raw := s.Prefix.Masked().Addr().As16()
	bits := s.Prefix.Addr().BitLen() - s.Prefix.Bits()
	if bits < 64 {
		drawn &= 1<<bits - 1
	}
	low := binary.BigEndian.Uint64(raw[8:]) | drawn
	binary.BigEndian.PutUint64(raw[8:], low)
	a := netip.AddrFrom16(raw)
	if s.Prefix.Addr().Is4() {
		return a.Unmap()
	}
	return a
}

// firstFree walks along the taken addresses, which the index has in order, to the first gap.
func (t Rules) firstFree(n *objects.Network, s objects.Subnet, from netip.Addr) netip.Addr {
	a := from
	for taken := range t.KeysFrom(state.KeyAddresses(n.ID), state.AddressKey(from)) {
		for ; state.AddressKey(a) < taken; a = a.Next() {
			if !s.Prefix.Contains(a) {
				return netip.Addr{}
			}
			if t.reserved(n, s, a) == "" {
				return a
			}
		}
		if state.AddressKey(a) == taken {
			a = a.Next()
		}
	}
	for ; a.IsValid() && s.Prefix.Contains(a); a = a.Next() {
		if t.reserved(n, s, a) == "" {
			return a
		}
	}
	return netip.Addr{}
}

// checkAddress rejects an address that an endpoint of the network cannot have, and returns its subnet.
func (t Rules) checkAddress(n *objects.Network, subnets []objects.Subnet, a netip.Addr) (objects.Subnet, error) {
	for _, s := range subnets {
		if !s.Prefix.Contains(a) {
			continue
		}
		if why := t.reserved(n, s, a); why != "" {
			return s, refusal.With(hostnet.CodeAddrInvalidOrReserved, "address %s is %s", a, why)
		}
		if holder := t.Find(state.KeyAddress(n.ID, a)); holder != "" {
			return s, refusal.With(hostnet.CodeAddrInvalidOrReserved, "address %s is endpoint %s's", a, holder)
		}
		return s, nil
	}
	return objects.Subnet{}, refusal.With(hostnet.CodeInvalidIP, "address %s is in no subnet of network %q", a, n.Name)
}

// FillAddresses checks the addresses of a new endpoint, or assigns one of each family of the network. On a network
// without subnets the endpoint gets its addresses when it is attached.
func (t Rules) FillAddresses(n *objects.Network, e *objects.Endpoint) error {
	subnets, err := objects.ReadSubnets(&n.Network)
	if err != nil {
		return err
	}
	if e.Remote() {
		return t.checkRemoteAddresses(e)
	}
	if lacksSubnet(n.Type, subnets) {
		return refusal.With(hostnet.CodeSubnetNotFound, "network %q has no subnet for the endpoint", n.Name)
	}
	if len(e.IPConfigs) > 0 {
		return t.checkGivenAddresses(n, e, subnets)
	}
	for _, is6 := range []bool{false, true} {
		for _, s := range subnets {
			if s.Prefix.Addr().Is6() != is6 || is6 && !carriesIPv6(n.Type) {
				continue
			}
			a, err := t.freeAddress(n, s, e.ID)
			if err != nil {
				return err
			}
			e.IPConfigs = append(e.IPConfigs, hcnspec.IPConfigOf(netip.PrefixFrom(a, s.Prefix.Bits())))
			break
		}
	}
	return nil
}

// lacksSubnet reports whether a network has no subnet for any endpoint: an internal one has none at all
// (docker/for-win#9311), or another one has IPv6 subnets alone.
func lacksSubnet(k hcnspec.NetworkType, subnets []objects.Subnet) bool {
	internal := k == hcnspec.ICS || k == hcnspec.Internal
	return internal && len(subnets) == 0 || !hcnrule.Usable(subnets)
}

// carriesIPv6 reports whether HNS assigns IPv6 addresses on networks of a type. A Transparent network leaves them to
// the endpoint (Microsoft's "Windows container network drivers").
func carriesIPv6(k hcnspec.NetworkType) bool { return k != hcnspec.Transparent }

func (t Rules) checkGivenAddresses(n *objects.Network, e *objects.Endpoint, subnets []objects.Subnet) error {
	seen := map[netip.Addr]bool{}
	for i := range e.IPConfigs {
		c := &e.IPConfigs[i]
		a, err := netip.ParseAddr(c.IPAddress)
		if err != nil || a.Zone() != "" {
			return refusal.With(hostnet.CodeInvalidIP, "%q is no address", c.IPAddress)
		}
		if seen[a] {
			return refusal.With(hostnet.CodeAddrInvalidOrReserved, "address %s is given twice", a)
		}
		seen[a] = true
		if n.Type == hcnspec.Transparent && len(subnets) == 0 {
			continue // a network that leaves addresses to the LAN accepts any
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

// fillPrefixLength gives an address its subnet's prefix length if the document has none. Single addresses as prefixes
// need a feature.
func (t Rules) fillPrefixLength(c *hcnspec.IPConfig, s objects.Subnet) error {
	bits := s.Prefix.Addr().BitLen()
	switch {
	case c.PrefixLength == 0:
		c.PrefixLength = hcnspec.IPConfigOf(s.Prefix).PrefixLength
	case int(c.PrefixLength) > bits:
		return refusal.With(hostnet.CodeInvalidPrefix, "address %s: prefix length %d is over %d", c.IPAddress, c.PrefixLength, bits)
	case int(c.PrefixLength) == bits && s.Prefix.Bits() != bits:
		return t.Need(hcnspec.FeatureSlash32, hostnet.CodeInvalidPrefix)
	}
	return nil
}

// checkRemoteAddresses accepts any address for a remote endpoint: one that a local endpoint has (k8s#130963), and on an
// overlay also one outside the subnets and remote subnet routes, as kube-proxy and its TestCreateEndpointRemote use for
// ClusterIPs and public addresses.
func (t Rules) checkRemoteAddresses(e *objects.Endpoint) error {
	if len(e.IPConfigs) == 0 {
		return refusal.With(hostnet.CodeInvalidEndpoint, "a remote endpoint needs an address")
	}
	for _, c := range e.IPConfigs {
		if _, err := netip.ParseAddr(c.IPAddress); err != nil {
			return refusal.With(hostnet.CodeInvalidIP, "%q is no address", c.IPAddress)
		}
	}
	return nil
}

// LeaseAddress returns the address that the LAN's DHCP server assigns to an endpoint on a network without subnets: one
// of the uplink's subnet, from the middle up, that is unused on this node.
func (t Rules) LeaseAddress(n *objects.Network, e *objects.Endpoint) error {
	uplink := t.Profile.Adapter(n.Uplink)
	if uplink == nil || n.Type != hcnspec.Transparent || len(n.Subnets()) > 0 || len(e.IPConfigs) > 0 {
		return nil
	}
	for _, p := range uplink.Addresses {
		if !p.Addr().Is4() {
			continue
		}
		s := objects.Subnet{Prefix: p.Masked(), Gateway: uplink.Gateway}
		middle := p.Masked().Addr().AsSlice()
		if bit := p.Bits(); bit < 32 {
			middle[bit/8] |= 0x80 >> (bit % 8)
		}
		from, _ := netip.AddrFromSlice(middle)
		a := t.firstFree(n, s, from)
		if !a.IsValid() {
			return refusal.With(hostnet.CodeAddrInvalidOrReserved, "every address of %s is leased", s.Prefix)
		}
		e.IPConfigs = []hcnspec.IPConfig{hcnspec.IPConfigOf(netip.PrefixFrom(a, p.Bits()))}
		if len(e.Routes) == 0 && uplink.Gateway.IsValid() {
			e.Routes = []hcnspec.Route{hcnspec.DefaultRoute(uplink.Gateway)}
		}
		return nil
	}
	return nil
}

// ReserveTaken reserves the addresses of all endpoints on their networks.
func (t Rules) ReserveTaken() error {
	for _, id := range t.All(state.KindEndpoint) {
		e, err := objects.LoadEndpoint(t.Tx, id)
		if err != nil {
			return err
		}
		if e.Remote() {
			continue
		}
		n, err := objects.LoadNetwork(t.Tx, e.Network)
		if err != nil {
			return err
		}
		for _, c := range e.IPConfigs {
			n.Reserved = append(n.Reserved, c.IPAddress)
		}
		if err := t.Save(state.KindNetwork, n); err != nil {
			return err
		}
	}
	return nil
}
