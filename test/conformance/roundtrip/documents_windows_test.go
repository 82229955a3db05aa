package roundtrip

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	hcsshim "github.com/Microsoft/hcsshim/hcn"
	hnslib "github.com/Microsoft/hnslib/hcn"
	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// maker creates a document, filled or empty.
type maker struct{ filled, zero func() any }

func of[T any]() maker { return maker{filled[T], zero[T]} }

// zero returns a pointer to a new, empty T.
func zero[T any]() any { return new(T) }

// documents pairs this project's types with those of the bindings.
var documents = []struct {
	name                  string
	ours, hcsshim, hnslib maker
}{
	{"network", of[hcnspec.Network](), of[hcsshim.HostComputeNetwork](), of[hnslib.HostComputeNetwork]()},
	{"endpoint", of[hcnspec.Endpoint](), of[hcsshim.HostComputeEndpoint](), of[hnslib.HostComputeEndpoint]()},
	{"namespace", of[hcnspec.Namespace](), of[hcsshim.HostComputeNamespace](), of[hnslib.HostComputeNamespace]()},
	{"load balancer", of[hcnspec.LoadBalancer](), of[hcsshim.HostComputeLoadBalancer](), of[hnslib.HostComputeLoadBalancer]()},
	{"SDN route", of[hcnspec.SDNRoute](), of[hcsshim.HostComputeRoute](), of[hnslib.HostComputeRoute]()},
	{"query", of[hcnspec.Query](), of[hcsshim.HostComputeQuery](), of[hnslib.HostComputeQuery]()},
	{"modify network", of[hcnspec.ModifyRequest](), of[hcsshim.ModifyNetworkSettingRequest](), of[hnslib.ModifyNetworkSettingRequest]()},
	{"modify endpoint", of[hcnspec.ModifyRequest](), of[hcsshim.ModifyEndpointSettingRequest](), of[hnslib.ModifyEndpointSettingRequest]()},
	{"modify namespace", of[hcnspec.ModifyRequest](), of[hcsshim.ModifyNamespaceSettingRequest](), of[hnslib.ModifyNamespaceSettingRequest]()},
	{"policies of an endpoint", of[hcnspec.PolicySettings](), of[hcsshim.PolicyEndpointRequest](), of[hnslib.PolicyEndpointRequest]()},
	{"policies of a network", of[hcnspec.PolicySettings](), of[hcsshim.PolicyNetworkRequest](), of[hnslib.PolicyNetworkRequest]()},
	{"version", of[hcnspec.Version](), of[hcsshim.Version](), of[hnslib.Version]()},
	{"PortMapping", of[hcnspec.PortMappingSetting](), of[hcsshim.PortMappingPolicySetting](), of[hnslib.PortMappingPolicySetting]()},
	{"ACL", of[hcnspec.ACLSetting](), of[hcsshim.AclPolicySetting](), of[hnslib.AclPolicySetting]()},
	{"NetworkACL", of[hcnspec.ACLSetting](), of[hcsshim.NetworkACLPolicySetting](), of[hnslib.NetworkACLPolicySetting]()},
	{"QOS", of[hcnspec.QOSSetting](), of[hcsshim.QosPolicySetting](), of[hnslib.QosPolicySetting]()},
	{"OutBoundNAT", of[hcnspec.OutboundNATSetting](), of[hcsshim.OutboundNatPolicySetting](), of[hnslib.OutboundNatPolicySetting]()},
	{"SDNRoute", of[hcnspec.SDNRouteSetting](), of[hcsshim.SDNRoutePolicySetting](), of[hnslib.SDNRoutePolicySetting]()},
	{"L4Proxy", of[hcnspec.L4ProxySetting](), of[hcsshim.L4ProxyPolicySetting](), of[hnslib.L4ProxyPolicySetting]()},
	{"L4WFPPROXY", of[hcnspec.L4WFPProxySetting](), of[hcsshim.L4WfpProxyPolicySetting](), of[hnslib.L4WfpProxyPolicySetting]()},
	{"PortName", of[hcnspec.PortNameSetting](), of[hcsshim.PortnameEndpointPolicySetting](), of[hnslib.PortnameEndpointPolicySetting]()},
	{"EncapOverhead", of[hcnspec.EncapOverheadSetting](), of[hcsshim.EncapOverheadEndpointPolicySetting](), of[hnslib.EncapOverheadEndpointPolicySetting]()},
	{"Iov", of[hcnspec.IOVSetting](), of[hcsshim.IovPolicySetting](), of[hnslib.IovPolicySetting]()},
	{"ProviderAddress", of[hcnspec.ProviderAddressSetting](), of[hcsshim.ProviderAddressEndpointPolicySetting](), of[hnslib.ProviderAddressEndpointPolicySetting]()},
	{"InterfaceConstraint", of[hcnspec.InterfaceConstraintSetting](), of[hcsshim.InterfaceConstraintPolicySetting](), of[hnslib.InterfaceConstraintPolicySetting]()},
	{"TierAcl", of[hcnspec.TierACLSetting](), of[hcsshim.TierAclPolicySetting](), of[hnslib.TierAclPolicySetting]()},
	{"SourceMacAddress", of[hcnspec.SourceMacAddressSetting](), of[hcsshim.SourceMacAddressNetworkPolicySetting](), of[hnslib.SourceMacAddressNetworkPolicySetting]()},
	{"NetAdapterName", of[hcnspec.NetAdapterNameSetting](), of[hcsshim.NetAdapterNameNetworkPolicySetting](), of[hnslib.NetAdapterNameNetworkPolicySetting]()},
	{"VSwitchExtension", of[hcnspec.VSwitchExtensionSetting](), of[hcsshim.VSwitchExtensionNetworkPolicySetting](), of[hnslib.VSwitchExtensionNetworkPolicySetting]()},
	{"DrMacAddress", of[hcnspec.DrMacAddressSetting](), of[hcsshim.DrMacAddressNetworkPolicySetting](), of[hnslib.DrMacAddressNetworkPolicySetting]()},
	{"AutomaticDNS", of[hcnspec.AutomaticDNSSetting](), of[hcsshim.AutomaticDNSNetworkPolicySetting](), of[hnslib.AutomaticDNSNetworkPolicySetting]()},
	{"LayerConstraint", of[hcnspec.LayerConstraintSetting](), of[hcsshim.LayerConstraintNetworkPolicySetting](), of[hnslib.LayerConstraintNetworkPolicySetting]()},
	{"VLAN", of[hcnspec.IsolationSetting](), of[hcsshim.VlanPolicySetting](), of[hnslib.VlanPolicySetting]()},
	{"VSID", of[hcnspec.IsolationSetting](), of[hcsshim.VsidPolicySetting](), of[hnslib.VsidPolicySetting]()},
	{"RemoteSubnetRoute", of[hcnspec.RemoteSubnetRouteSetting](), of[hcsshim.RemoteSubnetRoutePolicySetting](), of[hnslib.RemoteSubnetRoutePolicySetting]()},
	{"SetPolicy", of[hcnspec.SetPolicySetting](), of[hcsshim.SetPolicySetting](), of[hnslib.SetPolicySetting]()},
	{"VxlanPort", of[hcnspec.VxlanPortSetting](), of[hcsshim.VxlanPortPolicySetting](), of[hnslib.VxlanPortPolicySetting]()},
}

func TestDocuments(t *testing.T) {
	for _, d := range documents {
		for binding, theirs := range map[string]maker{"hcsshim": d.hcsshim, "hnslib": d.hnslib} {
			t.Run(d.name+" "+binding, func(t *testing.T) {
				roundTrip(t, d.ours.filled(), theirs.zero, d.ours.zero)
				roundTrip(t, d.ours.zero(), theirs.zero, d.ours.zero)
				roundTrip(t, theirs.filled(), d.ours.zero, theirs.zero)
				roundTrip(t, theirs.zero(), d.ours.zero, theirs.zero)
			})
		}
	}
}

// roundTrip encodes a document, decodes it as the other side's type, encodes that, decodes it as its own type again and
// expects the same document. An unknown key is a failure.
func roundTrip(t *testing.T, document any, other, own func() any) {
	t.Helper()
	there := other()
	convert(t, document, there)
	back := own()
	convert(t, there, back)
	if diff := cmp.Diff(document, back, cmp.Transformer("raw", rawText)); diff != "" {
		t.Errorf("%T by way of %T (-want +got):\n%s", document, there, diff)
	}
}

// rawText compares raw JSON by its text; an explicit null and an absent value are the same to HNS.
func rawText(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

func convert(t *testing.T, from, to any) {
	t.Helper()
	data, err := json.Marshal(from)
	if err != nil {
		t.Fatalf("write %T: %v", from, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		t.Errorf("read %s as %s: %v", data, reflect.TypeOf(to).Elem(), err)
	}
}
