package hcnemu

import (
	"fmt"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

func balancerDoc(endpoint, vip string, port int) string {
	return fmt.Sprintf(`{"HostComputeEndpoints":[%q],"FrontendVIPs":[%q],"PortMappings":[{"Protocol":6,"InternalPort":8080,"ExternalPort":%d}],%s}`,
		endpoint, vip, port, v2)
}

func TestLoadBalancerRules(t *testing.T) {
	for _, row := range []struct {
		name, profile, doc string // EP stands for an endpoint
		code               hostnet.Code
	}{
		{name: "plain", doc: balancerDoc("EP", "10.96.0.10", 80)},
		{name: "front end taken", doc: balancerDoc("EP", "10.96.0.1", 443), code: hostnet.CodeAlreadyExists},
		{name: "front end twice", doc: `{"HostComputeEndpoints":["EP"],"FrontendVIPs":["10.96.0.2","10.96.0.2"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":1}]}`, code: hostnet.CodeAlreadyExists},
		{name: "node port", doc: `{"HostComputeEndpoints":["EP"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":30080}]}`},
		{name: "no endpoint", doc: `{"FrontendVIPs":["10.96.0.2"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":1}]}`, code: hostnet.CodeInvalidJSONReference},
		{name: "empty endpoint", doc: balancerDoc("", "10.96.0.2", 80), code: hostnet.CodeInvalidJSONReference},
		{name: "port of a program", profile: `{"busyPorts":["tcp/10256"]}`, doc: balancerDoc("EP", "10.96.0.2", 10256), code: hostnet.CodePortAlreadyExists},
		{name: "port of a program, another protocol", profile: `{"busyPorts":["udp/10256"]}`, doc: balancerDoc("EP", "10.96.0.2", 10256)},
		{name: "missing endpoint", doc: balancerDoc(missing, "10.96.0.2", 80), code: hostnet.CodeEndpointNotFound},
		{name: "endpoint is no guid", doc: balancerDoc("pod", "10.96.0.2", 80), code: hostnet.CodeInvalidJSON},
		{name: "no ports", doc: `{"HostComputeEndpoints":["EP"],"FrontendVIPs":["10.96.0.2"]}`, code: hostnet.CodeInvalidPolicy},
		{name: "port 0", doc: balancerDoc("EP", "10.96.0.2", 0), code: hostnet.CodeInvalidPolicy},
		{name: "port 65536", doc: balancerDoc("EP", "10.96.0.2", 65536), code: hostnet.CodeInvalidJSON},
		{name: "icmp", doc: `{"HostComputeEndpoints":["EP"],"PortMappings":[{"Protocol":1,"InternalPort":1,"ExternalPort":1}]}`, code: hostnet.CodeInvalidPolicy},
		{name: "vip is no address", doc: balancerDoc("EP", "vip", 80), code: hostnet.CodeInvalidPolicy},
		{name: "ipv6 vip without flag", doc: balancerDoc("EP", "fd00::1", 80), code: hostnet.CodeInvalidPolicy},
		{name: "ipv6", doc: with(balancerDoc("EP", "fd00::1", 80), `"Flags":2`)},
		{name: "ipv6 on 9.5", profile: `{"version":"9.5"}`, doc: with(balancerDoc("EP", "fd00::1", 80), `"Flags":2`), code: hostnet.CodeInvalidPolicy},
		{name: "dsr", doc: with(balancerDoc("EP", "10.96.0.2", 80), `"Flags":1`)},
		{name: "dsr on 10.1", profile: `{"version":"10.1"}`, doc: with(balancerDoc("EP", "10.96.0.2", 80), `"Flags":1`), code: hostnet.CodeInvalidPolicy},
		{name: "affinity", doc: `{"HostComputeEndpoints":["EP"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":1,"DistributionType":2}]}`},
		{name: "affinity on 11.0", profile: `{"version":"11.0"}`, doc: `{"HostComputeEndpoints":["EP"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":1,"DistributionType":2}]}`, code: hostnet.CodeInvalidPolicy},
		{name: "unknown distribution", doc: `{"HostComputeEndpoints":["EP"],"PortMappings":[{"Protocol":6,"InternalPort":1,"ExternalPort":1,"DistributionType":3}]}`, code: hostnet.CodeInvalidPolicy},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, row.profile)
			endpoint := n.create(KindEndpoint, n.create(KindNetwork, "", bridgeDoc), endpointDoc)
			n.create(KindLoadBalancer, "", balancerDoc(endpoint, "10.96.0.1", 443))
			_, err := n.tryCreate(KindLoadBalancer, "", strings.ReplaceAll(row.doc, "EP", endpoint))
			refused(t, err, row.code)
		})
	}
}

func TestLoadBalancerModification(t *testing.T) {
	for _, row := range []struct {
		version string
		code    hostnet.Code
	}{{"13.3", hostnet.CodeNotImplemented}, {"15.4", 0}, {"15.5", 0}, {"16.0", 0}} {
		t.Run(row.version, func(t *testing.T) {
			n := newNode(t, `{"version":"`+row.version+`"}`)
			network := n.create(KindNetwork, "", bridgeDoc)
			one, two := n.create(KindEndpoint, network, endpointDoc), n.create(KindEndpoint, network, endpointDoc)
			id := n.create(KindLoadBalancer, "", balancerDoc(one, "10.96.0.1", 443))
			changed := balancerDoc(one+`","`+two, "10.96.0.1", 443)
			refused(t, n.modify(KindLoadBalancer, id, strings.ReplaceAll(changed, `\"`, `"`)), row.code)
			list, err := n.host.Service().LoadBalancers(t.Context())
			n.ok(err)
			if want := map[bool]int{true: 2, false: 1}[row.code == 0 && row.version != "15.4"]; len(list[0].Endpoints) != want {
				t.Errorf("endpoints %v, want %d", list[0].Endpoints, want)
			}
		})
	}
}

func TestBackendsOf2019(t *testing.T) {
	n := newNode(t, `{"version":"9.5"}`)
	network := n.create(KindNetwork, "", bridgeDoc)
	var ids []string
	for range 65 {
		ids = append(ids, n.create(KindEndpoint, network, endpointDoc))
	}
	doc := func(ids []string) string {
		return strings.ReplaceAll(balancerDoc(strings.Join(ids, `","`), "10.96.0.1", 443), `\"`, `"`)
	}
	_, err := n.tryCreate(KindLoadBalancer, "", doc(ids))
	refused(t, err, hostnet.CodeInvalidParameter)
	n.create(KindLoadBalancer, "", doc(ids[:64]))
}

// A deleted endpoint is removed from its load balancers and routes.
func TestReferencesOfDeletedEndpoint(t *testing.T) {
	n := seededNode(t, "", "1")
	endpoint := n.create(KindEndpoint, n.create(KindNetwork, "", bridgeDoc), endpointDoc)
	n.create(KindLoadBalancer, "", balancerDoc(endpoint, "10.96.0.1", 443))
	n.create(KindSdnRoute, "", `{"HostComputeEndpoints":["`+endpoint+`"],"Setting":[{"DestinationPrefix":"169.254.169.254/24","NextHop":"127.10.0.34"}]}`)
	golden.Compare(t, "testdata/referenced.json", n.dump())
	n.ok(n.host.Delete(KindEndpoint, endpoint))
	golden.Compare(t, "testdata/unreferenced.json", n.dump())
}

func TestRouteRules(t *testing.T) {
	n := newNode(t, "")
	endpoint := n.create(KindEndpoint, n.create(KindNetwork, "", bridgeDoc), endpointDoc)
	for _, row := range []struct {
		name, endpoint, setting string
		code                    hostnet.Code
	}{
		{"plain", endpoint, `{"DestinationPrefix":"10.0.0.0/8","NeedEncap":true}`, 0},
		{"no prefix", endpoint, `{"DestinationPrefix":"10.0.0.0"}`, hostnet.CodeInvalidPolicy},
		{"no hop", endpoint, `{"DestinationPrefix":"10.0.0.0/8","NextHop":"x"}`, hostnet.CodeInvalidPolicy},
		{"no setting", endpoint, ``, hostnet.CodeInvalidParameter},
		{"missing endpoint", missing, `{"DestinationPrefix":"10.0.0.0/8"}`, hostnet.CodeEndpointNotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			id, err := n.tryCreate(KindSdnRoute, "", fmt.Sprintf(`{"HostComputeEndpoints":[%q],"Setting":[%s]}`, row.endpoint, row.setting))
			refused(t, err, row.code)
			if err == nil {
				refused(t, n.modify(KindSdnRoute, id, `{}`), hostnet.CodeRequestUnsupported)
				n.ok(n.host.Delete(KindSdnRoute, id))
				refused(t, n.host.Delete(KindSdnRoute, id), hostnet.CodeElementNotFound)
			}
		})
	}
}
