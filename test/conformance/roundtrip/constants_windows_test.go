package roundtrip

import (
	"fmt"
	"testing"

	hcsshim "github.com/Microsoft/hcsshim/hcn"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// constants pairs this project's constants with hcsshim's.
var constants = []struct{ ours, theirs any }{
	{hcnspec.NAT, hcsshim.NAT}, {hcnspec.Transparent, hcsshim.Transparent}, {hcnspec.L2Bridge, hcsshim.L2Bridge},
	{hcnspec.L2Tunnel, hcsshim.L2Tunnel}, {hcnspec.Overlay, hcsshim.Overlay}, {hcnspec.ICS, hcsshim.ICS},
	{hcnspec.Private, hcsshim.Private},
	{hcnspec.NetworkFlagEnableNonPersistent, hcsshim.EnableNonPersistent},
	{hcnspec.NetworkFlagDisableHostPort, hcsshim.DisableHostPort},
	{hcnspec.NetworkFlagEnableIov, hcsshim.EnableIov},
	{hcnspec.SetPolicyIPSet, hcsshim.SetPolicyTypeIpSet}, {hcnspec.SetPolicyNestedIPSet, hcsshim.SetPolicyTypeNestedIpSet},
	{hcnspec.SubnetFlagDoNotReserveGateway, hcsshim.SubnetFlagsDoNotReserveGatewayAddress},
	{hcnspec.EndpointFlagRemote, hcsshim.EndpointFlagsRemoteEndpoint},
	{hcnspec.NamespaceHost, hcsshim.NamespaceTypeHost}, {hcnspec.NamespaceHostDefault, hcsshim.NamespaceTypeHostDefault},
	{hcnspec.NamespaceGuest, hcsshim.NamespaceTypeGuest}, {hcnspec.NamespaceGuestDefault, hcsshim.NamespaceTypeGuestDefault},
	{hcnspec.NamespaceContainer, hcsshim.NamespaceResourceTypeContainer},
	{hcnspec.NamespaceEndpoint, hcsshim.NamespaceResourceTypeEndpoint},
	{hcnspec.LoadBalancerDSR, hcsshim.LoadBalancerFlagsDSR}, {hcnspec.LoadBalancerIPv6, hcsshim.LoadBalancerFlagsIPv6},
	{hcnspec.LoadBalancerPortILB, hcsshim.LoadBalancerPortMappingFlagsILB},
	{hcnspec.LoadBalancerPortLocalRoutedVIP, hcsshim.LoadBalancerPortMappingFlagsLocalRoutedVIP},
	{hcnspec.LoadBalancerPortUseMux, hcsshim.LoadBalancerPortMappingFlagsUseMux},
	{hcnspec.LoadBalancerPortPreserveDIP, hcsshim.LoadBalancerPortMappingFlagsPreserveDIP},
	{hcnspec.DistributionNone, hcsshim.LoadBalancerDistributionNone},
	{hcnspec.DistributionSourceIPProtocol, hcsshim.LoadBalancerDistributionSourceIPProtocol},
	{hcnspec.DistributionSourceIP, hcsshim.LoadBalancerDistributionSourceIP},
	{hcnspec.RequestAdd, hcsshim.RequestTypeAdd}, {hcnspec.RequestRemove, hcsshim.RequestTypeRemove},
	{hcnspec.RequestUpdate, hcsshim.RequestTypeUpdate}, {hcnspec.RequestRefresh, hcsshim.RequestTypeRefresh},
	{hcnspec.ResourcePolicy, hcsshim.NetworkResourceTypePolicy}, {hcnspec.ResourceDNS, hcsshim.NetworkResourceTypeDNS},
	{hcnspec.ResourceExtension, hcsshim.NetworkResourceTypeExtension},
	{hcnspec.ResourcePolicy, hcsshim.EndpointResourceTypePolicy}, {hcnspec.ResourcePort, hcsshim.EndpointResourceTypePort},
	{hcnspec.ResourceContainer, hcsshim.NamespaceResourceTypeContainer},
	{hcnspec.ResourceEndpoint, hcsshim.NamespaceResourceTypeEndpoint},
	{hcnspec.NatLocalRoutedVIP, hcsshim.NatFlagsLocalRoutedVip}, {hcnspec.NatIPv6, hcsshim.NatFlagsIPv6},
	{hcnspec.ACLAllow, hcsshim.ActionTypeAllow}, {hcnspec.ACLBlock, hcsshim.ActionTypeBlock}, {hcnspec.ACLPass, hcsshim.ActionTypePass},
	{hcnspec.ACLIn, hcsshim.DirectionTypeIn}, {hcnspec.ACLOut, hcsshim.DirectionTypeOut},
	{hcnspec.ACLHost, hcsshim.RuleTypeHost}, {hcnspec.ACLSwitch, hcsshim.RuleTypeSwitch},
	{hcnspec.PortMapping, hcsshim.PortMapping}, {hcnspec.ACL, hcsshim.ACL}, {hcnspec.QOS, hcsshim.QOS},
	{hcnspec.L2Driver, hcsshim.L2Driver}, {hcnspec.OutBoundNAT, hcsshim.OutBoundNAT},
	{hcnspec.SDNRoutePolicy, hcsshim.SDNRoute}, {hcnspec.L4Proxy, hcsshim.L4Proxy}, {hcnspec.L4Proxy, hcsshim.NetworkL4Proxy},
	{hcnspec.L4WFPProxy, hcsshim.L4WFPPROXY}, {hcnspec.PortName, hcsshim.PortName},
	{hcnspec.EncapOverhead, hcsshim.EncapOverhead}, {hcnspec.IOV, hcsshim.IOV},
	{hcnspec.ProviderAddress, hcsshim.ProviderAddress}, {hcnspec.ProviderAddress, hcsshim.NetworkProviderAddress},
	{hcnspec.InterfaceConstraint, hcsshim.InterfaceConstraint},
	{hcnspec.InterfaceConstraint, hcsshim.NetworkInterfaceConstraint}, {hcnspec.TierACL, hcsshim.TierAcl},
	{hcnspec.SourceMacAddress, hcsshim.SourceMacAddress}, {hcnspec.NetAdapterName, hcsshim.NetAdapterName},
	{hcnspec.VSwitchExtension, hcsshim.VSwitchExtension}, {hcnspec.DrMacAddress, hcsshim.DrMacAddress},
	{hcnspec.AutomaticDNS, hcsshim.AutomaticDNS}, {hcnspec.RemoteSubnetRoute, hcsshim.RemoteSubnetRoute},
	{hcnspec.VxlanPort, hcsshim.VxlanPort}, {hcnspec.HostRoute, hcsshim.HostRoute},
	{hcnspec.SetPolicy, hcsshim.SetPolicy}, {hcnspec.LayerConstraint, hcsshim.LayerConstraint},
	{hcnspec.NetworkACL, hcsshim.NetworkACL}, {hcnspec.VLAN, hcsshim.VLAN}, {hcnspec.VSID, hcsshim.VSID},
}

func TestConstants(t *testing.T) {
	for i, c := range constants {
		if ours, theirs := fmt.Sprint(c.ours), fmt.Sprint(c.theirs); ours != theirs {
			t.Errorf("row %d: ours is %s, hcsshim's is %s", i, ours, theirs)
		}
	}
}
