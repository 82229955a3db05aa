package networks

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// checkNATSubnets rejects a subnet that another NAT network has (docker/for-win#1384).
func (t Rules) checkNATSubnets(mine []objects.Subnet) error {
	taken, err := t.natPrefixes()
	if err != nil {
		return err
	}
	for _, s := range mine {
		for _, other := range taken {
			if s.Prefix.Overlaps(other) {
				return refusal.With(hostnet.CodeObjectAlreadyExists, "subnet %s overlaps %s of another NAT network", s.Prefix, other)
			}
		}
	}
	return nil
}

// natPrefixes returns the prefixes of all NAT networks.
func (t Rules) natPrefixes() ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, id := range t.All(state.KindNetwork) {
		var n objects.Network
		if err := t.Load(state.KindNetwork, id, &n); err != nil {
			return nil, err
		}
		read, err := objects.ReadSubnets(&n.Network)
		if err != nil {
			return nil, err
		}
		for _, s := range read {
			if n.Type == hcnspec.NAT {
				prefixes = append(prefixes, s.Prefix)
			}
		}
	}
	return prefixes, nil
}

// fillSubnets gives a NAT network the prefix and the gateways that its document leaves to HNS.
func (t Rules) fillSubnets(n *objects.Network) error {
	if n.Type != hcnspec.NAT {
		return nil
	}
	if !slices.ContainsFunc(n.Subnets(), isIPv4) {
		prefix, err := t.freeNATPrefix(n.ID)
		if err != nil {
			return err
		}
		n.Ipams = append(n.Ipams, hcnspec.Ipam{Type: hcnspec.IpamStatic, Subnets: []hcnspec.Subnet{{IPAddressPrefix: prefix.String()}}})
	}
	for _, ipam := range n.Ipams {
		for i := range ipam.Subnets {
			s := &ipam.Subnets[i]
			read, err := objects.ReadSubnet(*s)
			if err != nil {
				return err
			}
			if !read.Gateway.IsValid() && isIPv4(*s) {
				s.Routes = append(s.Routes, hcnspec.DefaultRoute(read.Prefix.Addr().Next()))
			}
		}
	}
	return nil
}

// isIPv4 reports the family of a subnet that was validated before. A NAT network always has an IPv4 subnet: HNS cannot
// be made to leave IPv4 out (WC#522).
func isIPv4(s hcnspec.Subnet) bool { return !strings.Contains(s.IPAddressPrefix, ":") }

// freeNATPrefix returns a random /20 of 172.16.0.0/12 that neither a NAT network nor the host has, as HNS does.
func (t Rules) freeNATPrefix(network string) (netip.Prefix, error) {
	taken, err := t.natPrefixes()
	if err != nil {
		return netip.Prefix{}, err
	}
	for _, a := range t.Profile.Adapters {
		taken = append(taken, a.Addresses...)
	}
	drawn, ok := t.Draw("prefix", network, 256)
	if !ok {
		drawn = 64 // 172.20.0.0
	}
next:
	for step := range 256 {
		i := (int(drawn) + step) % 256
		second := 16 + i/16
		prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, byte(second), byte(i % 16 * 16), 0}), 20)
		for _, other := range taken {
			if prefix.Overlaps(other) {
				continue next
			}
		}
		return prefix, nil
	}
	return netip.Prefix{}, refusal.With(hostnet.CodeInvalidNetwork, "no free /20 is left in 172.16.0.0/12")
}
