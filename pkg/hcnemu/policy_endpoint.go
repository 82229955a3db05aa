package hcnemu

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// endpointPolicies are the types that endpoints take.
var endpointPolicies = []hcnspec.PolicyType{
	hcnspec.PortMapping, hcnspec.ACL, hcnspec.QOS, hcnspec.L2Driver, hcnspec.OutBoundNAT, hcnspec.SDNRoutePolicy,
	hcnspec.L4Proxy, hcnspec.L4WFPProxy, hcnspec.PortName, hcnspec.EncapOverhead, hcnspec.IOV,
	hcnspec.ProviderAddress, hcnspec.InterfaceConstraint, hcnspec.TierACL,
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

// checkEndpointPolicies checks every policy of an endpoint and spells its type as HNS does.
func (t *tx) checkEndpointPolicies(n *network, e *endpoint) error {
	for i := range e.Policies {
		p := &e.Policies[i]
		known, ok := spell(p.Type, endpointPolicies)
		if !ok {
			return refuse(hostnet.CodeInvalidPolicyType, "no endpoint policy is called %q", p.Type)
		}
		p.Type = known
		if err := t.checkPolicyFeature(known); err != nil {
			return err
		}
		if err := t.checkEndpointPolicy(n, *p); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) checkPolicyFeature(k hcnspec.PolicyType) error {
	if f, gated := policyFeatures[k]; gated {
		return t.need(f, hostnet.CodeInvalidPolicyType)
	}
	return nil
}

// checkEndpointPolicy checks one policy's settings.
func (t *tx) checkEndpointPolicy(n *network, p hcnspec.Policy) error {
	switch p.Type {
	case hcnspec.PortMapping:
		return checkPortMapping(n, p)
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
	case hcnspec.EncapOverhead:
		return settingsOf(p, new(hcnspec.EncapOverheadSetting))
	case hcnspec.InterfaceConstraint:
		return settingsOf(p, new(hcnspec.InterfaceConstraintSetting))
	}
	return settingsOf(p, &map[string]any{}) // an object at least
}

func checkQOS(p hcnspec.Policy) error {
	var s hcnspec.QOSSetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if s.MaximumOutgoingBandwidthInBytes == 0 {
		return refuse(hostnet.CodeInvalidPolicy, "QOS without MaximumOutgoingBandwidthInBytes")
	}
	return nil
}

// checkOutboundNAT checks the address and the families. Exceptions that are no prefixes are taken
// and degrade the endpoint: see judgeHealth.
func (t *tx) checkOutboundNAT(p hcnspec.Policy) error {
	var s hcnspec.OutboundNATSetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if err := optionalAddress("OutBoundNAT.VirtualIP", s.VirtualIP); err != nil {
		return err
	}
	if s.Flags&hcnspec.NatIPv6 != 0 {
		return t.need(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidPolicy)
	}
	return nil
}

func checkSDNRoute(p hcnspec.Policy) error {
	var s hcnspec.SDNRouteSetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if s.DestinationPrefix == "" {
		return refuse(hostnet.CodeInvalidPolicy, "SDNRoute without DestinationPrefix")
	}
	return optionalAddress("SDNRoute.NextHop", s.NextHop)
}

func checkL4Proxy(p hcnspec.Policy) error {
	var s hcnspec.L4ProxySetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if s.Destination == "" {
		return refuse(hostnet.CodeInvalidPolicy, "L4Proxy without Destination")
	}
	return optionalAddress("L4Proxy.IP", s.IP)
}

func checkWFPProxy(p hcnspec.Policy) error {
	var s hcnspec.L4WFPProxySetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if s.InboundProxyPort == "" && s.OutboundProxyPort == "" {
		return refuse(hostnet.CodeInvalidPolicy, "L4WFPPROXY without a proxy port")
	}
	for _, port := range []string{s.InboundProxyPort, s.OutboundProxyPort} {
		if port != "" && !validPorts(port) {
			return refuse(hostnet.CodeInvalidPolicy, "L4WFPPROXY: %q is no port", port)
		}
	}
	return nil
}

func checkProviderAddress(p hcnspec.Policy) error {
	var s hcnspec.ProviderAddressSetting
	if err := settingsOf(p, &s); err != nil {
		return err
	}
	if _, err := netip.ParseAddr(s.ProviderAddress); err != nil {
		return refuse(hostnet.CodeInvalidPolicy, "ProviderAddress %q is no address", s.ProviderAddress)
	}
	return nil
}

func optionalAddress(field, value string) error {
	if value == "" {
		return nil
	}
	if _, err := netip.ParseAddr(value); err != nil {
		return refuse(hostnet.CodeInvalidPolicy, "%s %q is no address", field, value)
	}
	return nil
}

// judgeHealth degrades an endpoint whose policies HNS took but could not program: prefixes that are
// none, such as "<your service cidr>" (containerd#5729).
func (t *tx) judgeHealth(_ *network, e *endpoint) error {
	e.Fault = 0
	for _, p := range e.Policies {
		var s struct {
			Exceptions, Destinations []string
			DestinationPrefix        string
		}
		if p.Type != hcnspec.OutBoundNAT && p.Type != hcnspec.SDNRoutePolicy {
			continue
		}
		if err := settingsOf(p, &s); err != nil {
			return err
		}
		prefixes := append(s.Exceptions, s.Destinations...)
		if s.DestinationPrefix != "" {
			prefixes = append(prefixes, s.DestinationPrefix)
		}
		for _, prefix := range prefixes {
			if !validAddresses(prefix) {
				e.Fault = hostnet.CodeInvalidPolicy
			}
		}
	}
	switch {
	case e.Fault != 0:
		e.State = hcnspec.StateDegraded
	case e.State == hcnspec.StateDegraded && e.Namespace != "":
		e.State = hcnspec.StateAttachedSharing
	case e.State == hcnspec.StateDegraded:
		e.State = hcnspec.StateCreated
	}
	return nil
}
