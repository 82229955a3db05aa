package hcnemu

import (
	"fmt"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// subnetDoc is an L2Bridge or other network with one subnet.
func subnetDoc(kind, subnet string) string {
	return fmt.Sprintf(`{"Name":"n","Type":%q,"Ipams":[{"Subnets":[%s]}],%s}`, kind, subnet, v2)
}

func policyDoc(kind, policy string) string {
	return fmt.Sprintf(`{"Name":"n","Type":%q,"Ipams":[{"Subnets":[%s]}],"Policies":[%s],%s}`, kind, bridgeSubnet, policy, v2)
}

func isolated(kind, policy string, id int) string {
	return subnetDoc(kind, fmt.Sprintf(`{"IpAddressPrefix":"10.9.0.0/24","Routes":[{"NextHop":"10.9.0.1","DestinationPrefix":"0.0.0.0/0"}],
		"Policies":[{"Type":%q,"Settings":{"IsolationId":%d}}]}`, policy, id))
}

const twoAdapters = `{"version":"13.3","adapters":[
	{"name":"Ethernet","addresses":["10.127.0.10/24"],"gateway":"10.127.0.1"},
	{"name":"Down","up":false},
	{"name":"vEthernet (Lab)","virtual":true},
	{"name":"InLab","switch":"Lab"}]}`

func TestNetworkRules(t *testing.T) {
	v6 := `{"IpAddressPrefix":"fd00::/64","Routes":[{"NextHop":"fd00::1","DestinationPrefix":"::/0"}]}`
	for _, row := range []struct {
		name    string
		profile string
		before  []string // existing networks
		doc     string
		code    hostnet.Code // 0: made
	}{
		{name: "no type is nat", doc: `{"Name":"n",` + v2 + `}`},
		{name: "type in any case", doc: subnetDoc("l2bridge", bridgeSubnet)},
		{name: "unknown type", doc: `{"Type":"Bridge",` + v2 + `}`, code: hostnet.CodeInvalidNetworkType},
		{name: "not json", doc: `{`, code: hostnet.CodeInvalidJSON},
		{name: "wrong json type", doc: `{"Flags":"x",` + v2 + `}`, code: hostnet.CodeInvalidJSON},
		{name: "id is no guid", doc: with(natDoc, `"ID":"nat"`), code: hostnet.CodeInvalidJSON},
		{name: "schema 2 without version", doc: `{"Name":"n","Type":"L2Bridge","Ipams":[]}`, code: hostnet.CodeInvalidJSON},
		{name: "same name", before: []string{natDoc}, doc: `{"Name":"nat","Type":"L2Bridge","Ipams":[{"Subnets":[` + bridgeSubnet + `]}],` + v2 + `}`, code: hostnet.CodeNetworkAlreadyExists},
		{name: "same id", before: []string{with(natDoc, `"ID":"11111111-2222-3333-4444-555555555555"`)},
			doc: with(bridgeDoc, `"ID":"{11111111-2222-3333-4444-555555555555}"`), code: hostnet.CodeAlreadyExists},
		{name: "nat subnets overlap", before: []string{subnetDoc("NAT", bridgeSubnet)},
			doc: `{"Name":"m","Type":"NAT","Ipams":[{"Subnets":[{"IpAddressPrefix":"10.244.0.0/16"}]}],` + v2 + `}`, code: hostnet.CodeObjectAlreadyExists},
		{name: "bridges share a subnet", before: []string{bridgeDoc}, doc: subnetDoc("L2Bridge", bridgeSubnet)},
		{name: "bridge and overlay share the uplink", before: []string{bridgeDoc}, doc: overlayDoc},

		{name: "bridge without subnet", doc: `{"Name":"n","Type":"L2Bridge",` + v2 + `}`, code: hostnet.CodeInvalidNetwork},
		{name: "bridge without gateway", doc: subnetDoc("L2Bridge", `{"IpAddressPrefix":"10.9.0.0/24"}`), code: hostnet.CodeInvalidNetwork},
		{name: "nat without gateway", doc: subnetDoc("NAT", `{"IpAddressPrefix":"10.9.0.0/24"}`)},
		{name: "transparent without subnet", doc: transparentDoc},
		{name: "no prefix", doc: subnetDoc("NAT", `{"IpAddressPrefix":"10.9.0.0"}`), code: hostnet.CodeInvalidPrefix},
		{name: "host bits", doc: subnetDoc("NAT", `{"IpAddressPrefix":"172.22.16.0/16"}`), code: hostnet.CodeInvalidNetwork},
		{name: "next hop outside", doc: subnetDoc("NAT", `{"IpAddressPrefix":"10.9.0.0/24","Routes":[{"NextHop":"10.8.0.1","DestinationPrefix":"0.0.0.0/0"}]}`), code: hostnet.CodeInvalidNetwork},
		{name: "next hop is no address", doc: subnetDoc("NAT", `{"IpAddressPrefix":"10.9.0.0/24","Routes":[{"NextHop":"x","DestinationPrefix":"0.0.0.0/0"}]}`), code: hostnet.CodeInvalidNetwork},
		{name: "own subnets overlap", doc: subnetDoc("L2Bridge", bridgeSubnet+","+bridgeSubnet), code: hostnet.CodeInvalidNetwork},
		{name: "ipv6 on nat", doc: subnetDoc("NAT", v6)},
		{name: "ipv6 on nat of 2019", profile: `{"version":"9.5"}`, doc: subnetDoc("NAT", v6), code: hostnet.CodeInvalidNetwork},
		{name: "ipv6 on ics", doc: subnetDoc("ICS", v6), code: hostnet.CodeInvalidNetwork},
		{name: "ipv6 on a bridge", doc: bridge46Doc},
		{name: "ipv6 alone on a bridge", doc: subnetDoc("L2Bridge", v6)},
		{name: "ipv6 on 2019", profile: `{"version":"9.5"}`, doc: bridge46Doc, code: hostnet.CodeInvalidNetwork},
		{name: "ipv6 on an overlay", doc: subnetDoc("Overlay", v6), code: hostnet.CodeInvalidNetwork},

		{name: "overlay without vsid", doc: subnetDoc("Overlay", bridgeSubnet), code: hostnet.CodeInvalidNetwork},
		{name: "vsid too low", doc: isolated("Overlay", "VSID", 4095), code: hostnet.CodeInvalidPolicy},
		{name: "vsid too high", doc: isolated("Overlay", "VSID", 1<<24), code: hostnet.CodeInvalidPolicy},
		{name: "vlan", doc: isolated("L2Bridge", "VLAN", 4094)},
		{name: "vlan too high", doc: isolated("L2Bridge", "VLAN", 4095), code: hostnet.CodeInvalidPolicy},
		{name: "vlan 0", doc: isolated("Transparent", "VLAN", 0), code: hostnet.CodeInvalidPolicy},
		{name: "vlan on an overlay", doc: isolated("Overlay", "VLAN", 5), code: hostnet.CodeInvalidPolicyType},
		{name: "vsid on a bridge", doc: isolated("L2Bridge", "VSID", 5000), code: hostnet.CodeInvalidPolicyType},

		{name: "adapter by name", doc: policyDoc("L2Bridge", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"ethernet"}}`)},
		{name: "no such adapter", doc: policyDoc("L2Bridge", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet 2"}}`), code: hostnet.CodeAdapterNotFound},
		{name: "adapter of nat", doc: policyDoc("NAT", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}`), code: hostnet.CodeInvalidPolicyType},
		{name: "adapter without name", doc: policyDoc("L2Bridge", `{"Type":"NetAdapterName","Settings":{}}`), code: hostnet.CodeInvalidPolicy},
		{name: "adapter is down", profile: twoAdapters, doc: policyDoc("L2Bridge", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Down"}}`), code: hostnet.CodeAdapterNotFound},
		{name: "adapter is a vEthernet", profile: twoAdapters, doc: policyDoc("L2Bridge", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"vEthernet (Lab)"}}`), code: hostnet.CodeInvalidParameter},
		{name: "adapter is HNS's own vEthernet", before: []string{bridgeDoc}, doc: policyDoc("Transparent", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"vEthernet (Ethernet)"}}`), code: hostnet.CodeInvalidParameter},
		{name: "adapter in another switch", profile: twoAdapters, doc: policyDoc("L2Bridge", `{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"InLab"}}`), code: hostnet.CodeInvalidParameter},
		{name: "node without adapters", profile: `{"adapters":[]}`, doc: bridgeDoc, code: hostnet.CodeAdapterNotFound},
		{name: "nat without adapters", profile: `{"adapters":[]}`, doc: natDoc},

		{name: "unknown policy", doc: policyDoc("L2Bridge", `{"Type":"Magic"}`), code: hostnet.CodeInvalidPolicyType},
		{name: "settings are no object", doc: policyDoc("L2Bridge", `{"Type":"AutomaticDNS","Settings":[1]}`), code: hostnet.CodeInvalidPolicy},
		{name: "remote subnet on a bridge", doc: policyDoc("L2Bridge", `{"Type":"RemoteSubnetRoute","Settings":{}}`), code: hostnet.CodeInvalidPolicyType},
		{name: "network acl too new", doc: policyDoc("L2Bridge", `{"Type":"NetworkACL","Settings":{"Action":"Allow","Direction":"In"}}`), code: hostnet.CodeInvalidPolicyType},
		{name: "network acl", profile: `{"version":"15.0"}`, doc: policyDoc("L2Bridge", `{"Type":"NetworkACL","Settings":{"Action":"Allow","Direction":"In"}}`)},
		{name: "ip set", doc: policyDoc("L2Bridge", `{"Type":"SetPolicy","Settings":{"Id":"a","Name":"a","PolicyType":"IPSET","Values":"10.0.0.1"}}`)},
		{name: "nested set too new", doc: policyDoc("L2Bridge", `{"Type":"SetPolicy","Settings":{"Id":"a","Name":"a","PolicyType":"NESTEDIPSET"}}`), code: hostnet.CodeInvalidPolicy},
		{name: "source mac", doc: policyDoc("L2Bridge", `{"Type":"SourceMacAddress","Settings":{"SourceMacAddress":"00:15"}}`), code: hostnet.CodeInvalidPolicy},
		{name: "vxlan port on a bridge", doc: policyDoc("L2Bridge", `{"Type":"VxlanPort","Settings":{"Port":4789}}`), code: hostnet.CodeInvalidPolicyType},
		{name: "mac pool", doc: with(natDoc, `"MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-52-CF-FF","EndMacAddress":"00-15-5D-52-C0-00"}]}`), code: hostnet.CodeInvalidNetwork},
		{name: "host port flag too new", doc: with(natDoc, `"Flags":1024`), code: hostnet.CodeInvalidNetwork},
		{name: "iov flag too new", doc: with(natDoc, `"Flags":8192`), code: hostnet.CodeInvalidNetwork},
		{name: "non-persistent", doc: with(natDoc, `"Flags":8`)},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, row.profile)
			for _, doc := range row.before {
				n.create(KindNetwork, "", doc)
			}
			before := n.dump()
			_, err := n.tryCreate(KindNetwork, "", row.doc)
			refused(t, err, row.code)
			if row.code != 0 && n.dump() != before {
				t.Error("a refused network left a trace")
			}
			if row.code == 0 && n.dump() == before {
				t.Error("no network was made")
			}
		})
	}
}

func TestNetworkModification(t *testing.T) {
	route := `{"Type":"RemoteSubnetRoute","Settings":{"DestinationPrefix":"10.244.2.0/24","IsolationId":4096,"ProviderAddress":"10.127.0.11","DistributedRouterMacAddress":"00-12-34-56-78-9a"}}`
	request := func(how, policies string) string {
		return fmt.Sprintf(`{"ResourceType":"Policy","RequestType":%q,"Settings":{"Policies":[%s]}}`, how, policies)
	}
	n := seededNode(t, "", "1")
	id := n.create(KindNetwork, "", overlayDoc)
	plain := n.dump()
	for _, step := range []struct {
		name, request string
		code          hostnet.Code
	}{
		{"remove what is not there", request("Remove", route), hostnet.CodePolicyNotFound},
		{"add", request("Add", route), 0},
		{"add again", request("Add", route), hostnet.CodePolicyAlreadyExists},
		{"bad settings", request("Update", `{"Type":"RemoteSubnetRoute","Settings":{"DestinationPrefix":"x"}}`), hostnet.CodeInvalidPolicy},
		{"unknown request", request("Refresh", route), hostnet.CodeRequestUnsupported},
		{"no policies", request("Add", ""), hostnet.CodeInvalidPolicy},
		{"unknown resource", `{"ResourceType":"Port"}`, hostnet.CodeRequestUnsupported},
		{"not json", `x`, hostnet.CodeInvalidJSON},
		{"remove", request("Remove", route), 0},
	} {
		refused(t, n.modify(KindNetwork, id, step.request), step.code)
	}
	if n.dump() != plain {
		t.Errorf("not as before:\n%s", n.dump())
	}
	n.ok(n.modify(KindNetwork, id, `{"ResourceType":"DNS","RequestType":"Update","Settings":{"ServerList":["10.96.0.10"]}}`))
	n.create(KindEndpoint, id, endpointDoc)
	golden.Compare(t, "testdata/overlay_dns.json", n.dump())
}

func TestNetworkDeletion(t *testing.T) {
	n := newNode(t, "")
	pool := `"MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-00-10-00","EndMacAddress":"00-15-5D-00-1F-FF"}]}`
	network := n.create(KindNetwork, "", with(bridgeDoc, pool))
	namespace := n.create(KindNamespace, "", namespaceDoc)
	empty := n.dump()
	n.create(KindEndpoint, network, endpointDoc)
	attached := n.create(KindEndpoint, network, endpointDoc)
	n.ok(n.attach(namespace, attached))
	lb := n.create(KindLoadBalancer, "", balancerDoc(attached, "10.96.0.1", 80))

	refused(t, n.host.Delete(KindNetwork, network), hostnet.CodeEntityHasReferences)
	n.ok(n.host.Delete(KindLoadBalancer, lb))
	n.ok(n.host.Delete(KindNetwork, network))
	refused(t, n.host.Delete(KindNetwork, network), hostnet.CodeNetworkNotFound)

	again := n.create(KindNetwork, "", with(bridgeDoc, fmt.Sprintf(`"ID":%q,%s`, network, pool)))
	if again != network || n.dump() != empty {
		t.Errorf("endpoints outlived their network:\n%s", n.dump())
	}
}
