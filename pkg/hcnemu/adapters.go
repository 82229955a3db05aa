package hcnemu

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// adapters returns the node's network adapters as Windows shows them: a network that is bound to an
// adapter puts a vEthernet in front of it, which takes its addresses over; a NAT network has a
// vEthernet with the gateway's address.
func (t *tx) adapters() ([]hostnet.Adapter, error) {
	bound := map[string]bool{}
	var inside []hostnet.Adapter
	for _, id := range t.all(KindNetwork) {
		n, err := t.loadNetwork(id)
		if err != nil {
			return nil, err
		}
		if n.Uplink != "" {
			bound[n.Uplink] = true
			continue
		}
		a, err := n.hostSide()
		if err != nil {
			return nil, err
		}
		if len(a.Addresses) > 0 {
			inside = append(inside, a)
		}
	}
	var all []hostnet.Adapter
	for _, a := range t.profile.adapters {
		physical := a.Adapter
		if !bound[physical.Name] {
			all = append(all, physical)
			continue
		}
		taken := physical
		taken.Name, taken.Virtual = vEthernetPrefix+physical.Name+")", true
		physical.Addresses, physical.Gateway = nil, netip.Addr{}
		all = append(all, physical, taken)
	}
	return append(all, inside...), nil
}

// hostSide is the host's vEthernet of an internal network.
func (n *network) hostSide() (hostnet.Adapter, error) {
	a := hostnet.Adapter{Name: vEthernetPrefix + n.Name + ")", Up: true, Virtual: true}
	subnets, err := readSubnets(&n.Network)
	if err != nil || n.Type != hcnspec.NAT {
		return a, err
	}
	for _, s := range subnets {
		if s.gateway.IsValid() {
			a.Addresses = append(a.Addresses, netip.PrefixFrom(s.gateway, s.prefix.Bits()))
		}
	}
	return a, nil
}
