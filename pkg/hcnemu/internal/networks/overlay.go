package networks

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// fillOverlay gives an overlay the policies that HNS adds: the MAC address of its distributed router, and the node's
// own address, under which other nodes reach it. flannel waits for both (its backend vxlan), and announces them to the
// other nodes. A recording of Server 2019 has a router's address outside the network's MAC pool.
func (t Rules) fillOverlay(n *objects.Network) error {
	if n.Type != hcnspec.Overlay {
		return nil
	}
	if !hasPolicy(n, hcnspec.DrMacAddress) {
		mac := "00-15-5D-" + n.ID[0:2] + "-" + n.ID[2:4] + "-" + n.ID[4:6]
		n.Policies = append(n.Policies, hcnspec.NewPolicy(hcnspec.DrMacAddress, hcnspec.DrMacAddressSetting{Address: mac}))
	}
	a := t.Profile.Adapter(n.Uplink)
	if a == nil || len(a.Addresses) == 0 || hasPolicy(n, hcnspec.ProviderAddress) {
		return nil
	}
	n.Policies = append(n.Policies, hcnspec.NewPolicy(hcnspec.ProviderAddress,
		hcnspec.ProviderAddressSetting{ProviderAddress: a.Addresses[0].Addr().String()}))
	return nil
}

func hasPolicy(n *objects.Network, k hcnspec.PolicyType) bool {
	return slices.ContainsFunc(n.Policies, func(p hcnspec.Policy) bool { return p.Type == k })
}
