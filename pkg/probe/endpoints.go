package probe

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// joins asks HNS to create an endpoint on a NAT network.
func joins(document string) func(*Asker) Answer {
	return func(a *Asker) Answer { return created(a, Endpoint, a.nat(), document) }
}

func endpointProbes() []Probe {
	return append(addressProbes(), remoteProbes()...)
}

func addressProbes() []Probe {
	at := func(address string) func(*Asker) Answer { return joins(endpoint("address", address, "")) }
	return []Probe{
		{Name: "endpoint-name-taken", What: "two endpoints of one name on one network", Source: "hcsshim `TestLoadBalancerAddRemoveEndpoint` makes them", Sure: Test,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				a.Made(Endpoint, net, endpoint("twin", "", ""))
				return created(a, Endpoint, net, endpoint("twin", "", ""))
			}, Want: always(OK)},
		{Name: "address-outside", What: "an address outside every subnet", Source: "hcsshim `IsInvalidIPError`", Sure: Seen,
			Ask: at(podB), Want: code(hostnet.CodeInvalidIP)},
		{Name: "address-taken", What: "an address that another endpoint has", Source: "sigwin#71, k8s#100962; the older API of 9.2: `v1-endpoint-taken`", Sure: Seen,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				a.Made(Endpoint, net, endpoint("first", podA, ""))
				return created(a, Endpoint, net, endpoint("second", podA, ""))
			}, Want: code(hostnet.CodeAddrInvalidOrReserved)},
		{Name: "address-gateway", What: "the gateway's address", Source: "ACN#1968", Sure: Seen, Ask: at(gatewayA), Want: code(hostnet.CodeAddrInvalidOrReserved)},
		{Name: "address-subnet", What: "the subnet's own address", Source: "the code's name", Sure: Named, Ask: at("192.0.2.0"), Want: code(hostnet.CodeAddrInvalidOrReserved)},
		{Name: "address-broadcast", What: "the subnet's broadcast address", Source: "the code's name", Sure: Named, Ask: at("192.0.2.255"), Want: code(hostnet.CodeAddrInvalidOrReserved)},
		{Name: "address-chosen", What: "an endpoint without addresses gets one of each family of the network", Source: "WCN's dual stack", Sure: Guess,
			Ask: func(a *Asker) Answer {
				list, _ := a.Document(Endpoint, a.Made(Endpoint, a.nat(), endpoint("chosen", "", "")))["IpConfigurations"].([]any)
				return Answer(fmt.Sprintf("%d addresses", len(list)))
			}, Want: always("1 addresses"), Answer: "yes"},
		{Name: "address-order", What: "which address HNS chooses", Source: "recordings 024 and 025", Sure: Seen, NotAsked: "one answer says nothing about an order", Answer: "any of the subnet, drawn from HCNEMU_SEED"},
		{Name: "address-dhcp", What: "an endpoint on a Transparent network without subnet has its address while it is attached", Source: "WCN#63, #102", Sure: Guess, NotAsked: "needs a DHCP server on the LAN"},
		{Name: "dns-default", What: "an endpoint without DNS gets the network's, else the host's", Source: "hcsshim#2369, #1746, WC#563", Sure: Seen, NotAsked: "the host's DNS differs between nodes"},
		{Name: "prefix-length-missing", What: "an address without prefix length gets the subnet's", Sure: Guess,
			Ask: func(a *Asker) Answer {
				return prefixLength(a.Document(Endpoint, a.Made(Endpoint, a.nat(), endpoint("length", podA, ""))))
			}, Want: always("24")},
		{Name: "prefix-length-other", What: "an address with another prefix length keeps it", Sure: Guess,
			Ask: func(a *Asker) Answer {
				document := endpoint("length", "", `,"IpConfigurations":[{"IpAddress":"`+podA+`","PrefixLength":28}]`)
				return prefixLength(a.Document(Endpoint, a.Made(Endpoint, a.nat(), document)))
			}, Want: always("28")},
		{Name: "prefix-length-32", What: "an address with prefix length 32", Source: "`Slash32EndpointPrefixesVersion`; the code is a guess", Sure: Guess,
			Ask:  joins(endpoint("length", "", `,"IpConfigurations":[{"IpAddress":"`+podA+`","PrefixLength":32}]`)),
			Want: needs(hcnspec.FeatureSlash32, hostnet.CodeInvalidPrefix)},
		{Name: "mac-taken", What: "a MAC that another endpoint of the network has", Source: "kubernetes `pkg/proxy/winkernel`, `TestHashEndpoints`, on an Overlay; skipped in its CI, which has no HNS", Sure: Named,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				a.Made(Endpoint, net, endpoint("first", "", `,"MacAddress":"00-15-5D-AB-CD-01"`))
				return created(a, Endpoint, net, endpoint("second", "", `,"MacAddress":"00-15-5D-AB-CD-01"`))
			}, Want: always(OK)},
		{Name: "default-route", What: "an endpoint without routes gets a default route over the gateway", Source: "dumps in moby#40345, containerd#5729", Sure: Seen,
			Ask: func(a *Asker) Answer {
				text, _ := a.Query(Endpoint, a.Made(Endpoint, a.nat(), endpoint("route", "", "")))
				return yes(strings.Contains(text, `"NextHop":"`+gatewayA+`"`))
			}, Want: always("yes")},
		{Name: "endpoint-state-created", What: "the state of a new endpoint", Source: "hcsshim `hnsendpoint.go`", Sure: Seen,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("fresh", "", ""))
				return a.Lists(Endpoint, filter("State", "1"), id)
			}, Want: always("listed"), Answer: "1"},
		{Name: "endpoint-state-attached", What: "the state of an endpoint in a namespace", Source: "WC#563 (older API) shows 1; ACN npm: 3 once a container runs", Sure: Seen,
			Ask: func(a *Asker) Answer {
				_, id := a.attached()
				return a.Lists(Endpoint, filter("State", "1"), id)
			}, Want: always("listed"), Answer: "1 until a container starts in the namespace, then 3"},
		{Name: "mac-as-written", What: "a MAC in another notation", Source: "acs-engine#1903, calico#4682 (older API; inferred for this one)", Sure: Seen,
			Ask: func(a *Asker) Answer {
				mac, _ := a.Document(Endpoint, a.Made(Endpoint, a.nat(), endpoint("mac", "", `,"MacAddress":"00:15:5d:AB:cd:01"`)))["MacAddress"].(string)
				return Answer(mac)
			}, Want: always("00:15:5d:AB:cd:01"), Answer: "kept as it is written"},
		{Name: "endpoint-name-missing", What: "an endpoint without a name", Source: "WC#631, sigwin#84", Sure: Seen,
			Ask: func(a *Asker) Answer {
				name, _ := a.Document(Endpoint, a.Made(Endpoint, a.nat(), `{`+v2+`}`))["Name"].(string)
				return Answer(name)
			}, Want: always("Ethernet")},
		{Name: "next-hop-outside", What: "a route whose next hop is in no subnet of the network", Source: "sigwin#181", Sure: Seen,
			Ask:  joins(endpoint("hop", "", `,"Routes":[{"NextHop":"203.0.113.1","DestinationPrefix":"0.0.0.0/0"}]`)),
			Want: code(hostnet.CodeInvalidIP)},
		{Name: "next-hop-empty", What: "a route without a next hop", Source: "WCN#116 (refused since 2025, no version and no code); hcsshim#2484 (returned)", Sure: Guess,
			Ask: joins(endpoint("hop", "", `,"Routes":[{"NextHop":"","DestinationPrefix":"0.0.0.0/0"}]`)),
			Want: func(v hcnspec.Version) Answer {
				if v.AtLeast(hcnspec.Version{Major: 16}) {
					return Refused(hostnet.CodeInvalidIP)
				}
				return OK
			}},
		{Name: "exception-host-bits", What: "an OutBoundNAT exception with host bits", Source: "hcsshim#1951: 2022 refuses it, 2019 does not", Sure: Seen,
			Ask: joins(endpoint("exception", "", withPolicies(policy("OutBoundNAT", `{"Exceptions":["172.17.0.1/16"]}`)))),
			Want: func(v hcnspec.Version) Answer {
				if v.AtLeast(hcnspec.Version{Major: 13}) {
					return Refused(hostnet.CodeInvalidPolicy)
				}
				return OK
			}},
		{Name: "exception-outside", What: "exceptions of OutBoundNAT beside Settings, under their name of the older API", Source: "hcsshim#1951: 2022 refuses a request that has host bits too, 2019 does not",
			Sure: Guess, Ask: joins(endpoint("exception", "", `,"Policies":[{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]}]`)),
			Want: func(v hcnspec.Version) Answer {
				if v.AtLeast(hcnspec.Version{Major: 13}) {
					return Refused(hostnet.CodeInvalidPolicy)
				}
				return OK
			}},
		{Name: "exception-malformed", What: "an OutBoundNAT exception that is no prefix", Source: "containerd#5729, calico#5189", Sure: Seen,
			Ask: func(a *Asker) Answer {
				return created(a, Endpoint, a.nat(), endpoint("exception", "", withPolicies(policy("OutBoundNAT", `{"Exceptions":["<your service cidr>"]}`))))
			}, Want: always(OK), Answer: "ok; the endpoint is degraded"},
		{Name: "degraded-start", What: "the start of a container in a namespace with a degraded endpoint", Source: "containerd#5729 (HNS's log of EndpointAttachShared)", Sure: Seen,
			NotAsked: "needs a container", Answer: "0x803b0017"},
		{Name: "ics-no-subnet", What: "an endpoint on an ICS network without subnet", Source: "docker/for-win#9311; that the network was WSL's is inferred", Sure: Seen,
			Ask: func(a *Asker) Answer {
				net := a.Made(Network, "", fmt.Sprintf(`{"Name":%q,"Type":"ICS",%s}`, NamePrefix+"ics", v2))
				return created(a, Endpoint, net, endpoint("ics", "", ""))
			}, Want: code(hostnet.CodeSubnetNotFound)},
		{Name: "endpoint-delete-attached", What: "deleting an endpoint that is attached", Source: "kube-proxy and CNI plugins do", Sure: Seen,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("attached", "", ""))
				a.Modify(Namespace, a.Made(Namespace, "", namespace("Host")), member("Add", id))
				return a.Delete(Endpoint, id)
			}, Want: always(OK)},
		{Name: "endpoint-delete-member", What: "deleting an endpoint that a load balancer has", Source: "pods go before kube-proxy knows", Sure: Guess,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("member", "", ""))
				a.Made(LoadBalancer, "", balancer(id, vip, 80, ""))
				return a.Delete(Endpoint, id)
			}, Want: always(OK)},
	}
}

func remoteProbes() []Probe {
	const remote = `,"Flags":1,"MacAddress":"00-12-34-56-78-9A"`
	return []Probe{
		{Name: "remote-same-address", Need: Uplink, What: "a remote endpoint with a local endpoint's address", Source: "k8s#130963, WC#631", Sure: Seen,
			Ask: func(a *Asker) Answer {
				net := a.bridge()
				a.Made(Endpoint, net, endpoint("local", podA, ""))
				return created(a, Endpoint, net, endpoint("remote", podA, remote))
			}, Want: always(OK)},
		{Name: "remote-outside", Need: Uplink, What: "a remote endpoint on an Overlay outside every subnet and remote subnet", Source: "kube-proxy's, for ClusterIPs and public addresses; its `TestCreateEndpointRemote`", Sure: Seen,
			Ask: func(a *Asker) Answer {
				return created(a, Endpoint, a.overlay(), endpoint("remote", "203.0.113.10", remote))
			}, Want: always(OK)},
		{Name: "remote-attach", Need: Uplink, What: "attaching a remote endpoint", Source: "the code's name", Sure: Named,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.bridge(), endpoint("remote", podA, remote))
				return a.Modify(Namespace, a.Made(Namespace, "", namespace("Host")), member("Add", id))
			}, Want: code(hostnet.CodeInvalidRemoteEndpoint)},
		{Name: "remote-no-mac", Need: Uplink, What: "a remote endpoint on an Overlay without MAC", Source: "kube-proxy and flannel give one", Sure: Guess,
			Ask: func(a *Asker) Answer {
				return created(a, Endpoint, a.overlay(), endpoint("remote", podA, `,"Flags":1`))
			}, Want: code(hostnet.CodeInvalidEndpoint)},
	}
}

// prefixLength is that of an endpoint's first address.
func prefixLength(document map[string]any) Answer {
	list, _ := document["IpConfigurations"].([]any)
	if len(list) == 0 {
		return "no address"
	}
	first, _ := list[0].(map[string]any)
	return Answer(fmt.Sprint(first["PrefixLength"]))
}
