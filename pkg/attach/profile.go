package attach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Profile holds the differences between the executables.
type Profile struct {
	Name string // of the executable
	Type hcnspec.NetworkType
	// Uplink reports whether a new network binds to an adapter of the host. NAT has its own internal switch.
	Uplink bool
	// IPv6 reports whether the network type supports IPv6, on an HNS with the IPv6Feature.
	IPv6        bool
	IPv6Feature hcnspec.Feature
	// NeedsSubnet reports whether HNS rejects a network of the type without a subnet.
	NeedsSubnet bool
	// DHCP reports whether a network without a subnet gets its addresses from the LAN.
	DHCP bool
	// DefaultVSID is the VSID of a new network if the configuration names none; 0 if the type has no VSID.
	DefaultVSID uint32
	// MACFromIP reports whether an endpoint's MAC consists of endpointMacPrefix and its IPv4 address, which the
	// overlay's other nodes rely on.
	MACFromIP bool
}

// The five profiles.
var (
	NAT = Profile{
		Name: "nat", Type: hcnspec.NAT,
	}
	SDNBridge = Profile{
		Name: "sdnbridge", Type: hcnspec.L2Bridge,
		Uplink: true, NeedsSubnet: true, IPv6: true, IPv6Feature: hcnspec.FeatureIPv6DualStack,
	}
	SDNTunnel = Profile{
		Name: "sdntunnel", Type: hcnspec.L2Tunnel,
		Uplink: true, NeedsSubnet: true, IPv6: true, IPv6Feature: hcnspec.FeatureIPv6DualStack,
	}
	SDNOverlay = Profile{
		Name: "sdnoverlay", Type: hcnspec.Overlay,
		Uplink: true, NeedsSubnet: true, IPv6: true, IPv6Feature: hcnspec.FeatureOverlayIPv6, DefaultVSID: hcnspec.MinVSID, MACFromIP: true,
	}
	Transparent = Profile{
		Name: "transparent", Type: hcnspec.Transparent,
		Uplink: true, IPv6: true, IPv6Feature: hcnspec.FeatureIPv6DualStack, DHCP: true,
	}
)

// Profiles returns all profiles.
func Profiles() []Profile {
	return []Profile{NAT, SDNBridge, SDNTunnel, SDNOverlay, Transparent}
}

// ProfileFor returns the profile that serves a "type" of a configuration.
func ProfileFor(confType string) (Profile, error) {
	for _, p := range Profiles() {
		if slices.Contains(p.Types(), netconf.TypeName(confType)) {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("type %q: want one of %s", confType, strings.Join(netconf.Types(""), ", "))
}

// ProfileOf returns the profile that serves a configuration: the one for its type, and for netconf.AnyType the one
// that the content asks for. There the network's name was its type, as in microsoft/SDN's examples; other
// names are an overlay's if something only an overlay has is configured, and an L2Bridge's otherwise.
func ProfileOf(conf *netconf.Config) (Profile, error) {
	if netconf.TypeName(conf.Type) != netconf.AnyType {
		return ProfileFor(conf.Type)
	}
	if p, err := ProfileFor(conf.Name); err == nil {
		return p, nil
	}
	if len(conf.VSIDs) > 0 || slices.ContainsFunc(conf.Policies, ofOverlay) {
		return SDNOverlay, nil
	}
	return SDNBridge, nil
}

func ofOverlay(p netconf.Policy) bool {
	return strings.EqualFold(p.Type, string(hcnspec.ProviderAddress)) || strings.EqualFold(p.Type, "PA")
}

func (p Profile) serves(confType string) bool {
	t := netconf.TypeName(confType)
	return t == netconf.AnyType || slices.Contains(p.Types(), t)
}

// Types returns the values of "type" that the executable serves: see netconf.Types.
func (p Profile) Types() []string { return netconf.Types(p.Name) }
