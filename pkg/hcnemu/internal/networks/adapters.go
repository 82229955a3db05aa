package networks

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Adapters returns the node's network adapters as Windows shows them: a network that is bound to an adapter adds a
// vEthernet, which takes over its addresses; a NAT network has a vEthernet with the gateway's address.
func (t Rules) Adapters() ([]hostnet.Adapter, error) {
	bound := map[string]bool{}
	var inside []hostnet.Adapter
	for _, id := range t.All(state.KindNetwork) {
		n, err := objects.LoadNetwork(t.Tx, id)
		if err != nil {
			return nil, err
		}
		if n.Uplink != "" {
			bound[n.Uplink] = true
			continue
		}
		a, err := n.HostSide()
		if err != nil {
			return nil, err
		}
		if len(a.Addresses) > 0 {
			inside = append(inside, a)
		}
	}
	var all []hostnet.Adapter
	for _, a := range t.Profile.Adapters {
		physical := a.Adapter
		if !bound[physical.Name] {
			all = append(all, physical)
			continue
		}
		taken := physical
		taken.Name, taken.Virtual = objects.VEthernetPrefix+physical.Name+")", true
		physical.Addresses, physical.Gateway = nil, netip.Addr{}
		all = append(all, physical, taken)
	}
	return append(all, inside...), nil
}
