package networks

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// checkNetworkPolicies checks every policy of a network and changes its type to HNS's spelling.
func (t Rules) checkNetworkPolicies(n *objects.Network) error {
	for i := range n.Policies {
		p := &n.Policies[i]
		known, ok := policy.Spell(p.Type, policy.NetworkPolicies)
		if !ok {
			return refusal.With(hostnet.CodeInvalidPolicyType, "no network policy is called %q", p.Type)
		}
		p.Type = known
		if err := policy.On(t.Tx).CheckPolicyFeature(known); err != nil {
			return err
		}
		if n.Type != hcnspec.Overlay && (known == hcnspec.RemoteSubnetRoute || known == hcnspec.VxlanPort) {
			return refusal.With(hostnet.CodeInvalidPolicyType, "%s is for overlays, the network is of type %s", known, n.Type)
		}
		if err := policy.On(t.Tx).CheckNetworkPolicy(*p); err != nil {
			return err
		}
	}
	return nil
}
