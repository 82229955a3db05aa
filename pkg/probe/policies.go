package probe

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func policyProbes() []Probe {
	with := func(policies ...string) func(*Asker) Answer {
		return joins(endpoint("policy", "", withPolicies(policies...)))
	}
	acl := func(more string) func(*Asker) Answer {
		return with(policy("ACL", `{"Action":"Allow","Direction":"In"`+more+`}`))
	}
	return append(portProbes(), []Probe{
		{Name: "policy-type-case", What: "the type of a policy in another case", Source: "containerd#5729 (SDNROUTE)", Sure: Seen,
			Ask: with(policy("SDNROUTE", `{"DestinationPrefix":"203.0.113.0/24","NeedEncap":true}`)), Want: always(OK)},
		{Name: "policy-unknown", What: "an unknown endpoint policy", Source: "the code's name", Sure: Named,
			Ask: with(policy("NoSuchPolicy", `{}`)), Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "acl-no-action", What: "an ACL without action", Source: "hcsshim `hcnpolicy.go`", Sure: Named,
			Ask: with(policy("ACL", `{"Direction":"In"}`)), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "acl-protocol-name", What: "an ACL with a protocol by name", Source: "hcsshim `hcnpolicy.go`", Sure: Named,
			Ask: acl(`,"Protocols":"tcp"`), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "acl-port-range-reversed", What: "an ACL with a reversed range of ports", Source: "hcsshim `hcnpolicy.go`", Sure: Named,
			Ask: acl(`,"Protocols":"6","LocalPorts":"90-80"`), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "acl-protocol-252", What: "an ACL for protocol 252", Source: "`AclSupportForProtocol252Version`; the code is a guess", Sure: Named,
			Ask: acl(`,"Protocols":"252"`), Want: needs(hcnspec.FeatureACLProtocol252, hostnet.CodeInvalidPolicy)},
		{Name: "acl-ip-set", What: "an ACL with the name of an IP set as address", Source: "`SetPolicyVersion`, ACN npm; hcsshim#1059 shows the code for `Any`", Sure: Seen,
			Ask: acl(`,"RemoteAddresses":"hcnctl-probe-set"`), Want: needs(hcnspec.FeatureSetPolicy, hostnet.CodeInvalidPolicy)},
		{Name: "acl-equal-priority", What: "two ACLs of equal priority and unlike action", Source: "packet-facts: which of them decides is unknown; that HNS takes both is inferred", Sure: Guess,
			Ask:  with(policy("ACL", `{"Action":"Allow","Direction":"In","Priority":200}`), policy("ACL", `{"Action":"Block","Direction":"In","Priority":200}`)),
			Want: always(OK)},
		{Name: "l4proxy", What: "the policy L4Proxy", Source: "`L4proxyPolicyVersion`; the code is a guess", Sure: Guess,
			Ask: with(policy("L4Proxy", `{"Destination":"192.0.2.1:80","Protocol":6}`)), Want: needs(hcnspec.FeatureL4Proxy, hostnet.CodeInvalidPolicyType)},
		{Name: "l4wfpproxy", What: "the policy L4WFPPROXY", Source: "`L4WfpProxyPolicyVersion`; the code is a guess", Sure: Guess,
			Ask: with(policy("L4WFPPROXY", `{"InboundProxyPort":"15001"}`)), Want: needs(hcnspec.FeatureL4WFPProxy, hostnet.CodeInvalidPolicyType)},
		{Name: "tier-acl", What: "the policy TierAcl", Source: "`TierAclPolicyVersion`; the code is a guess", Sure: Guess,
			Ask:  with(policy("TierAcl", `{"Name":"hcnctl-probe-tier","Direction":"In","Order":1,"TierAclRules":[{"Id":"r","TierAclRuleAction":"Pass","LocalPorts":"80"}]}`)),
			Want: needs(hcnspec.FeatureTierACL, hostnet.CodeInvalidPolicyType)},
		{Name: "interface-parameters", What: "the endpoint policies InterfaceParameters and Encryption", Source: "schema page: 2.4, and 2.6 is Windows 10 2004; that HNS 11.0 was the first is a guess", Sure: Guess,
			Ask: with(policy("InterfaceParameters", `{"Mtu":1400}`)), Want: ofLaterSchema},
		{Name: "endpoint-vlan", What: "the endpoint policy VLAN", Source: "as `interface-parameters`", Sure: Guess,
			Ask: with(policy("VLAN", `{"IsolationId":7}`)), Want: ofLaterSchema},
	}...)
}

// ofLaterSchema expects OK of an HNS with a newer schema than Windows Server 2019's.
func ofLaterSchema(v hcnspec.Version) Answer {
	if v.AtLeast(hcnspec.Version{Major: 11}) {
		return OK
	}
	return Refused(hostnet.CodeInvalidPolicyType)
}

// portProbes publish ports of a NAT network, from a range that is unused by default.
func portProbes() []Probe {
	publishes := func(policies ...string) func(*Asker) Answer {
		return joins(endpoint("ports", "", withPolicies(policies...)))
	}
	beside := func(first, second string) func(*Asker) Answer {
		return func(a *Asker) Answer {
			net := a.nat()
			a.Made(Endpoint, net, endpoint("first", "", withPolicies(first)))
			return created(a, Endpoint, net, endpoint("second", "", withPolicies(second)))
		}
	}
	return []Probe{
		{Name: "port-taken", Need: OneNAT, What: "a published port that another endpoint has", Source: "hcsshim `TestEndpointAlreadyExistsError`, k8s#137530", Sure: Test,
			Ask: beside(mapping(6, 80, 41975, "", 0), mapping(6, 80, 41975, "", 0)), Want: code(hostnet.CodePortAlreadyExists)},
		{Name: "port-twice", Need: OneNAT, What: "a published port twice in one endpoint", Source: "the code's name", Sure: Named,
			Ask: publishes(mapping(6, 80, 41975, "", 0), mapping(6, 81, 41975, "", 0)), Want: code(hostnet.CodePortAlreadyExists)},
		{Name: "port-other-protocol", Need: OneNAT, What: "the same port of another protocol", Source: "ACN#1986", Sure: Seen,
			Ask: beside(mapping(6, 80, 41975, "", 0), mapping(17, 80, 41975, "", 0)), Want: always(OK)},
		{Name: "port-program", What: "a port that a program of the node listens on", Source: "docker/for-win#3893, #2213", Sure: Seen,
			NotAsked: "which ports programs listen on differs between nodes", Answer: "0x20"},
		{Name: "port-no-internal", Need: OneNAT, What: "a mapping without internal port", Source: "the code's name", Sure: Named,
			Ask: publishes(policy("PortMapping", `{"Protocol":6,"ExternalPort":41975}`)), Want: code(hostnet.CodeInvalidInternalPort)},
		{Name: "port-chosen", Need: OneNAT, What: "a mapping without external port", Source: "moby's windows driver", Sure: Seen,
			Ask: publishes(mapping(6, 80, 0, "", 0)), Want: always(OK), Answer: "ok; HNS chooses a port, the emulator from 49152 up (a guess)"},
		{Name: "port-sctp", Need: OneNAT, What: "a mapping of a protocol other than TCP and UDP", Sure: Guess,
			Ask: publishes(mapping(132, 80, 41975, "", 0)), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "port-transparent", Need: Uplink, What: "a mapping on a Transparent network", Source: "the code's name", Sure: Named,
			Ask: func(a *Asker) Answer {
				net := a.Made(Network, "", a.bound("transparent", "Transparent", "", ""))
				return created(a, Endpoint, net, endpoint("ports", "", withPolicies(mapping(6, 80, 41975, "", 0))))
			}, Want: code(hostnet.CodeMappingNotSupported)},
	}
}
