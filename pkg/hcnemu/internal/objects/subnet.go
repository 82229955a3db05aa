package objects

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Subnet is a parsed subnet of a network.
type Subnet = hcnrule.Subnet

// ReadSubnet checks a subnet of a network document. It rejects host bits in the prefix (containers-toolkit#24) and a
// next hop outside of it.
func ReadSubnet(s hcnspec.Subnet) (Subnet, error) {
	prefix, err := netip.ParsePrefix(s.IPAddressPrefix)
	if err != nil {
		return Subnet{}, refusal.With(hostnet.CodeInvalidPrefix, "subnet %q is no prefix", s.IPAddressPrefix)
	}
	if prefix != prefix.Masked() {
		return Subnet{}, refusal.With(hostnet.CodeInvalidNetwork, "subnet %s has host bits set; the prefix is %s", prefix, prefix.Masked())
	}
	read := Subnet{Prefix: prefix, Open: s.Flags&hcnspec.SubnetFlagDoNotReserveGateway != 0}
	for _, r := range s.Routes {
		hop, err := netip.ParseAddr(r.NextHop)
		if err != nil {
			return Subnet{}, refusal.With(hostnet.CodeInvalidNetwork, "subnet %s: next hop %q is no address", prefix, r.NextHop)
		}
		if !prefix.Contains(hop) {
			return Subnet{}, refusal.With(hostnet.CodeInvalidNetwork, "subnet %s: next hop %s is outside", prefix, hop)
		}
		if r.DestinationPrefix == hcnspec.DefaultRoute4 || r.DestinationPrefix == hcnspec.DefaultRoute6 {
			read.Gateway = hop
		}
	}
	return read, nil
}

// ReadSubnets reads all subnets of a stored network.
func ReadSubnets(n *hcnspec.Network) ([]Subnet, error) {
	var all []Subnet
	for _, s := range n.Subnets() {
		read, err := ReadSubnet(s)
		if err != nil {
			return nil, err
		}
		all = append(all, read)
	}
	return all, nil
}
