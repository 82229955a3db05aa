package hcnemu

import (
	"fmt"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func setting(kind, settings string) string {
	return fmt.Sprintf(`{"Type":%q,"Settings":%s}`, kind, settings)
}

func TestEndpointPolicyRules(t *testing.T) {
	old, current := `{"version":"9.2"}`, `{"version":"16.0"}`
	for _, row := range []struct {
		name, profile, network, policy string
		code                           hostnet.Code
	}{
		{name: "unknown", policy: setting("Magic", `{}`), code: hostnet.CodeInvalidPolicyType},
		{name: "settings are text", policy: setting("ACL", `"x"`), code: hostnet.CodeInvalidPolicy},
		{name: "field of the wrong type", policy: setting("PortMapping", `{"Protocol":"tcp"}`), code: hostnet.CodeInvalidPolicy},

		{name: "mapping", policy: setting("PortMapping", `{"Protocol":6,"InternalPort":80,"ExternalPort":8080}`)},
		{name: "mapping of sctp", policy: setting("PortMapping", `{"Protocol":132,"InternalPort":80}`), code: hostnet.CodeInvalidPolicy},
		{name: "mapping to nothing", policy: setting("PortMapping", `{"Protocol":6,"ExternalPort":80}`), code: hostnet.CodeInvalidInternalPort},
		{name: "mapping over 65535", policy: setting("PortMapping", `{"Protocol":6,"InternalPort":65536}`), code: hostnet.CodeInvalidPolicy},
		{name: "mapping with a bad address", policy: setting("PortMapping", `{"Protocol":6,"InternalPort":80,"VIP":"x"}`), code: hostnet.CodeInvalidPolicy},
		{name: "mapping on transparent", network: transparentDoc, policy: setting("PortMapping", `{"Protocol":6,"InternalPort":80}`), code: hostnet.CodeMappingNotSupported},
		{name: "ipv6 mapping on nat", network: natDoc, policy: setting("PortMapping", `{"Protocol":6,"InternalPort":80,"ExternalPort":80,"Flags":2}`), code: hostnet.CodeInvalidPolicy},

		{name: "acl", policy: setting("ACL", `{"Protocols":"6,17","Action":"Allow","Direction":"In","LocalAddresses":"10.0.0.0/8,10.1.1.1","LocalPorts":"80,8080-8090","RuleType":"Switch","Priority":65500}`)},
		{name: "acl any protocol", policy: setting("ACL", `{"Protocols":"256","Action":"Allow","Direction":"In"}`)},
		{name: "acl of a set", policy: setting("ACL", `{"Action":"Allow","Direction":"In","RemoteAddresses":"azure-npm-123"}`)},
		{name: "acl of a set on 9.2", profile: old, policy: setting("ACL", `{"Action":"Allow","Direction":"In","RemoteAddresses":"azure-npm-123"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl without action", policy: setting("ACL", `{"Direction":"In"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl without direction", policy: setting("ACL", `{"Action":"Allow"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl of a bad rule type", policy: setting("ACL", `{"Action":"Allow","Direction":"In","RuleType":"Router"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl with a bad protocol", policy: setting("ACL", `{"Action":"Allow","Direction":"In","Protocols":"tcp"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl with a bad address", policy: setting("ACL", `{"Action":"Allow","Direction":"In","LocalAddresses":"10.0.0.0/33"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl with a bad port", policy: setting("ACL", `{"Action":"Allow","Direction":"In","LocalPorts":"90-80"}`), code: hostnet.CodeInvalidPolicy},
		{name: "acl for 252 on 9.2", profile: old, policy: setting("ACL", `{"Action":"Allow","Direction":"In","Protocols":"252"}`), code: hostnet.CodeInvalidPolicy},

		{name: "qos", policy: setting("QOS", `{"MaximumOutgoingBandwidthInBytes":125000}`)},
		{name: "qos of nothing", policy: setting("QOS", `{}`), code: hostnet.CodeInvalidPolicy},
		{name: "nat", policy: setting("OutBoundNAT", `{"VirtualIP":"10.127.0.10","Exceptions":["10.0.0.0/8"]}`)},
		{name: "nat with a bad address", policy: setting("OutBoundNAT", `{"VirtualIP":"x"}`), code: hostnet.CodeInvalidPolicy},
		{name: "ipv6 nat on 9.2", profile: old, policy: setting("OutBoundNAT", `{"Flags":2}`), code: hostnet.CodeInvalidPolicy},
		{name: "route", policy: setting("SDNRoute", `{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}`)},
		{name: "route to nothing", policy: setting("SDNRoute", `{}`), code: hostnet.CodeInvalidPolicy},
		{name: "route over a bad hop", policy: setting("SDNRoute", `{"DestinationPrefix":"10.96.0.0/12","NextHop":"x"}`), code: hostnet.CodeInvalidPolicy},
		{name: "provider address", policy: setting("ProviderAddress", `{"ProviderAddress":"10.127.0.10"}`)},
		{name: "no provider address", policy: setting("ProviderAddress", `{}`), code: hostnet.CodeInvalidPolicy},

		{name: "proxy", policy: setting("L4Proxy", `{"Destination":"10.0.0.1:80","Protocol":6}`)},
		{name: "proxy to nothing", policy: setting("L4Proxy", `{}`), code: hostnet.CodeInvalidPolicy},
		{name: "proxy on 9.2", profile: old, policy: setting("L4Proxy", `{"Destination":"10.0.0.1:80"}`), code: hostnet.CodeInvalidPolicyType},
		{name: "wfp proxy", policy: setting("L4WFPPROXY", `{"InboundProxyPort":"80"}`)},
		{name: "wfp proxy without port", policy: setting("L4WFPPROXY", `{}`), code: hostnet.CodeInvalidPolicy},
		{name: "wfp proxy with a bad port", policy: setting("L4WFPPROXY", `{"OutboundProxyPort":"0"}`), code: hostnet.CodeInvalidPolicy},
		{name: "wfp proxy on 13.1", profile: `{"version":"13.1"}`, policy: setting("L4WFPPROXY", `{"InboundProxyPort":"80"}`), code: hostnet.CodeInvalidPolicyType},
		{name: "tier on 13.3", policy: setting("TierAcl", `{"Name":"a","Direction":"In"}`), code: hostnet.CodeInvalidPolicyType},
		{name: "tier", profile: current, policy: setting("TierAcl", `{"Name":"a","Direction":"In","Order":1,"TierAclRules":[{"Id":"r","TierAclRuleAction":"Pass","LocalPorts":"80"}]}`)},
		{name: "tier without name", profile: current, policy: setting("TierAcl", `{"Direction":"In"}`), code: hostnet.CodeInvalidPolicy},
		{name: "tier with a bad rule", profile: current, policy: setting("TierAcl", `{"Name":"a","Direction":"In","TierAclRules":[{"TierAclRuleAction":"Jump"}]}`), code: hostnet.CodeInvalidPolicy},
		{name: "tier with a bad port", profile: current, policy: setting("TierAcl", `{"Name":"a","Direction":"In","TierAclRules":[{"TierAclRuleAction":"Pass","LocalPorts":"x"}]}`), code: hostnet.CodeInvalidPolicy},
		{name: "the rest", policy: setting("L2Driver", `{}`) + "," + setting("PortName", `{"Name":"p"}`) + "," + setting("EncapOverhead", `{"Overhead":50}`) + "," + setting("Iov", `{"IovOffloadWeight":100}`) + "," + setting("InterfaceConstraint", `{"InterfaceIndex":3}`)},
		{name: "overhead is text", policy: setting("EncapOverhead", `{"Overhead":"x"}`), code: hostnet.CodeInvalidPolicy},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, row.profile)
			if row.network == "" {
				row.network = bridgeDoc
			}
			network := n.create(KindNetwork, "", row.network)
			_, err := n.tryCreate(KindEndpoint, network, endpointWith("", row.policy))
			refused(t, err, row.code)
		})
	}
}

func TestPublishedPorts(t *testing.T) {
	mapping := func(protocol, port int, vip string, flags int) string {
		return setting("PortMapping", fmt.Sprintf(`{"Protocol":%d,"InternalPort":80,"ExternalPort":%d,"VIP":%q,"Flags":%d}`, protocol, port, vip, flags))
	}
	n := newNode(t, `{"busyPorts":["tcp/445"]}`)
	network := n.create(KindNetwork, "", bridgeDoc)
	other := n.create(KindNetwork, "", natDoc)
	first := n.create(KindEndpoint, network, endpointWith("", mapping(6, 8080, "", 0)))
	n.create(KindEndpoint, network, endpointWith("", mapping(6, 9090, "10.127.0.10", 0)))
	before := n.dump()
	for _, row := range []struct {
		name, network, policies string
		code                    hostnet.Code
	}{
		{"taken", network, mapping(6, 8080, "", 0), hostnet.CodePortAlreadyExists},
		{"taken on another network", other, mapping(6, 8080, "", 0), hostnet.CodePortAlreadyExists},
		{"taken on every address", network, mapping(6, 8080, "10.127.0.10", 0), hostnet.CodePortAlreadyExists},
		{"taken on one address", network, mapping(6, 9090, "", 0), hostnet.CodePortAlreadyExists},
		{"other protocol", network, mapping(17, 8080, "", 0), 0},
		{"other family", network, mapping(6, 8080, "", 2), 0},
		{"other address", network, mapping(6, 9090, "10.127.0.11", 0), 0},
		{"twice in one", network, mapping(6, 7070, "", 0) + "," + mapping(6, 7070, "", 0), hostnet.CodePortAlreadyExists},
		{"a program's", network, mapping(6, 445, "", 0), hostnet.CodeSharingViolation},
	} {
		t.Run(row.name, func(t *testing.T) {
			id, err := n.tryCreate(KindEndpoint, row.network, endpointWith("", row.policies))
			refused(t, err, row.code)
			if err == nil {
				n.ok(n.host.Delete(KindEndpoint, id))
			}
			if n.dump() != before {
				t.Errorf("not as before:\n%s", n.dump())
			}
		})
	}
	n.ok(n.host.Delete(KindEndpoint, first))
	n.create(KindEndpoint, network, endpointWith("", mapping(6, 8080, "", 0)))
	chosen := n.endpoint(n.create(KindEndpoint, network, endpointWith("", mapping(6, 0, "", 0)+","+mapping(6, 0, "", 0))))
	if got := fmt.Sprint(policy.PublishedBy(chosen.Policies)); got != "[{{6 49152} false } {{6 49153} false }]" {
		t.Errorf("chosen ports: %s", got)
	}
}
