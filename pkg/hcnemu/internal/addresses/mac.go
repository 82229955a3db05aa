package addresses

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// FillMacPool checks a network's MAC pool, or gives it one: 4096 addresses, other ones for each network.
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
	number, err := t.Count(state.CounterPools)
	if err != nil {
		return err
	}
	start := policy.MAC(0x00155d000000) | policy.MAC(number&0xfff)<<12
	n.MacPool.Ranges = []hcnspec.MacRange{{StartMacAddress: start.String(), EndMacAddress: (start | 0xfff).String()}}
	return nil
}

// FreeMAC returns the first address of the network's pool that no endpoint of it has.
func (t Rules) FreeMAC(n *objects.Network) (string, error) {
	for _, r := range n.MacPool.Ranges {
		next, _ := policy.ParseMAC(r.StartMacAddress)
		end, _ := policy.ParseMAC(r.EndMacAddress)
		for taken := range t.KeysFrom(state.KeyMAC(n.ID, ""), next.String()) {
			if m, _ := policy.ParseMAC(taken); m != next {
				break
			}
			next++
		}
		if next <= end {
			return next.String(), nil
		}
	}
	return "", refusal.With(hostnet.CodeAddrInvalidOrReserved, "every MAC address of network %q is taken", n.Name)
}
