package networks

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// checkIsolation checks the policies of a network's subnets. An overlay has one VSID.
func (t Rules) checkIsolation(n *objects.Network) error {
	vsid := false
	for _, s := range n.Subnets() {
		for _, p := range s.Policies {
			var setting hcnspec.IsolationSetting
			if err := policy.Settings(p, &setting); err != nil {
				return err
			}
			id := setting.IsolationID
			switch {
			case p.Type == hcnspec.VSID && n.Type == hcnspec.Overlay:
				vsid = true
				if id < hcnspec.MinVSID || id > hcnspec.MaxVSID {
					return refusal.With(hostnet.CodeInvalidPolicy, "VSID %d is not in %d to %d", id, hcnspec.MinVSID, hcnspec.MaxVSID)
				}
			case p.Type == hcnspec.VLAN && n.Type != hcnspec.Overlay:
				if id < hcnspec.MinVLAN || id > hcnspec.MaxVLAN {
					return refusal.With(hostnet.CodeInvalidPolicy, "VLAN %d is not in %d to %d", id, hcnspec.MinVLAN, hcnspec.MaxVLAN)
				}
			default:
				return refusal.With(hostnet.CodeInvalidPolicyType, "a subnet of a network of type %s takes no policy %q", n.Type, p.Type)
			}
		}
	}
	if n.Type == hcnspec.Overlay && !vsid {
		return refusal.With(hostnet.CodeInvalidNetwork, "an overlay needs a VSID policy on its subnet")
	}
	return nil
}
