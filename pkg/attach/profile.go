package attach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Profile is what makes one executable differ from the others.
type Profile struct {
	Name string // of the executable
	Type hcnspec.NetworkType
	// Types are the values of "type" that the executable serves, in lower case: its own name, the HCN
	// type, and the names of the plugins that it can stand in for.
	Types []string
	// Uplink says that a new network binds to an adapter of the host. NAT has its own internal switch.
	Uplink bool
	// IPv6 says that the network type carries IPv6, on an HNS with the IPv6Feature.
	IPv6        bool
	IPv6Feature hcnspec.Feature
	// NeedsSubnet says that HNS creates no network of the type without one.
	NeedsSubnet bool
	// DHCP says that a network without a subnet takes its addresses from the wire.
	DHCP bool
	// DefaultVSID is the VSID of a new network where the configuration names none; 0 where the type has none.
	DefaultVSID uint32
	// MACFromIP says that endpoints get endpointMacPrefix and their IPv4 address as MAC, which the
	// overlay's other nodes rely on.
	MACFromIP bool
}

// The five profiles.
var (
	NAT = Profile{
		Name: "nat", Type: hcnspec.NAT, Types: []string{"nat"},
	}
	SDNBridge = Profile{
		Name: "sdnbridge", Type: hcnspec.L2Bridge, Types: []string{"sdnbridge", "l2bridge", "win-bridge"},
		Uplink: true, NeedsSubnet: true, IPv6: true, IPv6Feature: hcnspec.FeatureIPv6DualStack,
	}
	SDNTunnel = Profile{
		Name: "sdntunnel", Type: hcnspec.L2Tunnel, Types: []string{"sdntunnel", "l2tunnel"},
		Uplink: true, NeedsSubnet: true, IPv6: true, IPv6Feature: hcnspec.FeatureIPv6DualStack,
	}
	SDNOverlay = Profile{
		Name: "sdnoverlay", Type: hcnspec.Overlay, Types: []string{"sdnoverlay", "overlay", "win-overlay"},
		Uplink: true, NeedsSubnet: true, IPv6: true, IPv6Feature: hcnspec.FeatureOverlayIPv6, DefaultVSID: hcnspec.MinVSID, MACFromIP: true,
	}
	Transparent = Profile{
		Name: "transparent", Type: hcnspec.Transparent, Types: []string{"transparent"},
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
		if slices.Contains(p.Types, typeName(confType)) {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("type %q: want one of %s", confType, strings.Join(allTypes(), ", "))
}

// anyType is the "type" of a plugin of microsoft/SDN that served every type of network, and is long retired
// (docs/migration.md).
const anyType = "wincni"

// ProfileOf returns the profile that serves a configuration: the one for its type, and for anyType the one
// that the content asks for. There the network's name was its type, as in microsoft/SDN's examples; other
// names are an overlay's if something only an overlay has is configured, and an L2Bridge's otherwise.
func ProfileOf(conf *netconf.Config) (Profile, error) {
	if typeName(conf.Type) != anyType {
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

// typeName is a "type" as profiles spell it.
func typeName(confType string) string { return strings.TrimSuffix(strings.ToLower(confType), ".exe") }

func (p Profile) serves(confType string) bool {
	t := typeName(confType)
	return t == anyType || slices.Contains(p.Types, t)
}

func allTypes() []string {
	var all []string
	for _, p := range Profiles() {
		all = append(all, p.Types...)
	}
	return all
}
