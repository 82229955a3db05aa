package networks

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// checkSubnets checks the subnets of a new network, against each other and its type.
func (t Rules) checkSubnets(n *objects.Network) error {
	read, err := objects.ReadSubnets(&n.Network)
	if err != nil {
		return err
	}
	if len(read) == 0 && needsSubnet(n.Type) {
		return refusal.With(hostnet.CodeInvalidNetwork, "a network of type %s needs a subnet", n.Type)
	}
	for i, s := range read {
		if !s.Gateway.IsValid() && needsSubnet(n.Type) {
			return refusal.With(hostnet.CodeInvalidNetwork, "subnet %s has no default route", s.Prefix)
		}
		if s.Prefix.Addr().Is6() {
			if err := t.checkIPv6(n.Type, s.Prefix); err != nil {
				return err
			}
		}
		for _, other := range read[:i] {
			if other.Prefix.Overlaps(s.Prefix) {
				return refusal.With(hostnet.CodeInvalidNetwork, "subnets %s and %s overlap", other.Prefix, s.Prefix)
			}
		}
	}
	if n.Type == hcnspec.NAT {
		return t.checkNATSubnets(read)
	}
	return nil
}

func needsSubnet(k hcnspec.NetworkType) bool {
	return k == hcnspec.L2Bridge || k == hcnspec.L2Tunnel || k == hcnspec.Overlay
}

// checkIPv6 rejects IPv6 that no HNS, or not this one, supports. NAT networks accept it, although no packet gets
// through (moby#48285, hcsshim's tests of ncproxy).
func (t Rules) checkIPv6(k hcnspec.NetworkType, prefix netip.Prefix) error {
	switch {
	case k == hcnspec.ICS:
		return refusal.With(hostnet.CodeInvalidNetwork, "subnet %s: networks of type %s carry IPv4 only", prefix, k)
	case !hcnspec.FeatureIPv6DualStack.In(t.Version()):
		return refusal.With(hostnet.CodeInvalidNetwork, "subnet %s: IPv6 needs HNS %s, this is %s",
			prefix, hcnspec.FeatureIPv6DualStack.Versions(), t.Version())
	case k == hcnspec.Overlay && !t.Version().AtLeast(overlayIPv6):
		return refusal.With(hostnet.CodeInvalidNetwork, "subnet %s: IPv6 on an overlay needs HNS %s, this is %s",
			prefix, overlayIPv6, t.Version())
	}
	return nil
}

// overlayIPv6 is the first HNS with IPv6 on overlays. A guess: see FIDELITY.md.
var overlayIPv6 = hcnspec.Version{Major: 15}
