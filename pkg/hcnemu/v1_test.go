package hcnemu

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// v1 makes a call of the older API and returns its Output.
func (n testNode) v1(method, path, body string) (map[string]any, error) {
	n.Helper()
	text, err := n.host.HNSCall(method, path, body)
	if err != nil {
		return nil, err
	}
	var reply struct {
		Success bool
		Output  map[string]any
	}
	if err := json.Unmarshal([]byte(text), &reply); err != nil || !reply.Success {
		n.Fatalf("%s %s: %s %v", method, path, text, err)
	}
	return reply.Output, nil
}

func (n testNode) mustV1(method, path, body string) map[string]any {
	n.Helper()
	output, err := n.v1(method, path, body)
	n.ok(err)
	return output
}

const v1Bridge = `{"Name":"cbr0","Type":"L2Bridge","NetworkAdapterName":"Ethernet","DNSServerList":"10.96.0.10,1.1.1.1","DNSSuffix":"cluster.local",
	"Subnets":[{"AddressPrefix":"10.244.1.0/24","GatewayAddress":"10.244.1.1"}],"Policies":[{"Type":"VLAN","VLAN":7}]}`

// The calls of older versions of flannel and kube-proxy, as whole states.
func TestOlderAPI(t *testing.T) {
	n := seededNode(t, "", "1")
	network := n.mustV1("POST", "/networks/", v1Bridge)["ID"].(string)
	endpoint := n.mustV1("POST", "/endpoints/", `{"Name":"pod","VirtualNetwork":"`+network+`","IPAddress":"10.244.1.9","GatewayAddress":"10.244.1.2",
		"Policies":[{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]},{"Type":"ROUTE","DestinationPrefix":"10.96.0.0/12","NeedEncap":true},
		{"Type":"PA","PA":"10.127.0.10"},{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080},
		{"Type":"ACL","Protocol":6,"Action":"Block","Direction":"Out","Priority":200}]}`)["ID"].(string)
	namespace := n.mustV1("POST", "/namespaces/", `{}`)["ID"].(string)
	n.mustV1("POST", "/namespaces/"+namespace+"/addresource", `{"Type":"Endpoint","Data":{"Id":"`+endpoint+`"}}`)
	n.mustV1("POST", "/policylists/", `{"References":["/endpoints/`+endpoint+`"],"Policies":[{"Type":"ELB","VIPs":["10.96.0.1"],"SourceVIP":"10.244.1.3","ILB":true,"IsDSR":true,"Protocol":6,"InternalPort":80,"ExternalPort":443}]}`)
	n.mustV1("POST", "/policylists/", `{"References":["/endpoints/`+endpoint+`"],"Policies":[{"Type":"ROUTE","DestinationPrefix":"10.0.0.0/8"}]}`)
	golden.Compare(t, "testdata/v1_in_v2.json", n.dump())

	var text strings.Builder
	for _, path := range []string{"/networks/", "/endpoints/", "/policylists/"} {
		reply, err := n.host.HNSCall("GET", path, "")
		n.ok(err)
		var doc any
		n.ok(json.Unmarshal([]byte(reply), &doc))
		pretty, err := json.MarshalIndent(doc, "", "  ")
		n.ok(err)
		text.Write(append(pretty, '\n'))
	}
	golden.Compare(t, "testdata/v1.json", text.String())
}

func TestOlderAPIUndo(t *testing.T) {
	n := newNode(t, "")
	empty := n.dump()
	network := n.mustV1("POST", "/networks/", v1Bridge)["ID"].(string)
	endpoint := n.mustV1("POST", "/endpoints/", `{"VirtualNetwork":"`+network+`"}`)["ID"].(string)
	namespace := n.mustV1("POST", "/namespaces/", `{"IsDefault":true}`)["ID"].(string)
	resource := `{"Type":"Endpoint","Data":{"Id":"` + endpoint + `"}}`
	n.mustV1("POST", "/namespaces/"+namespace+"/addresource", resource)
	if doc := n.mustV1("GET", "/namespaces/"+namespace, ""); doc["IsDefault"] != true {
		t.Errorf("namespace %v", doc)
	}
	n.mustV1("POST", "/namespaces/"+namespace+"/removeresource", resource)
	list := n.mustV1("POST", "/policylists/", `{"References":["/endpoints/`+endpoint+`"],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":1,"ExternalPort":1}]}`)["ID"].(string)
	if doc := n.mustV1("GET", "/policylists/"+list, ""); doc["ID"] != list {
		t.Errorf("policy list %v", doc)
	}
	if stats := n.mustV1("GET", "/endpointstats/"+endpoint, ""); stats["EndpointId"] != endpoint {
		t.Errorf("stats %v", stats)
	}
	for _, path := range []string{"/policylists/" + list, "/endpoints/" + endpoint, "/namespaces/" + namespace, "/networks/" + network} {
		n.mustV1("DELETE", path, "")
	}
	if diff := cmp.Diff(empty, n.dump()); diff != "" {
		t.Error(diff)
	}
}

func TestOlderAPIAttachment(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", natDoc)
	path := "/endpoints/" + n.create(KindEndpoint, network, endpointDoc)
	state := func(want hcnspec.EndpointState) {
		t.Helper()
		if got := n.mustV1("GET", path, "")["State"]; got != float64(want) {
			t.Errorf("state %v, want %d", got, want)
		}
	}
	_, err := n.v1("POST", path+"/detach", `{"SystemType":"Host"}`)
	refused(t, err, hostnet.CodeEndpointNotAttached)
	n.mustV1("POST", path+"/attach", `{"SystemType":"Host","CompartmentId":1}`)
	_, err = n.v1("POST", path+"/attach", `{"SystemType":"Host"}`)
	refused(t, err, hostnet.CodeEndpointAlreadyAttached)
	state(hcnspec.StateAttached)
	n.mustV1("POST", path+"/detach", `{"SystemType":"Host"}`)
	state(hcnspec.StateDetached)
	for _, c := range []string{"a", "b"} {
		n.mustV1("POST", path+"/attach", `{"SystemType":"Container","ContainerId":"`+c+`"}`)
	}
	state(hcnspec.StateAttachedSharing)
	_, err = n.v1("POST", path+"/attach", `{"SystemType":"Container","ContainerId":"a"}`)
	refused(t, err, hostnet.CodeEndpointAlreadyAttached)
	refused(t, n.attach(n.create(KindNamespace, "", namespaceDoc), missing), hostnet.CodeEndpointNotFound)

	n.mustV1("POST", path, `{"Policies":[{"Type":"QOS","MaximumOutgoingBandwidthInBytes":125000}]}`)
	if got := n.endpoint(strings.TrimPrefix(path, "/endpoints/")).Policies; len(got) != 1 || got[0].Type != hcnspec.QOS {
		t.Errorf("policies %v", got)
	}
}

func TestOlderAPIRefusals(t *testing.T) {
	n := newNode(t, "")
	endpoint := n.create(KindEndpoint, n.create(KindNetwork, "", natDoc), endpointDoc)
	for _, row := range []struct {
		method, path, body string
		code               hostnet.Code
	}{
		{"GET", "/teapots/", "", hostnet.CodeRequestUnsupported},
		{"PUT", "/networks/", "", hostnet.CodeRequestUnsupported},
		{"GET", "/globals/weather", "", hostnet.CodeRequestUnsupported},
		{"GET", "/networks/" + missing, "", hostnet.CodeNetworkNotFound},
		{"GET", "/networks/nat", "", hostnet.CodeGUIDConversionFailure},
		{"DELETE", "/endpoints/" + missing, "", hostnet.CodeEndpointNotFound},
		{"POST", "/endpoints/" + endpoint + "/explode", "{}", hostnet.CodeRequestUnsupported},
		{"GET", "/endpointstats/" + missing, "", hostnet.CodeEndpointNotFound},
		{"GET", "/namespaces/" + missing, "", hostnet.CodeElementNotFound},
		{"DELETE", "/policylists/" + missing, "", hostnet.CodeElementNotFound},
		{"POST", "/networks/", `{"Name":"nat","Type":"NAT"}`, hostnet.CodeNetworkAlreadyExists},
		{"POST", "/networks/", `x`, hostnet.CodeInvalidJSON},
		{"POST", "/networks/", `{"Subnets":[{"AddressPrefix":"10.0.0.0/24","GatewayAddress":"x"}]}`, hostnet.CodeInvalidNetwork},
		{"POST", "/endpoints/", `{"VirtualNetwork":"` + missing + `"}`, hostnet.CodeNetworkNotFound},
		{"POST", "/endpoints/" + endpoint, `{"Policies":[{"NoType":1}]}`, hostnet.CodeInvalidPolicy},
		{"POST", "/policylists/", `{"Policies":[]}`, hostnet.CodeInvalidPolicy},
		{"POST", "/policylists/", `{"Policies":[{"Type":"Magic"}]}`, hostnet.CodeInvalidPolicyType},
		{"GET", "/accelnet/", "", hostnet.CodeRequestUnsupported},
	} {
		_, err := n.v1(row.method, row.path, row.body)
		if hostnet.CodeOf(err) != row.code {
			t.Errorf("%s %s %s: got %v, want %v", row.method, row.path, row.body, err, row.code)
		}
	}
}

func TestAccelnet(t *testing.T) {
	n := newNode(t, `{"version":"16.0"}`)
	count := func(method, body string) int {
		macs, _ := n.mustV1(method, "/accelnet/", body)["MacAddressList"].([]any)
		return len(macs)
	}
	got := []int{
		count("GET", ""), count("POST", `{"MacAddressList":[{"MacAddress":"00-15-5D-0A-B7-C6"},{"MacAddress":"00-15-5D-38-01-00"}]}`),
		count("GET", ""), count("DELETE", ""), count("GET", ""),
	}
	if diff := cmp.Diff([]int{0, 2, 2, 0, 0}, got); diff != "" {
		t.Error(diff)
	}
}
