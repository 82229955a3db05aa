package networks

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// The isolation IDs of VXLAN and of VLANs. Windows keeps those below 4096 from overlays.
const minVSID, maxVSID, minVLAN, maxVLAN = 4096, 1<<24 - 1, 1, 4094

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
				if id < minVSID || id > maxVSID {
					return refusal.With(hostnet.CodeInvalidPolicy, "VSID %d is not in %d to %d", id, minVSID, maxVSID)
				}
			case p.Type == hcnspec.VLAN && n.Type != hcnspec.Overlay:
				if id < minVLAN || id > maxVLAN {
					return refusal.With(hostnet.CodeInvalidPolicy, "VLAN %d is not in %d to %d", id, minVLAN, maxVLAN)
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
