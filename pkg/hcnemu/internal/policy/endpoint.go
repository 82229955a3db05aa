package policy

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// endpointPolicies are the types that endpoints accept.
var EndpointPolicies = []hcnspec.PolicyType{
	hcnspec.PortMapping, hcnspec.ACL, hcnspec.QOS, hcnspec.L2Driver, hcnspec.OutBoundNAT, hcnspec.SDNRoutePolicy,
	hcnspec.L4Proxy, hcnspec.L4WFPProxy, hcnspec.PortName, hcnspec.EncapOverhead, hcnspec.IOV,
	hcnspec.ProviderAddress, hcnspec.InterfaceConstraint, hcnspec.TierACL, hcnspec.VLAN, hcnspec.Encryption,
	hcnspec.InterfaceParameters,
}

// policyFeatures are the policy types that not every HNS has.
var policyFeatures = map[hcnspec.PolicyType]hcnspec.Feature{
	hcnspec.L4Proxy:           hcnspec.FeatureL4Proxy,
	hcnspec.L4WFPProxy:        hcnspec.FeatureL4WFPProxy,
	hcnspec.TierACL:           hcnspec.FeatureTierACL,
	hcnspec.SetPolicy:         hcnspec.FeatureSetPolicy,
	hcnspec.NetworkACL:        hcnspec.FeatureNetworkACL,
	hcnspec.VxlanPort:         hcnspec.FeatureVxlanPort,
	hcnspec.RemoteSubnetRoute: hcnspec.FeatureRemoteSubnet,
	hcnspec.HostRoute:         hcnspec.FeatureHostRoute,
}

// ofLaterSchema are policy types that the schema page lists since 2.1 and 2.4 and the bindings do not know. Schema 2.6 is
// that of Windows 10 2004; HNS 11.0 as the first version is a guess.
var ofLaterSchema = map[hcnspec.PolicyType]bool{hcnspec.Encryption: true, hcnspec.VLAN: true, hcnspec.InterfaceParameters: true}

// CheckPolicyFeature rejects a policy type for which this HNS is too old.
func (t Rules) CheckPolicyFeature(k hcnspec.PolicyType) error {
	if f, gated := policyFeatures[k]; gated {
		return t.Need(f, hostnet.CodeInvalidPolicyType)
	}
	if ofLaterSchema[k] && t.Version().Major < 11 {
		return refusal.With(hostnet.CodeInvalidPolicyType, "HNS %s does not know %s", t.Version(), k)
	}
	return nil
}

// CheckEndpointPolicy checks one policy's settings.
func (t Rules) CheckEndpointPolicy(of hcnspec.NetworkType, p hcnspec.Policy) error {
	switch p.Type {
	case hcnspec.PortMapping:
		return checkPortMapping(of, p)
	case hcnspec.ACL:
		return t.checkACL(p)
	case hcnspec.QOS:
		return checkQOS(p)
	case hcnspec.OutBoundNAT:
		return t.checkOutboundNAT(p)
	case hcnspec.SDNRoutePolicy:
		return checkSDNRoute(p)
	case hcnspec.L4Proxy:
		return checkL4Proxy(p)
	case hcnspec.L4WFPProxy:
		return checkWFPProxy(p)
	case hcnspec.ProviderAddress:
		return checkProviderAddress(p)
	case hcnspec.TierACL:
		return t.checkTierACL(p)
	case hcnspec.VLAN:
		return Settings(p, new(hcnspec.IsolationSetting))
	case hcnspec.Encryption:
		return Settings(p, new(hcnspec.EncryptionSetting))
	case hcnspec.InterfaceParameters:
		return Settings(p, new(hcnspec.InterfaceParametersSetting))
	case hcnspec.EncapOverhead:
		return Settings(p, new(hcnspec.EncapOverheadSetting))
	case hcnspec.InterfaceConstraint:
		return Settings(p, new(hcnspec.InterfaceConstraintSetting))
	}
	return Settings(p, &map[string]any{}) // an object at least
}

func checkQOS(p hcnspec.Policy) error {
	var s hcnspec.QOSSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if s.MaximumOutgoingBandwidthInBytes == 0 {
		return refusal.With(hostnet.CodeInvalidPolicy, "QOS without MaximumOutgoingBandwidthInBytes")
	}
	return nil
}

// checkOutboundNAT checks the address and the families. Exceptions that are not prefixes are accepted and degrade the
// endpoint: see JudgeHealth of package endpoints.
func (t Rules) checkOutboundNAT(p hcnspec.Policy) error {
	var s hcnspec.OutboundNATSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if err := optionalAddress("OutBoundNAT.VirtualIP", s.VirtualIP); err != nil {
		return err
	}
	for _, exception := range s.Exceptions {
		prefix, err := netip.ParsePrefix(exception)
		if err == nil && prefix != prefix.Masked() && t.Version().AtLeast(StrictExceptions) {
			return refusal.With(hostnet.CodeInvalidPolicy, "OutBoundNAT: exception %s has host bits set", prefix)
		}
	}
	if s.Flags&hcnspec.NatIPv6 != 0 {
		return t.Need(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidPolicy)
	}
	return nil
}

// StrictExceptions is the first HNS that rejects exceptions with host bits, and those that are not in Settings: 2022 does,
// 2019 does not (hcsshim#1951, whose request has both); for the versions in between it is unknown.
var StrictExceptions = hcnspec.Version{Major: 13}

func checkSDNRoute(p hcnspec.Policy) error {
	var s hcnspec.SDNRouteSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if s.DestinationPrefix == "" {
		return refusal.With(hostnet.CodeInvalidPolicy, "SDNRoute without DestinationPrefix")
	}
	return optionalAddress("SDNRoute.NextHop", s.NextHop)
}

func checkL4Proxy(p hcnspec.Policy) error {
	var s hcnspec.L4ProxySetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if s.Destination == "" {
		return refusal.With(hostnet.CodeInvalidPolicy, "L4Proxy without Destination")
	}
	return optionalAddress("L4Proxy.IP", s.IP)
}

func checkWFPProxy(p hcnspec.Policy) error {
	var s hcnspec.L4WFPProxySetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if s.InboundProxyPort == "" && s.OutboundProxyPort == "" {
		return refusal.With(hostnet.CodeInvalidPolicy, "L4WFPPROXY without a proxy port")
	}
	for _, port := range []string{s.InboundProxyPort, s.OutboundProxyPort} {
		if port != "" && !validPorts(port) {
			return refusal.With(hostnet.CodeInvalidPolicy, "L4WFPPROXY: %q is no port", port)
		}
	}
	return nil
}

func checkProviderAddress(p hcnspec.Policy) error {
	var s hcnspec.ProviderAddressSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if _, err := netip.ParseAddr(s.ProviderAddress); err != nil {
		return refusal.With(hostnet.CodeInvalidPolicy, "ProviderAddress %q is no address", s.ProviderAddress)
	}
	return nil
}

func optionalAddress(field, value string) error {
	if value == "" {
		return nil
	}
	if _, err := netip.ParseAddr(value); err != nil {
		return refusal.With(hostnet.CodeInvalidPolicy, "%s %q is no address", field, value)
	}
	return nil
}
