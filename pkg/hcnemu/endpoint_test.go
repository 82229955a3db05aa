package hcnemu

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

func TestEndpointRules(t *testing.T) {
	for _, row := range []struct {
		name    string
		profile string
		network string
		before  []string // existing endpoints
		doc     string
		code    hostnet.Code
	}{
		{name: "address", network: bridgeDoc, doc: endpointWith("10.244.1.7")},
		{name: "address outside", network: bridgeDoc, doc: endpointWith("10.244.2.7"), code: hostnet.CodeInvalidIP},
		{name: "no address", network: bridgeDoc, doc: endpointWith("seven"), code: hostnet.CodeInvalidIP},
		{name: "address taken", network: bridgeDoc, before: []string{endpointWith("10.244.1.7")}, doc: endpointWith("10.244.1.7"), code: hostnet.CodeAddrInvalidOrReserved},
		{name: "the gateway's", network: bridgeDoc, doc: endpointWith("10.244.1.1"), code: hostnet.CodeAddrInvalidOrReserved},
		{name: "the subnet's", network: bridgeDoc, doc: endpointWith("10.244.1.0"), code: hostnet.CodeAddrInvalidOrReserved},
		{name: "broadcast", network: bridgeDoc, doc: endpointWith("10.244.1.255"), code: hostnet.CodeAddrInvalidOrReserved},
		{name: "the node's", network: subnetDoc("L2Bridge", `{"IpAddressPrefix":"10.127.0.0/24","Routes":[{"NextHop":"10.127.0.1","DestinationPrefix":"0.0.0.0/0"}]}`), doc: endpointWith("10.127.0.10"), code: hostnet.CodeAddrInvalidOrReserved},
		{name: "open gateway", network: subnetDoc("L2Bridge", `{"IpAddressPrefix":"10.9.0.0/24","Flags":1,"Routes":[{"NextHop":"10.9.0.1","DestinationPrefix":"0.0.0.0/0"}]}`), doc: endpointWith("10.9.0.1")},
		{name: "same address twice", network: bridgeDoc, doc: with(endpointDoc, `"IpConfigurations":[{"IpAddress":"10.244.1.7"},{"IpAddress":"10.244.1.7"}]`), code: hostnet.CodeAddrInvalidOrReserved},
		{name: "both families", network: bridge46Doc, doc: with(endpointDoc, `"IpConfigurations":[{"IpAddress":"10.244.1.7"},{"IpAddress":"fd00:1::7","PrefixLength":64}]`)},
		{name: "prefix length too long", network: bridgeDoc, doc: with(endpointDoc, `"IpConfigurations":[{"IpAddress":"10.244.1.7","PrefixLength":33}]`), code: hostnet.CodeInvalidPrefix},
		{name: "slash 32 before 9.3", profile: `{"version":"9.2"}`, network: bridgeDoc, doc: with(endpointDoc, `"IpConfigurations":[{"IpAddress":"10.244.1.7","PrefixLength":32}]`), code: hostnet.CodeInvalidPrefix},
		{name: "slash 32", network: bridgeDoc, doc: with(endpointDoc, `"IpConfigurations":[{"IpAddress":"10.244.1.7","PrefixLength":32}]`)},
		{name: "any address where the LAN decides", network: transparentDoc, doc: endpointWith("192.168.7.7")},

		{name: "same name", network: bridgeDoc, before: []string{endpointDoc}, doc: endpointDoc},
		{name: "same id", network: bridgeDoc, before: []string{with(endpointDoc, `"ID":"11111111-2222-3333-4444-555555555555"`)}, doc: with(endpointDoc, `"ID":"11111111-2222-3333-4444-555555555555"`), code: hostnet.CodeAlreadyExists},
		{name: "another network", network: bridgeDoc, doc: with(endpointDoc, `"HostComputeNetwork":"11111111-2222-3333-4444-555555555555"`), code: hostnet.CodeInvalidEndpoint},
		{name: "network is no guid", network: bridgeDoc, doc: with(endpointDoc, `"HostComputeNetwork":"cbr0"`), code: hostnet.CodeInvalidJSON},
		{name: "namespace that is not there", network: bridgeDoc, doc: with(endpointDoc, `"HostComputeNamespace":"11111111-2222-3333-4444-555555555555"`), code: hostnet.CodeElementNotFound},
		{name: "schema 2 without version", network: bridgeDoc, doc: `{"IpConfigurations":[]}`, code: hostnet.CodeInvalidJSON},
		{name: "mac", network: bridgeDoc, doc: with(endpointDoc, `"MacAddress":"0e:2a:0a:f4:01:07"`)},
		{name: "no mac", network: bridgeDoc, doc: with(endpointDoc, `"MacAddress":"0E-2A"`), code: hostnet.CodeInvalidEndpoint},
		{name: "mac taken", network: bridgeDoc, before: []string{with(endpointDoc, `"MacAddress":"0E-2A-0A-F4-01-07"`)}, doc: with(endpointDoc, `"MacAddress":"0e-2a-0a-f4-01-07"`)},
		{name: "route to nowhere", network: bridgeDoc, doc: with(endpointDoc, `"Routes":[{"NextHop":"10.244.1.1","DestinationPrefix":"all"}]`), code: hostnet.CodeInvalidEndpoint},
		{name: "route over nothing", network: bridgeDoc, doc: with(endpointDoc, `"Routes":[{"NextHop":"gw","DestinationPrefix":"0.0.0.0/0"}]`), code: hostnet.CodeInvalidEndpoint},

		{name: "remote", network: bridgeDoc, before: []string{endpointWith("10.244.1.7")}, doc: with(endpointWith("10.244.1.7"), `"Flags":1`)},
		{name: "remote without address", network: bridgeDoc, doc: with(endpointDoc, `"Flags":1`), code: hostnet.CodeInvalidEndpoint},
		{name: "remote overlay without mac", network: overlayDoc, doc: with(endpointWith("10.244.3.7"), `"Flags":1`), code: hostnet.CodeInvalidEndpoint},
		{name: "remote overlay outside every subnet", network: overlayDoc, doc: with(endpointWith("203.0.113.7"), `"Flags":1,"MacAddress":"02-11-0A-F4-04-07"`)},
		{name: "local where a remote one was", network: bridgeDoc, before: []string{with(endpointWith("10.244.1.7"), `"Flags":1`)}, doc: endpointWith("10.244.1.7")},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, row.profile)
			network := n.create(KindNetwork, "", row.network)
			for _, doc := range row.before {
				n.create(KindEndpoint, network, doc)
			}
			before := n.dump()
			_, err := n.tryCreate(KindEndpoint, network, row.doc)
			refused(t, err, row.code)
			if row.code != 0 && n.dump() != before {
				t.Error("a refused endpoint left a trace")
			}
			if row.code == 0 && n.dump() == before {
				t.Error("no endpoint was made")
			}
		})
	}
}

// The fields that HNS fills in, for each type of network, as whole states.
func TestFilledIn(t *testing.T) {
	for name, network := range map[string]string{
		"nat":         with(natDoc, `"Dns":{"ServerList":["1.1.1.1"]}`),
		"l2bridge":    bridgeDoc,
		"dualstack":   bridge46Doc,
		"overlay":     overlayDoc,
		"transparent": transparentDoc,
	} {
		t.Run(name, func(t *testing.T) {
			n := seededNode(t, "", "1")
			id := n.create(KindNetwork, "", network)
			n.create(KindEndpoint, id, endpointDoc)
			attached := n.create(KindEndpoint, id, with(endpointDoc, `"Dns":{"ServerList":["9.9.9.9"]}`))
			n.ok(n.attach(n.create(KindNamespace, "", namespaceDoc), attached))
			golden.Compare(t, "testdata/filled_"+name+".json", n.dump())
		})
	}
}

// TestAddressesAreDrawn exhausts a small subnet: every available address is assigned, in an order that depends on the
// seed, and a freed address is assigned again with another MAC.
func TestAddressesAreDrawn(t *testing.T) {
	orders := map[string]bool{}
	for seed := range 20 {
		n := seededNode(t, "", fmt.Sprint(seed))
		network := n.create(KindNetwork, "", subnetDoc("L2Bridge",
			`{"IpAddressPrefix":"10.127.0.8/29","Routes":[{"NextHop":"10.127.0.11","DestinationPrefix":"0.0.0.0/0"}]}`))
		var got, ids []string
		for range 4 { // .9 and .12 to .14: .8 is the subnet's, .10 the node's, .11 the gateway's, .15 broadcast
			id := n.create(KindEndpoint, network, endpointDoc)
			ids, got = append(ids, id), append(got, n.endpoint(id).IPConfigs[0].IPAddress)
		}
		orders[strings.Join(got, " ")] = true
		if diff := cmp.Diff([]string{"10.127.0.12", "10.127.0.13", "10.127.0.14", "10.127.0.9"}, slices.Sorted(slices.Values(got))); diff != "" {
			t.Error(diff)
		}
		_, err := n.tryCreate(KindEndpoint, network, endpointDoc)
		refused(t, err, hostnet.CodeAddrInvalidOrReserved)
		before := n.endpoint(ids[1])
		n.ok(n.host.Delete(KindEndpoint, ids[1]))
		after := n.endpoint(n.create(KindEndpoint, network, endpointDoc))
		if after.IPConfigs[0] != before.IPConfigs[0] || after.MAC == before.MAC {
			t.Errorf("seed %d: the only free address came back as %v with MAC %s, before %s", seed, after.IPConfigs, after.MAC, before.MAC)
		}
	}
	if len(orders) < 2 {
		t.Errorf("20 seeds, one order: %v", orders)
	}
}

func TestMACPoolEnds(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", with(bridgeDoc, `"MacPool":{"Ranges":[
		{"StartMacAddress":"00-15-5D-52-C0-09","EndMacAddress":"00-15-5D-52-C0-0A"},
		{"StartMacAddress":"00-15-5D-52-D0-00","EndMacAddress":"00-15-5D-52-D0-00"}]}`))
	var got []string
	for range 3 {
		got = append(got, n.endpoint(n.create(KindEndpoint, network, endpointDoc)).MAC)
	}
	if diff := cmp.Diff([]string{"00-15-5D-52-C0-09", "00-15-5D-52-C0-0A", "00-15-5D-52-D0-00"}, slices.Sorted(slices.Values(got))); diff != "" {
		t.Error(diff)
	}
	_, err := n.tryCreate(KindEndpoint, network, endpointDoc)
	refused(t, err, hostnet.CodeAddrInvalidOrReserved)
}

func TestPoliciesOfLiveEndpoints(t *testing.T) {
	acl := `{"Type":"acl","Settings":{"Action":"Block","Direction":"Out","Priority":200}}`
	nat := `{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.0.0.0/8"]}}`
	request := func(how, policies string) string {
		return fmt.Sprintf(`{"ResourceType":"Policy","RequestType":%q,"Settings":{"Policies":[%s]}}`, how, policies)
	}
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	id := n.create(KindEndpoint, network, endpointWith("10.244.1.9", nat))
	for _, step := range []struct {
		request string
		code    hostnet.Code
	}{
		{request("Add", acl), 0},
		{request("Add", acl), hostnet.CodePolicyAlreadyExists},
		{request("Update", `{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In"}}`), 0},
		{request("Remove", acl), hostnet.CodePolicyNotFound},
		{request("Add", `{"Type":"Magic"}`), hostnet.CodeInvalidPolicyType},
		{`{"ResourceType":"Port","RequestType":"Add"}`, 0},
		{`{"ResourceType":"DNS"}`, hostnet.CodeRequestUnsupported},
	} {
		refused(t, n.modify(KindEndpoint, id, step.request), step.code)
	}
	want := []hcnspec.Policy{
		{Type: hcnspec.OutBoundNAT, Settings: []byte(`{"Exceptions":["10.0.0.0/8"]}`)},
		{Type: hcnspec.ACL, Settings: []byte(`{"Action":"Allow","Direction":"In"}`)},
	}
	if diff := cmp.Diff(want, n.endpoint(id).Policies); diff != "" {
		t.Error(diff)
	}
}

// An invalid prefix is accepted and degrades the endpoint (containerd#5729).
func TestDegradedEndpoint(t *testing.T) {
	n := seededNode(t, "", "1")
	network := n.create(KindNetwork, "", bridgeDoc)
	bad := `{"Type":"SDNROUTE","Settings":{"DestinationPrefix":"<your service cidr>","NeedEncap":true}}`
	id := n.create(KindEndpoint, network, endpointWith("10.244.1.9", bad))
	namespace := n.create(KindNamespace, "", namespaceDoc)
	n.ok(n.attach(namespace, id))
	if code := hostnet.Code(n.endpoint(id).Health.LastErrorCode()); code != hostnet.CodeInvalidPolicy {
		t.Errorf("health says %v", code)
	}
	n.ok(n.modify(KindEndpoint, id, `{"ResourceType":"Policy","RequestType":"Update","Settings":{"Policies":[{"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.96.0.0/12"}}]}}`))
	if code := n.endpoint(id).Health.LastErrorCode(); code != 0 {
		t.Errorf("health of the repaired endpoint says %#x", code)
	}
	golden.Compare(t, "testdata/repaired.json", n.dump())
}
