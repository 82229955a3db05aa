package hcnemu

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// networkPolicies are the types that networks take.
var networkPolicies = []hcnspec.PolicyType{
	hcnspec.SourceMacAddress, hcnspec.NetAdapterName, hcnspec.VSwitchExtension, hcnspec.DrMacAddress,
	hcnspec.AutomaticDNS, hcnspec.InterfaceConstraint, hcnspec.ProviderAddress, hcnspec.RemoteSubnetRoute,
	hcnspec.VxlanPort, hcnspec.HostRoute, hcnspec.SetPolicy, hcnspec.L4Proxy, hcnspec.LayerConstraint,
	hcnspec.NetworkACL, hcnspec.OutBoundNAT,
}

// checkNetworkPolicies checks every policy of a network and spells its type as HNS does.
func (t *tx) checkNetworkPolicies(n *network) error {
	for i := range n.Policies {
		p := &n.Policies[i]
		known, ok := spell(p.Type, networkPolicies)
		if !ok {
			return refuse(hostnet.CodeInvalidPolicyType, "no network policy is called %q", p.Type)
		}
		p.Type = known
		if err := t.checkPolicyFeature(known); err != nil {
			return err
		}
		if n.Type != hcnspec.Overlay && (known == hcnspec.RemoteSubnetRoute || known == hcnspec.VxlanPort) {
			return refuse(hostnet.CodeInvalidPolicyType, "%s is for overlays, the network is of type %s", known, n.Type)
		}
		if err := t.checkNetworkPolicy(*p); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) checkNetworkPolicy(p hcnspec.Policy) error {
	switch p.Type {
	case hcnspec.NetAdapterName:
		var s hcnspec.NetAdapterNameSetting
		if err := settingsOf(p, &s); err != nil {
			return err
		}
		if s.NetworkAdapterName == "" {
			return refuse(hostnet.CodeInvalidPolicy, "NetAdapterName without NetworkAdapterName")
		}
	case hcnspec.ProviderAddress:
		return checkProviderAddress(p)
	case hcnspec.RemoteSubnetRoute:
		return checkRemoteSubnetRoute(p)
	case hcnspec.SetPolicy:
		return t.checkSetPolicy(p)
	case hcnspec.NetworkACL:
		return t.checkACL(p)
	case hcnspec.SourceMacAddress:
		var s hcnspec.SourceMacAddressSetting
		return checkMACSetting(p, &s, &s.SourceMacAddress)
	case hcnspec.DrMacAddress:
		var s hcnspec.DrMacAddressSetting
		return checkMACSetting(p, &s, &s.Address)
	case hcnspec.VxlanPort:
		var s hcnspec.VxlanPortSetting
		if err := settingsOf(p, &s); err != nil {
			return err
		}
		if s.Port == 0 {
			return refuse(hostnet.CodeInvalidPolicy, "VxlanPort 0")
		}
	case hcnspec.L4Proxy:
		return checkL4Proxy(p)
	}
	return settingsOf(p, &map[string]any{}) // an object at least
}

func checkMACSetting(p hcnspec.Policy, settings any, address *string) error {
	if err := settingsOf(p, settings); err != nil {
		return err
	}
	if _, ok := parseMAC(*address); !ok {
		return refuse(hostnet.CodeInvalidPolicy, "%s: %q is no MAC address", p.Type, *address)
	}
	return nil
}

func checkRemoteSubnetRoute(p hcnspec.Policy) error {
	var s hcnspec.RemoteSubnetRouteSetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if _, err := netip.ParsePrefix(s.DestinationPrefix); err != nil {
		return refuse(hostnet.CodeInvalidPolicy, "RemoteSubnetRoute: %q is no prefix", s.DestinationPrefix)
	}
	if _, err := netip.ParseAddr(s.ProviderAddress); err != nil {
		return refuse(hostnet.CodeInvalidPolicy, "RemoteSubnetRoute: provider address %q is no address", s.ProviderAddress)
	}
	if _, ok := parseMAC(s.DistributedRouterMacAddress); !ok {
		return refuse(hostnet.CodeInvalidPolicy, "RemoteSubnetRoute: %q is no MAC address", s.DistributedRouterMacAddress)
	}
	return nil
}

func (t *tx) checkSetPolicy(p hcnspec.Policy) error {
	var s hcnspec.SetPolicySetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	switch {
	case s.ID == "":
		return refuse(hostnet.CodeInvalidPolicy, "SetPolicy without Id")
	case oneOf(s.Type, "NESTEDIPSET"):
		return t.need(hcnspec.FeatureNestedIPSet, hostnet.CodeInvalidPolicy)
	case !oneOf(s.Type, "IPSET"):
		return refuse(hostnet.CodeInvalidPolicy, "SetPolicy: no kind of set is called %q", s.Type)
	}
	return nil
}

// adapterName returns the adapter that the network's policies name, or "".
func (n *network) adapterName() string {
	for _, p := range n.Policies {
		var s hcnspec.NetAdapterNameSetting
		if p.Type == hcnspec.NetAdapterName && settingsOf(p, &s) == nil {
			return s.NetworkAdapterName
		}
	}
	return ""
}

// remotePrefixes returns the other nodes' prefixes that the network has routes to.
func (n *network) remotePrefixes() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, p := range n.Policies {
		var s hcnspec.RemoteSubnetRouteSetting
		if p.Type != hcnspec.RemoteSubnetRoute || settingsOf(p, &s) != nil {
			continue
		}
		if prefix, err := netip.ParsePrefix(s.DestinationPrefix); err == nil {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes
}

// The isolation IDs of VXLAN and of VLANs. Windows keeps those below 4096 from overlays.
const minVSID, maxVSID, minVLAN, maxVLAN = 4096, 1<<24 - 1, 1, 4094

// checkIsolation checks the policies of a network's subnets. An overlay has one VSID.
func (t *tx) checkIsolation(n *network) error {
	vsid := false
	for _, s := range n.Subnets() {
		for _, p := range s.Policies {
			var setting hcnspec.IsolationSetting
			if err := settingsOf(p, &setting); err != nil {
				return err
			}
			id := setting.IsolationID
			switch {
			case p.Type == hcnspec.VSID && n.Type == hcnspec.Overlay:
				vsid = true
				if id < minVSID || id > maxVSID {
					return refuse(hostnet.CodeInvalidPolicy, "VSID %d is not in %d to %d", id, minVSID, maxVSID)
				}
			case p.Type == hcnspec.VLAN && n.Type != hcnspec.Overlay:
				if id < minVLAN || id > maxVLAN {
					return refuse(hostnet.CodeInvalidPolicy, "VLAN %d is not in %d to %d", id, minVLAN, maxVLAN)
				}
			default:
				return refuse(hostnet.CodeInvalidPolicyType, "a subnet of a network of type %s takes no policy %q", n.Type, p.Type)
			}
		}
	}
	if n.Type == hcnspec.Overlay && !vsid {
		return refuse(hostnet.CodeInvalidNetwork, "an overlay needs a VSID policy on its subnet")
	}
	return nil
}
