package addresses

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// FillMacPool checks a network's MAC pool, or assigns one: 4096 addresses at random, different for each network.
func (t Rules) FillMacPool(n *objects.Network) error {
	for _, r := range n.MacPool.Ranges {
		start, okStart := policy.ParseMAC(r.StartMacAddress)
		end, okEnd := policy.ParseMAC(r.EndMacAddress)
		if !okStart || !okEnd || start > end {
			return refusal.With(hostnet.CodeInvalidNetwork, "MAC pool %s to %s is no range", r.StartMacAddress, r.EndMacAddress)
		}
	}
	if len(n.MacPool.Ranges) > 0 {
		return nil
	}
	taken, err := t.macPools()
	if err != nil {
		return err
	}
	drawn, ok := t.Draw("pool", n.ID, macPools)
	if !ok {
		drawn = 1
	}
	for i := range macPools {
		start := policy.MAC(0x00155d000000) | policy.MAC((drawn+i)%macPools)<<12
		if !taken[start.String()] {
			n.MacPool.Ranges = []hcnspec.MacRange{{StartMacAddress: start.String(), EndMacAddress: (start | 0xfff).String()}}
			return nil
		}
	}
	return refusal.With(hostnet.CodeInvalidNetwork, "every MAC pool is taken")
}

// macPools is the number of pools of 4096 addresses in 00-15-5D.
const macPools uint64 = 4096

// macPools returns where the pools of all networks begin.
func (t Rules) macPools() (map[string]bool, error) {
	taken := map[string]bool{}
	for _, id := range t.All(state.KindNetwork) {
		n, err := objects.LoadNetwork(t.Tx, id)
		if err != nil {
			return nil, err
		}
		for _, r := range n.MacPool.Ranges {
			taken[r.StartMacAddress] = true
		}
	}
	return taken, nil
}

// FreeMAC returns an address of the network's pool that no endpoint of it has. It is random: the same IP address is
// assigned again with another MAC (docker/for-win#2399).
func (t Rules) FreeMAC(n *objects.Network, endpoint string) (string, error) {
	for _, r := range n.MacPool.Ranges {
		start, _ := policy.ParseMAC(r.StartMacAddress)
		end, _ := policy.ParseMAC(r.EndMacAddress)
		size := uint64(end-start) + 1
		drawn, _ := t.Draw("mac", endpoint, size)
		for i := range size {
			m := start + policy.MAC((drawn+i)%size)
			if t.Find(state.KeyMAC(n.ID, m.String())) == "" {
				return m.String(), nil
			}
		}
	}
	return "", refusal.With(hostnet.CodeAddrInvalidOrReserved, "every MAC address of network %q is taken", n.Name)
}
