package hcnspec

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

// documents has one document of each type that is exchanged with HNS, by the name of its golden file.
var documents = map[string]any{
	"network": new(Network), "endpoint": new(Endpoint), "namespace": new(Namespace), "loadbalancer": new(LoadBalancer),
	"sdnroute": new(SDNRoute), "query": new(Query), "modify": new(ModifyRequest), "policies": new(PolicySettings),
	"namespace_endpoint": new(NamespaceEndpointSettings), "namespace_container": new(NamespaceContainerSettings),
	"vm_endpoint": new(VMEndpointSettings), "subnets": new(SubnetSettings), "ip_subnets": new(IPSubnetSettings),

	"setting_portmapping": new(PortMappingSetting), "setting_acl": new(ACLSetting), "setting_qos": new(QOSSetting),
	"setting_outboundnat": new(OutboundNATSetting), "setting_l4proxy": new(L4ProxySetting), "setting_l4wfpproxy": new(L4WFPProxySetting),
	"setting_portname": new(PortNameSetting), "setting_encapoverhead": new(EncapOverheadSetting), "setting_iov": new(IOVSetting),
	"setting_provideraddress": new(ProviderAddressSetting), "setting_interfaceconstraint": new(InterfaceConstraintSetting),
	"setting_tieracl": new(TierACLSetting), "setting_sourcemacaddress": new(SourceMacAddressSetting),
	"setting_netadaptername": new(NetAdapterNameSetting), "setting_vswitchextension": new(VSwitchExtensionSetting),
	"setting_drmacaddress": new(DrMacAddressSetting), "setting_automaticdns": new(AutomaticDNSSetting),
	"setting_layerconstraint": new(LayerConstraintSetting), "setting_isolation": new(IsolationSetting),
	"setting_remotesubnetroute": new(RemoteSubnetRouteSetting), "setting_setpolicy": new(SetPolicySetting),
	"setting_vxlanport": new(VxlanPortSetting), "setting_encryption": new(EncryptionSetting),
	"setting_interfaceparameters": new(InterfaceParametersSetting),
}

// fill sets every field to a value, and every list to one element.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"a":1}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Interface:
		v.Set(reflect.ValueOf("data"))
	case reflect.Int:
		v.SetInt(2)
	default:
		v.SetUint(7)
	}
}

func TestDocuments(t *testing.T) {
	for name, empty := range documents {
		t.Run(name, func(t *testing.T) {
			full := reflect.New(reflect.TypeOf(empty).Elem())
			fill(full.Elem())
			text := toJSON(t, empty) + toJSON(t, full.Interface())
			file := filepath.Join("testdata", name+".json")
			golden.Compare(t, file, text)
			back := reflect.New(full.Type().Elem())
			if err := json.Unmarshal([]byte(toJSON(t, full.Interface())), back.Interface()); err != nil {
				t.Fatal(err)
			}
			if got, want := toJSON(t, back.Interface()), toJSON(t, full.Interface()); got != want {
				t.Errorf("read back:\n%s", cmp.Diff(want, got))
			}
		})
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

func TestNewPolicyKeepsItsSettings(t *testing.T) {
	got := NewPolicy(VSID, IsolationSetting{IsolationID: 4096})
	if string(got.Settings) != `{"IsolationId":4096}` || got.Type != "VSID" {
		t.Errorf("got %s %s", got.Type, got.Settings)
	}
}

func TestSubnetsOfAllIpams(t *testing.T) {
	n := Network{Ipams: []Ipam{{Subnets: []Subnet{{IPAddressPrefix: "a"}, {IPAddressPrefix: "b"}}}, {}, {Subnets: []Subnet{{IPAddressPrefix: "c"}}}}}
	var got []string
	for _, s := range n.Subnets() {
		got = append(got, s.IPAddressPrefix)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestEndpointIDsOfANamespace(t *testing.T) {
	var n Namespace
	doc := `{"Resources":[{"Type":"Container","Data":{"Id":"c"}},{"Type":"Endpoint","Data":{"Id":"e1"}},
		{"Type":"Endpoint","Data":"odd"},{"Type":"Endpoint","Data":{"ID":"e2"}}]}`
	if err := json.Unmarshal([]byte(doc), &n); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"e1", "e2"}, n.EndpointIDs()); diff != "" {
		t.Error(diff)
	}
}
