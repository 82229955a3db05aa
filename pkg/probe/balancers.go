package probe

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// balances asks HNS to create a load balancer over a new endpoint.
func balances(document func(endpoint string) string) func(*Asker) Answer {
	return func(a *Asker) Answer {
		return created(a, LoadBalancer, "", document(a.Made(Endpoint, a.nat(), endpoint("member", "", ""))))
	}
}

func balancerProbes() []Probe {
	of := func(format string) func(*Asker) Answer {
		return balances(func(id string) string { return fmt.Sprintf(format, id) })
	}
	ports := `"PortMappings":[{"Protocol":6,"InternalPort":8080,"ExternalPort":80%s}]`
	return []Probe{
		{Name: "front-end-taken", What: "a front end (address, protocol, port) that a load balancer has", Source: "k8s#139519", Sure: Seen,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("member", "", ""))
				a.Made(LoadBalancer, "", balancer(id, vip, 80, ""))
				return created(a, LoadBalancer, "", balancer(id, vip, 80, ""))
			}, Want: code(hostnet.CodeAlreadyExists)},
		{Name: "balancer-no-endpoint", What: "a load balancer without endpoint", Source: "k8s#100384, k8s#106936", Sure: Seen,
			Ask: of(`{"FrontendVIPs":["` + vip + `"],` + fmt.Sprintf(ports, "") + `,` + v2 + `,"Unused":"%s"}`), Want: code(hostnet.CodeInvalidJSONReference)},
		{Name: "balancer-empty-endpoint", What: "a load balancer with an empty reference to an endpoint", Source: "k8s#100384: kube-proxy made such ones", Sure: Seen,
			Ask: balances(func(string) string { return balancer("", vip, 80, "") }), Want: code(hostnet.CodeInvalidJSONReference)},
		{Name: "balancer-program", What: "a load balancer for a port that a program of the node listens on", Source: "kubernetes/community#8883, hcsshim#1043, both on Server 2019; newer ones are a guess", Sure: Seen,
			NotAsked: "which ports programs listen on differs between nodes", Answer: "0x803b0013"},
		{Name: "balancer-unknown-endpoint", What: "a load balancer with an endpoint that does not exist", Sure: Guess,
			Ask: balances(func(string) string { return balancer(nobody, vip, 80, "") }), Want: code(hostnet.CodeEndpointNotFound)},
		{Name: "balancer-empty-reference", What: "a load balancer with an empty reference to an endpoint", Source: "k8s#100384", Sure: Seen,
			Ask: balances(func(string) string { return balancer("", vip, 80, "") }), Want: code(hostnet.CodeInvalidJSONReference)},
		{Name: "balancer-no-port", What: "a load balancer without ports", Sure: Guess,
			Ask: of(`{"HostComputeEndpoints":["%s"],"FrontendVIPs":["` + vip + `"],` + v2 + `}`), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "balancer-icmp", What: "a load balancer for a protocol other than TCP and UDP", Sure: Guess,
			Ask:  of(`{"HostComputeEndpoints":["%s"],"FrontendVIPs":["` + vip + `"],"PortMappings":[{"Protocol":1,"InternalPort":1,"ExternalPort":1}],` + v2 + `}`),
			Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "balancer-dsr", What: "a load balancer with DSR", Source: "`DSRVersion`; the code is a guess", Sure: Seen,
			Ask:  balances(func(id string) string { return balancer(id, vip, 80, `,"Flags":1`) }),
			Want: needs(hcnspec.FeatureDSR, hostnet.CodeInvalidPolicy)},
		{Name: "balancer-affinity", What: "a load balancer with session affinity", Source: "`SessionAffinityVersion`; the code is a guess", Sure: Seen,
			Ask:  of(`{"HostComputeEndpoints":["%s"],"FrontendVIPs":["` + vip + `"],` + fmt.Sprintf(ports, `,"DistributionType":2`) + `,` + v2 + `}`),
			Want: needs(hcnspec.FeatureSessionAffinity, hostnet.CodeInvalidPolicy)},
		{Name: "balancer-ipv6", What: "a load balancer with an IPv6 address", Source: "`IPv6DualStackVersion`; the code is a guess", Sure: Seen,
			Ask:  balances(func(id string) string { return balancer(id, "2001:db8::10", 80, `,"Flags":2`) }),
			Want: needs(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidPolicy)},
		{Name: "balancer-65-endpoints", What: "a load balancer with 65 endpoints", Source: "k8s#98680 (1024 from 17763.2746, not emulated)", Sure: Seen,
			NotAsked: "65 endpoints take HNS minutes", Answer: "0x57 below 10.0"},
		{Name: "balancer-modify", What: "modifying a load balancer adds a member", Source: "`ModifyLoadbalancerVersion`: hnslib says 15.5, hcsshim 15.4; k8s#131466", Sure: Guess,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				one, two := a.Made(Endpoint, net, endpoint("one", "", "")), a.Made(Endpoint, net, endpoint("two", "", ""))
				id := a.Made(LoadBalancer, "", balancer(one, vip, 80, ""))
				answer := a.Modify(LoadBalancer, id, fmt.Sprintf(`{"HostComputeEndpoints":[%q,%q],"FrontendVIPs":[%q],`+fmt.Sprintf(ports, "")+`,%s}`, one, two, vip, v2))
				if answer != OK {
					return answer
				}
				members, _ := a.Document(LoadBalancer, id)["HostComputeEndpoints"].([]any)
				return Answer(fmt.Sprintf("%d members", len(members)))
			}, Want: func(v hcnspec.Version) Answer {
				if hcnspec.FeatureModifyLoadBalancer.In(v) {
					return "2 members"
				}
				if v == (hcnspec.Version{Major: 15, Minor: 4}) {
					return "1 members" // k8s#131466: success without effect
				}
				return Refused(hostnet.CodeNotImplemented)
			}},
		{Name: "route-host-bits", What: "a route whose prefix has host bits", Source: "hcsshim `TestAddRoute` (169.254.169.254/24)", Sure: Test,
			Ask: func(a *Asker) Answer { return created(a, SdnRoute, "", a.sdnRoute()) }, Want: always(OK)},
		{Name: "route-modify", What: "modifying a route", Source: "comment in hcsshim `hcnroute.go`", Sure: Named,
			Ask:  func(a *Asker) Answer { return a.Modify(SdnRoute, a.Made(SdnRoute, "", a.sdnRoute()), `{}`) },
			Want: code(hostnet.CodeRequestUnsupported)},
	}
}

func (a *Asker) sdnRoute() string {
	id := a.Made(Endpoint, a.nat(), endpoint("routed", "", ""))
	return fmt.Sprintf(`{"HostComputeEndpoints":[%q],"Setting":[{"DestinationPrefix":"203.0.113.9/24","NextHop":%q,"NeedEncap":false}],%s}`, id, gatewayA, v2)
}

func olderProbes() []Probe {
	get := func(path string) func(*Asker) Answer {
		return func(a *Asker) Answer {
			_, answer := a.HNSCall("GET", path, "")
			return answer
		}
	}
	return []Probe{
		{Name: "v1-version", What: "GET /globals/version", Source: "hcsshim `internal/hns`", Sure: Test, Ask: get("/globals/version"), Want: always(OK)},
		{Name: "v1-networks", What: "GET /networks/", Source: "hcsshim `hnsv1_test.go`", Sure: Test, Ask: get("/networks/"), Want: always(OK)},
		{Name: "v1-endpoints", What: "GET /endpoints/", Source: "hcsshim `hnsv1_test.go`", Sure: Test, Ask: get("/endpoints/"), Want: always(OK)},
		{Name: "v1-policylists", What: "GET /policylists/", Source: "hcsshim `hnsv1_test.go`", Sure: Test, Ask: get("/policylists/"), Want: always(OK)},
		{Name: "v1-namespaces", What: "GET /namespaces/ lists the node's own namespace, compartment 1", Source: "calico#8465", Sure: Seen,
			Ask: func(a *Asker) Answer {
				text, _ := a.HNSCall("GET", "/namespaces/", "")
				return yes(strings.Contains(text, `"CompartmentId":1`))
			}, Want: always("yes")},
		{Name: "v1-endpoint-taken", What: "POST /endpoints/ with an address that another endpoint has", Source: "k8s#74766, #72696, SDN#298, #333: 0x1392 in the first months of Windows Server 2019, which had 9.2; newer ones are inferred from `address-taken`", Sure: Seen,
			Ask: olderTwin, Want: func(v hcnspec.Version) Answer {
				if v == (hcnspec.Version{Major: 9, Minor: 2}) {
					return Refused(hostnet.CodeObjectAlreadyExists)
				}
				return Refused(hostnet.CodeAddrInvalidOrReserved)
			}},
		{Name: "v1-unknown-path", What: "a path that HNS does not know", Sure: Guess, Ask: get("/nosuchthing/"), Want: code(hostnet.CodeRequestUnsupported)},
		{Name: "v1-accelnet", What: "GET /accelnet", Source: "`AccelnetVersion`", Sure: Guess, NotAsked: "accelnet needs an adapter with SR-IOV", Answer: "0x803b0015 below 15.4"},
	}
}

// olderTwin creates a second endpoint with the same address through the older API.
func olderTwin(a *Asker) Answer {
	net := a.nat()
	a.Made(Endpoint, net, endpoint("first", podA, ""))
	id := a.ids.next()
	_, answer := a.HNSCall("POST", "/endpoints/", fmt.Sprintf(`{"ID":%q,"Name":%q,"VirtualNetwork":%q,"IPAddress":%q}`, id, NamePrefix+"second", net, podA))
	if answer == OK {
		a.made = append(a.made, object{Endpoint, id})
	}
	return answer
}

// packetProbes are the most important questions about packets.
func packetProbes() []Probe {
	const container = "needs a running container"
	return []Probe{
		{Name: "vfp-layers", What: "the VFP layers of an L2Bridge pod (vfpctrl /list-layer)", Sure: Guess, NotAsked: "vfpctrl, not HCN, answers it"},
		{Name: "acl-out-only", What: "whether an ACL Out alone blocks what comes in", Sure: Guess, NotAsked: container},
		{Name: "hostport-netstat", What: "what a pod behind a published port sees as the client's address", Sure: Guess, NotAsked: container},
		{Name: "vip-no-backend", What: "what happens to a connection to a VIP without members", Sure: Guess, NotAsked: container},
		{Name: "vfp-process-tuples", What: "the output of vfpctrl /process-tuples", Sure: Guess, NotAsked: "vfpctrl, not HCN, answers it"},
	}
}
