package policy

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// loopbackDSR is AKS's spelling of an OutBoundNAT policy with one destination.
const loopbackDSR hcnspec.PolicyType = "LoopbackDSR"

// loopbackAddress reads {"Type": "LoopbackDSR", "IPAddress": "169.254.169.254"}.
func loopbackAddress(s *settings) []rule {
	s.c.gate(hcnspec.FeatureDSR, s.Path())
	a, ok := s.Require("an IP address", "IPAddress").Addr()
	if !ok {
		return nil
	}
	s.c.set.destinations = append(s.c.set.destinations, a.String())
	return []rule{{Policy: destinationNAT(a), family: hcnspec.FamilyOf(a)}}
}

// loopback records that the configuration requests loopback DSR to the pod's own addresses.
func (c *compiler) loopback() {
	if !c.cfg.Flags.LoopbackDSR {
		return
	}
	path := "loopbackDSR"
	for _, other := range []string{"optionalFlags.loopbackDSR", "windowsSettings.enableLoopbackDSR"} {
		if c.cfg.Document.At(path) == nil {
			path = other
		}
	}
	c.set.loopbackDSR = true
	c.gate(hcnspec.FeatureDSR, path)
}

// destinationNAT translates traffic to a single address, which is how win-bridge and Azure's plugin express loopback
// DSR.
func destinationNAT(a netip.Addr) hcnspec.Policy {
	return hcnspec.NewPolicy(hcnspec.OutBoundNAT, hcnspec.OutboundNATSetting{Destinations: []string{a.String()}})
}

// natDestinations are the addresses for which the configuration already has such policies.
func (s *Set) natDestinations() map[string]bool {
	seen := map[string]bool{}
	for _, d := range s.destinations {
		seen[d] = true
	}
	return seen
}
