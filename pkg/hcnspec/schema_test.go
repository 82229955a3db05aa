package hcnspec

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ofBase are the fields that most structs of the schema page derive from Base.
const ofBase = "ID Owner Name Version AdditionalParams Health SchemaVersion Telemetry State "

// fiveTuple are the fields of FiveTuple, from which ACLs derive.
const fiveTuple = "Protocols LocalAddresses RemoteAddresses LocalPorts RemotePorts Priority "

// schemaPage has the structs of https://learn.microsoft.com/virtualization/api/hcn/hns_schema (2021-10-31) that this
// package has too, with their fields. Structs of guests and of the service inside utility VMs are left out.
var schemaPage = []struct {
	name, fields string
	ours         any
}{
	{"HostComputeNetwork", ofBase + "Type Policies MacPool Dns Ipams Flags", Network{}},
	{"HostComputeEndpoint", ofBase + "HostComputeNetwork HostComputeNamespace Policies IpConfigurations Dns Routes MacAddress Flags", Endpoint{}},
	{"HostComputeNamespace", ofBase + "NamespaceId NamespaceGuid Type Resources", Namespace{}},
	{"HostComputeLoadBalancer", ofBase + "HostComputeNetwork HostComputeEndpoints SourceVIP FrontendVIPs PortMappings Flags", LoadBalancer{}},
	{"HostComputeRoute", ofBase + "HostComputeNetwork HostComputeEndpoints Routes", SDNRoute{}},
	{"HostComputeQuery", "SchemaVersion Flags Filter", Query{}},
	{"Subnet", ofBase + "IpAddressPrefix Policies Routes IpSubnets Flags", Subnet{}},
	{"IpSubnet", ofBase + "IpAddressPrefix Flags", IPSubnet{}},
	{"IpConfig", "IpAddress PrefixLength IpSubnetId", IPConfig{}},
	{"Ipam", "Type Subnets", Ipam{}},
	{"Route", "NextHop DestinationPrefix Metric", Route{}},
	{"DNS", "Domain Search ServerList Options", DNS{}},
	{"MacPool", "Ranges", MacPool{}},
	{"MacRange", "StartMacAddress EndMacAddress", MacRange{}},
	{"Health", "Data Extra", Health{}},
	{"ExtraParams", "Resources SharedContainers LayeredOn SwitchGuid UtilityVM VirtualMachine", Extra{}},
	{"Version", "Major Minor", Version{}},
	{"NamespaceResource", "Type Data", NamespaceResource{}},
	{"LoadBalancerPortMapping", "Protocol InternalPort ExternalPort DistributionType Flags", LoadBalancerPortMapping{}},
	{"ModifySettingRequest", "ResourceUri RequestType ResourceType Settings", ModifyRequest{}},
	{"PolicyNetworkRequest", "Policies", PolicySettings{}},
	{"SubnetNetworkRequest", "Subnets", SubnetSettings{}},
	{"IPSubnetNetworkRequest", "SubnetId IpSubnets", IPSubnetSettings{}},
	{"NamespaceEndpointRequest", "EndpointId", NamespaceEndpointSettings{}},
	{"NamespaceContainerRequest", "ContainerId", NamespaceContainerSettings{}},
	{"VmEndpointRequest", "PortId VirtualNicName VirtualMachineId", VMEndpointSettings{}},
	{"EndpointPolicy", "Type Settings", Policy{}},
	{"AclPolicySetting", fiveTuple + "Id Action Direction RuleType", ACLSetting{}},
	{"TierAclRule", fiveTuple + "Id TierAclRuleAction", TierACLRule{}},
	{"TierAclPolicySetting", "Name Direction Order TierAclRules", TierACLSetting{}},
	{"PortMappingPolicySetting", "Protocol InternalPort ExternalPort VIP Flags", PortMappingSetting{}},
	{"OutboundNatPolicySetting", "VirtualIP Destinations Exceptions Flags", OutboundNATSetting{}},
	{"QosPolicySetting", "MaximumOutgoingBandwidthInBytes", QOSSetting{}},
	{"SDNRoutePolicySetting", "DestinationPrefix NextHop NeedEncap AutomaticEndpointMonitor", SDNRouteSetting{}},
	{"L4WfpProxyPolicySetting", "InboundProxyPort OutboundProxyPort FilterTuple UserSID InboundExceptions OutboundExceptions", L4WFPProxySetting{}},
	{"FiveTuple", fiveTuple, FiveTuple{}},
	{"ProxyExceptions", "IpAddressExceptions PortExceptions", ProxyExceptions{}},
	{"PortnameEndpointPolicySetting", "Name", PortNameSetting{}},
	{"EncapOverheadEndpointPolicySetting", "Overhead", EncapOverheadSetting{}},
	{"IovPolicySetting", "IovOffloadWeight QueuePairsRequested InterruptModeration", IOVSetting{}},
	{"ProviderAddressEndpointPolicySetting", "ProviderAddress", ProviderAddressSetting{}},
	{"InterfaceConstraintEndpointPolicySetting", "InterfaceGuid InterfaceLuid InterfaceIndex InterfaceMediaType InterfaceAlias InterfaceDescription", InterfaceConstraintSetting{}},
	{"InterfaceParametersPolicySetting", "Mtu", InterfaceParametersSetting{}},
	{"EncryptionPolicySetting", "EncryptionMethodType AuthenticationMethods Name Endpoints1 Endpoints2 ProtocolType Endpoint1Ports Endpoint2Ports", EncryptionSetting{}},
	{"PrioritizedAuthenticationMethod", "Type Settings", AuthenticationMethod{}},
	{"VlanPolicySetting", "IsolationId", IsolationSetting{}},
	{"RemoteSubnetRoutePolicySetting", "DestinationPrefix IsolationId ProviderAddress DistributedRouterMacAddress", RemoteSubnetRouteSetting{}},
	{"SetPolicySetting", "Id Name PolicyType Values", SetPolicySetting{}},
	{"SourceMacAddressNetworkPolicySetting", "SourceMacAddress", SourceMacAddressSetting{}},
	{"NetAdapterNameNetworkPolicySetting", "NetworkAdapterName", NetAdapterNameSetting{}},
	{"VSwitchExtensionNetworkPolicySetting", "ExtensionID Enable", VSwitchExtensionSetting{}},
	{"DrMacAddressNetworkPolicySetting", "Address", DrMacAddressSetting{}},
	{"AutomaticDNSNetworkPolicySetting", "Enable", AutomaticDNSSetting{}},
	{"LayerConstraintNetworkPolicySetting", "LayerId", LayerConstraintSetting{}},
	{"VxlanPortPolicySetting", "Port", VxlanPortSetting{}},
}

// ofBindings are our fields that only the bindings have, by struct. L4Proxy is missing above: the page calls its fields
// otherwise than the bindings do.
var ofBindings = map[string]string{"HostComputeRoute": "Setting", "OutboundNatPolicySetting": "MaxPortPoolUsage"}

// TestSchemaPage compares our structs with those of Microsoft's schema page.
func TestSchemaPage(t *testing.T) {
	for _, row := range schemaPage {
		have := keys(reflect.TypeOf(row.ours))
		want := strings.Fields(row.fields)
		for _, field := range want {
			if !slices.Contains(have, field) {
				t.Errorf("%s: the page has %s, we have not", row.name, field)
			}
		}
		for _, field := range have {
			if !slices.Contains(want, field) && !slices.Contains(strings.Fields(ofBindings[row.name]), field) {
				t.Errorf("%s: we have %s, the page has not", row.name, field)
			}
		}
	}
}

// keys returns the JSON keys of a struct, with those of embedded structs.
func keys(t reflect.Type) []string {
	var all []string
	for f := range fieldsOf(t) {
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key == "" {
			key = f.Name
		}
		all = append(all, key)
	}
	return all
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for _, f := range reflect.VisibleFields(t) {
			if !f.Anonymous && !yield(f) {
				return
			}
		}
	}
}

// TestSchemaEnumerations: the values of the page's enumerations. The page has no numbers; flags are numbered as in the
// sources that the constants name.
func TestSchemaEnumerations(t *testing.T) {
	for _, row := range []struct {
		name, values string
		ours         []string
	}{
		{"NetworkMode", "NAT ICS Transparent L2Bridge L2Tunnel Overlay Private Internal Mirrored Infiniband ConstrainedICS",
			texts(NAT, ICS, Transparent, L2Bridge, L2Tunnel, Overlay, Private, Internal, Mirrored, Infiniband, ConstrainedICS)},
		{"EndpointPolicyType", "PortMapping ACL QOS L2Driver OutBoundNAT SDNRoute L4Proxy L4WFPPROXY ProviderAddress PortName EncapOverhead InterfaceConstraint Encryption VLAN InterfaceParameters Iov TierAcl",
			texts(PortMapping, ACL, QOS, L2Driver, OutBoundNAT, SDNRoutePolicy, L4Proxy, L4WFPProxy, ProviderAddress, PortName, EncapOverhead, InterfaceConstraint, Encryption, VLAN, InterfaceParameters, IOV, TierACL)},
		{"NetworkPolicyType", "SourceMacAddress NetAdapterName InterfaceConstraint VSwitchExtension ProviderAddress DrMacAddress AutomaticDNS RemoteSubnetRoute VxlanPort HostRoute SetPolicy L4Proxy LayerConstraint NetworkACL",
			texts(SourceMacAddress, NetAdapterName, InterfaceConstraint, VSwitchExtension, ProviderAddress, DrMacAddress, AutomaticDNS, RemoteSubnetRoute, VxlanPort, HostRoute, SetPolicy, L4Proxy, LayerConstraint, NetworkACL)},
		{"SubnetPolicyType", "VLAN VSID", texts(VLAN, VSID)},
		{"SetPolicyTypes", "IPSET NESTEDIPSET", texts(SetPolicyIPSet, SetPolicyNestedIPSet)},
		{"ModifyRequestType", "Add Remove Update Refresh Reset", texts(RequestAdd, RequestRemove, RequestUpdate, RequestRefresh, RequestReset)},
		{"NetworkResourceType", "DNS Extension Policy Subnet IPSubnet", texts(ResourceDNS, ResourceExtension, ResourcePolicy, ResourceSubnet, ResourceIPSubnet)},
		{"EndpointResourceType", "Port Policy", texts(ResourcePort, ResourcePolicy)},
		{"NamespaceResourceType", "Container Endpoint", texts(NamespaceContainer, NamespaceEndpoint)},
		{"NamespaceType", "Host HostDefault Guest GuestDefault", texts(NamespaceHost, NamespaceHostDefault, NamespaceGuest, NamespaceGuestDefault)},
		{"ActionType", "Allow Block Pass", texts(ACLAllow, ACLBlock, ACLPass)},
		{"DirectionType", "In Out", texts(ACLIn, ACLOut)},
		{"RuleType", "Host Switch", texts(ACLHost, ACLSwitch)},
	} {
		if want := strings.Fields(row.values); !slices.Equal(want, row.ours) {
			t.Errorf("%s: %q, the page has %q", row.name, row.ours, want)
		}
	}
	endpoint := []EndpointFlags{EndpointFlagRemote, EndpointFlagDisableICC, EndpointFlagEnableMirroring, EndpointFlagLowInterfaceMetric, EndpointFlagOverrideDNSServerOrder, EndpointFlagEnableDHCP}
	for i, f := range endpoint {
		if f != 1<<i {
			t.Errorf("flag %d of endpoints is %d", i, f)
		}
	}
	network := []NetworkFlags{
		NetworkFlagEnableDNS, NetworkFlagEnableDHCP, NetworkFlagEnableMirroring, NetworkFlagEnableNonPersistent, NetworkFlagEnablePersistent,
		NetworkFlagIsolateVSwitch, NetworkFlagEnableFlowSteering, NetworkFlagDisableSharing, NetworkFlagEnableFirewall, NetworkFlagSuppressMediaDisconnect,
		NetworkFlagDisableHostPort, NetworkFlagWeakHostReceive, NetworkFlagWeakHostSend, NetworkFlagEnableIov,
	}
	for i, f := range network {
		if f != 1<<i {
			t.Errorf("flag %d of networks is %d", i, f)
		}
	}
}

func texts[T ~string](values ...T) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}
