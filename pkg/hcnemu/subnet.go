package hcnemu

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// subnet is a network's subnet, read.
type subnet struct {
	prefix  netip.Prefix
	gateway netip.Addr // not valid without a default route
	open    bool       // the gateway's address may be used (SubnetFlagDoNotReserveGateway)
}

// readSubnet checks a subnet of a network document. Host bits in the prefix are refused
// (containers-toolkit#24), and so is a next hop outside of it.
func readSubnet(s hcnspec.Subnet) (subnet, error) {
	prefix, err := netip.ParsePrefix(s.IPAddressPrefix)
	if err != nil {
		return subnet{}, refuse(hostnet.CodeInvalidPrefix, "subnet %q is no prefix", s.IPAddressPrefix)
	}
	if prefix != prefix.Masked() {
		return subnet{}, refuse(hostnet.CodeInvalidNetwork, "subnet %s has host bits set; the prefix is %s", prefix, prefix.Masked())
	}
	read := subnet{prefix: prefix, open: s.Flags&hcnspec.SubnetFlagDoNotReserveGateway != 0}
	for _, r := range s.Routes {
		hop, err := netip.ParseAddr(r.NextHop)
		if err != nil {
			return subnet{}, refuse(hostnet.CodeInvalidNetwork, "subnet %s: next hop %q is no address", prefix, r.NextHop)
		}
		if !prefix.Contains(hop) {
			return subnet{}, refuse(hostnet.CodeInvalidNetwork, "subnet %s: next hop %s lies outside", prefix, hop)
		}
		if r.DestinationPrefix == hcnspec.DefaultRoute4 || r.DestinationPrefix == hcnspec.DefaultRoute6 {
			read.gateway = hop
		}
	}
	return read, nil
}

// readSubnets reads all subnets of a stored network.
func readSubnets(n *hcnspec.Network) ([]subnet, error) {
	var all []subnet
	for _, s := range n.Subnets() {
		read, err := readSubnet(s)
		if err != nil {
			return nil, err
		}
		all = append(all, read)
	}
	return all, nil
}

// defaultRoute is the route over a gateway, of its family.
func defaultRoute(gateway netip.Addr) hcnspec.Route {
	if gateway.Is6() {
		return hcnspec.Route{NextHop: gateway.String(), DestinationPrefix: hcnspec.DefaultRoute6}
	}
	return hcnspec.Route{NextHop: gateway.String(), DestinationPrefix: hcnspec.DefaultRoute4}
}

// checkSubnets checks the subnets of a network to be made, against each other and its type.
func (t *tx) checkSubnets(n *network) error {
	read, err := readSubnets(&n.Network)
	if err != nil {
		return err
	}
	if len(read) == 0 && needsSubnet(n.Type) {
		return refuse(hostnet.CodeInvalidNetwork, "a network of type %s needs a subnet", n.Type)
	}
	for i, s := range read {
		if !s.gateway.IsValid() && needsSubnet(n.Type) {
			return refuse(hostnet.CodeInvalidNetwork, "subnet %s has no default route", s.prefix)
		}
		if s.prefix.Addr().Is6() {
			if err := t.checkIPv6(n.Type, s.prefix); err != nil {
				return err
			}
		}
		for _, other := range read[:i] {
			if other.prefix.Overlaps(s.prefix) {
				return refuse(hostnet.CodeInvalidNetwork, "subnets %s and %s overlap", other.prefix, s.prefix)
			}
		}
	}
	if n.Type == hcnspec.NAT {
		return t.checkNATSubnets(read)
	}
	return nil
}

func needsSubnet(k hcnspec.NetworkType) bool {
	return k == hcnspec.L2Bridge || k == hcnspec.L2Tunnel || k == hcnspec.Overlay
}

// checkIPv6 refuses IPv6 where no HNS, or not this one, has it.
func (t *tx) checkIPv6(k hcnspec.NetworkType, prefix netip.Prefix) error {
	switch {
	case k == hcnspec.NAT || k == hcnspec.ICS:
		return refuse(hostnet.CodeInvalidNetwork, "subnet %s: networks of type %s carry IPv4 only", prefix, k)
	case !hcnspec.FeatureIPv6DualStack.In(t.version()):
		return refuse(hostnet.CodeInvalidNetwork, "subnet %s: IPv6 needs HNS %s, this is %s",
			prefix, hcnspec.FeatureIPv6DualStack.Versions(), t.version())
	case k == hcnspec.Overlay && !t.version().AtLeast(overlayIPv6):
		return refuse(hostnet.CodeInvalidNetwork, "subnet %s: IPv6 on an overlay needs HNS %s, this is %s",
			prefix, overlayIPv6, t.version())
	}
	return nil
}

// overlayIPv6 is the first HNS with IPv6 on overlays. A guess: see FIDELITY.md.
var overlayIPv6 = hcnspec.Version{Major: 15}

// checkNATSubnets refuses a subnet that another NAT network has (docker/for-win#1384).
func (t *tx) checkNATSubnets(mine []subnet) error {
	taken, err := t.natPrefixes()
	if err != nil {
		return err
	}
	for _, s := range mine {
		for _, other := range taken {
			if s.prefix.Overlaps(other) {
				return refuse(hostnet.CodeObjectAlreadyExists, "subnet %s overlaps %s of another NAT network", s.prefix, other)
			}
		}
	}
	return nil
}

// natPrefixes returns the prefixes of all NAT networks.
func (t *tx) natPrefixes() ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, id := range t.all(KindNetwork) {
		var n network
		if err := t.load(KindNetwork, id, &n); err != nil {
			return nil, err
		}
		read, err := readSubnets(&n.Network)
		if err != nil {
			return nil, err
		}
		for _, s := range read {
			if n.Type == hcnspec.NAT {
				prefixes = append(prefixes, s.prefix)
			}
		}
	}
	return prefixes, nil
}

// fillSubnets gives a NAT network what its document leaves to HNS: a prefix, and gateways.
func (t *tx) fillSubnets(n *network) error {
	if n.Type != hcnspec.NAT {
		return nil
	}
	if len(n.Subnets()) == 0 {
		prefix, err := t.freeNATPrefix()
		if err != nil {
			return err
		}
		n.Ipams = []hcnspec.Ipam{{Type: hcnspec.IpamStatic, Subnets: []hcnspec.Subnet{{IPAddressPrefix: prefix.String()}}}}
	}
	for _, ipam := range n.Ipams {
		for i := range ipam.Subnets {
			s := &ipam.Subnets[i]
			read, err := readSubnet(*s)
			if err != nil {
				return err
			}
			if !read.gateway.IsValid() {
				s.Routes = append(s.Routes, defaultRoute(read.prefix.Addr().Next()))
			}
		}
	}
	return nil
}

// freeNATPrefix picks a /20 of 172.16.0.0/12 that neither a NAT network nor the host has. HNS picks
// one at random; this picks the first from 172.20.0.0.
func (t *tx) freeNATPrefix() (netip.Prefix, error) {
	taken, err := t.natPrefixes()
	if err != nil {
		return netip.Prefix{}, err
	}
	for _, a := range t.profile.adapters {
		taken = append(taken, a.Addresses...)
	}
next:
	for i := range 256 {
		second := 16 + (4+i/16)%16
		prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, byte(second), byte(i % 16 * 16), 0}), 20)
		for _, other := range taken {
			if prefix.Overlaps(other) {
				continue next
			}
		}
		return prefix, nil
	}
	return netip.Prefix{}, refuse(hostnet.CodeInvalidNetwork, "no free /20 is left in 172.16.0.0/12")
}
