package policy

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// networkPolicies are the types that networks accept.
var NetworkPolicies = []hcnspec.PolicyType{
	hcnspec.SourceMacAddress, hcnspec.NetAdapterName, hcnspec.VSwitchExtension, hcnspec.DrMacAddress,
	hcnspec.AutomaticDNS, hcnspec.InterfaceConstraint, hcnspec.ProviderAddress, hcnspec.RemoteSubnetRoute,
	hcnspec.VxlanPort, hcnspec.HostRoute, hcnspec.SetPolicy, hcnspec.L4Proxy, hcnspec.LayerConstraint,
	hcnspec.NetworkACL, hcnspec.OutBoundNAT,
}

// CheckNetworkPolicy checks the settings of a network's policy.
func (t Rules) CheckNetworkPolicy(p hcnspec.Policy) error {
	switch p.Type {
	case hcnspec.NetAdapterName:
		var s hcnspec.NetAdapterNameSetting
		if err := Settings(p, &s); err != nil {
			return err
		}
		if s.NetworkAdapterName == "" {
			return refusal.With(hostnet.CodeInvalidPolicy, "NetAdapterName without NetworkAdapterName")
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
		if err := Settings(p, &s); err != nil {
			return err
		}
		if s.Port == 0 {
			return refusal.With(hostnet.CodeInvalidPolicy, "VxlanPort 0")
		}
	case hcnspec.L4Proxy:
		return checkL4Proxy(p)
	}
	return Settings(p, &map[string]any{}) // an object at least
}

func checkMACSetting(p hcnspec.Policy, settings any, address *string) error {
	if err := Settings(p, settings); err != nil {
		return err
	}
	if _, ok := ParseMAC(*address); !ok {
		return refusal.With(hostnet.CodeInvalidPolicy, "%s: %q is no MAC address", p.Type, *address)
	}
	return nil
}

func checkRemoteSubnetRoute(p hcnspec.Policy) error {
	var s hcnspec.RemoteSubnetRouteSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if _, err := netip.ParsePrefix(s.DestinationPrefix); err != nil {
		return refusal.With(hostnet.CodeInvalidPolicy, "RemoteSubnetRoute: %q is no prefix", s.DestinationPrefix)
	}
	if _, err := netip.ParseAddr(s.ProviderAddress); err != nil {
		return refusal.With(hostnet.CodeInvalidPolicy, "RemoteSubnetRoute: provider address %q is no address", s.ProviderAddress)
	}
	if _, ok := ParseMAC(s.DistributedRouterMacAddress); !ok {
		return refusal.With(hostnet.CodeInvalidPolicy, "RemoteSubnetRoute: %q is no MAC address", s.DistributedRouterMacAddress)
	}
	return nil
}

func (t Rules) checkSetPolicy(p hcnspec.Policy) error {
	var s hcnspec.SetPolicySetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	switch {
	case s.ID == "":
		return refusal.With(hostnet.CodeInvalidPolicy, "SetPolicy without Id")
	case oneOf(string(s.Type), string(hcnspec.SetPolicyNestedIPSet)):
		return t.Need(hcnspec.FeatureNestedIPSet, hostnet.CodeInvalidPolicy)
	case !oneOf(string(s.Type), string(hcnspec.SetPolicyIPSet)):
		return refusal.With(hostnet.CodeInvalidPolicy, "SetPolicy: no kind of set is called %q", s.Type)
	}
	return nil
}
