package probe

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func networkProbes() []Probe {
	return append(internalNetworkProbes(), boundNetworkProbes()...)
}

// makes asks HNS to create the network.
func makes(document string) func(*Asker) Answer {
	return func(a *Asker) Answer { return created(a, Network, "", document) }
}

// binds asks HNS to create a network on the uplink.
func binds(kind, subnets, policies string) func(*Asker) Answer {
	return func(a *Asker) Answer { return created(a, Network, "", a.bound("bound", kind, subnets, policies)) }
}

// internalNetworkProbes need no adapter.
func internalNetworkProbes() []Probe {
	plain := subnet(subnetA, gatewayA, "")
	nat := func(subnets, more string) func(*Asker) Answer { return makes(network("nat", "NAT", subnets, more)) }
	return []Probe{
		{Name: "network-type-unknown", What: "a network of an unknown type", Source: "SDN#238", Sure: Seen,
			Ask: makes(network("type", "Bridge", plain, "")), Want: code(hostnet.CodeInvalidNetworkType)},
		{Name: "network-type-missing", What: "a network without a type is of type NAT, which documents leave out", Source: "comment in hcsshim `getNetwork`", Sure: Test,
			Ask: func(a *Asker) Answer {
				id := a.Made(Network, "", fmt.Sprintf(`{"Name":%q,%s}`, NamePrefix+"untyped", v2))
				_, given := a.Document(Network, id)["Type"]
				return yes(!given)
			}, Want: always("yes")},
		{Name: "network-name-taken", What: "a second network of one name", Source: "hcsshim#850, moby#40345, ACN#3297", Sure: Seen,
			Ask: func(a *Asker) Answer {
				a.nat()
				return created(a, Network, "", network("nat", "NAT", subnet(subnetB, gatewayB, ""), ""))
			}, Want: code(hostnet.CodeNetworkAlreadyExists)},
		{Name: "network-name-switch", What: "an ICS network with the name of a virtual switch that HNS has no network for", Source: "ocroz/wsl2-boot#3 has the request and the code; the cause is the code's name", Sure: Named,
			NotAsked: "needs a switch that a network left behind", Answer: "0x34 (`switches` of the host profile)"},
		{Name: "nat-overlap", What: "a NAT subnet that overlaps another NAT network's", Source: "docker/for-win#1384, #726", Sure: Seen,
			Ask: func(a *Asker) Answer {
				a.nat()
				return created(a, Network, "", network("nat-2", "NAT", subnet("192.0.2.128/25", "192.0.2.129", ""), ""))
			}, Want: code(hostnet.CodeObjectAlreadyExists)},
		{Name: "nat-second", What: "a second NAT network beside another", Source: "WC#140: they exist, and hang with published ports on some builds, which is not emulated", Sure: Seen,
			Ask: func(a *Asker) Answer {
				a.nat()
				return created(a, Network, "", network("nat-2", "NAT", subnet(subnetB, gatewayB, ""), ""))
			}, Want: always(OK)},
		{Name: "network-host-bits", What: "a subnet with host bits in its prefix", Source: "containers-toolkit#24", Sure: Seen,
			Ask: nat(subnet("192.0.2.16/24", "", ""), ""), Want: code(hostnet.CodeInvalidNetwork)},
		{Name: "network-bad-prefix", What: "a subnet whose prefix has no length", Source: "the code's name", Sure: Named,
			Ask: nat(subnet("192.0.2.0", "", ""), ""), Want: code(hostnet.CodeInvalidPrefix)},
		{Name: "network-hop-outside", What: "a subnet whose next hop is outside it", Sure: Guess,
			Ask: nat(subnet(subnetA, gatewayB, ""), ""), Want: code(hostnet.CodeInvalidNetwork)},
		{Name: "nat-default-subnet", What: "a NAT network without subnet gets a prefix of 172.16.0.0/12", Source: "calico#8465 (172.29.144.0/20), nerdctl#28", Sure: Seen,
			Ask: func(a *Asker) Answer {
				text, _ := a.Query(Network, a.Made(Network, "", fmt.Sprintf(`{"Name":%q,"Type":"NAT",%s}`, NamePrefix+"chosen", v2)))
				return yes(strings.Contains(text, `"IpAddressPrefix":"172.`) && strings.Contains(text, `/20"`))
			}, Want: always("yes"), Answer: "yes, a /20"},
		{Name: "nat-ipv6", What: "an IPv6 subnet on a NAT network", Source: "moby#48285, WC#522, hcsshim `cmd/ncproxy`; the version is a guess", Sure: Seen,
			Ask: nat(subnet(subnet6, gateway6, ""), ""), Want: needs(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidNetwork),
			Answer: "0x803b000a below 11.10, ok from then on: endpoints get an address that no packet reaches; HNS adds an IPv4 subnet (inferred)"},
		{Name: "nat-flags", What: "the flags of a NAT network made without flags", Source: "docker-netrestore and calico#8465 (13.3, 15.0: 8), moby#40128 (9.2: 0), all of the older API; for this document inferred", Sure: Seen,
			Ask: func(a *Asker) Answer { return Answer(fmt.Sprint(a.Document(Network, a.nat())["Flags"])) },
			Want: func(v hcnspec.Version) Answer {
				if v.AtLeast(hcnspec.Version{Major: 13}) {
					return "8"
				}
				return "<nil>"
			}, Answer: "8 from 13.0, none before (10.x to 12.x are not known)"},
		{Name: "nat-adapter", What: "the policy NetAdapterName on a NAT network", Sure: Guess,
			Ask:  nat(plain, withPolicies(policy("NetAdapterName", `{"NetworkAdapterName":"Ethernet"}`))),
			Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "network-policy-unknown", What: "an unknown network policy", Source: "the code's name", Sure: Named,
			Ask: nat(plain, withPolicies(policy("NoSuchPolicy", `{}`))), Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "network-policy-malformed", What: "a network policy whose settings are malformed", Source: "calico#8465, plugins#1004", Sure: Seen,
			Ask:  nat(plain, withPolicies(policy("SourceMacAddress", `{"SourceMacAddress":"00:15"}`))),
			Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "mac-pool", What: "MAC addresses come from a pool 00-15-5D-xx-x0-00 to xF-FF of the network's own", Source: "SDN#582, containerd#5729", Sure: Seen,
			Ask: func(a *Asker) Answer {
				text, _ := a.Query(Network, a.nat())
				return yes(strings.Contains(strings.ToUpper(text), `"STARTMACADDRESS":"00-15-5D-`))
			}, Want: always("yes")},
		{Name: "mac-pool-reversed", What: "a MAC pool that ends before it begins", Sure: Guess,
			Ask:  nat(plain, `,"MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-52-CF-FF","EndMacAddress":"00-15-5D-52-C0-00"}]}`),
			Want: code(hostnet.CodeInvalidNetwork)},
		{Name: "flag-disable-host-port", What: "the network flag DisableHostPort", Source: "`hcnglobals.go`; the code is a guess", Sure: Guess,
			Ask: nat(plain, `,"Flags":1024`), Want: needs(hcnspec.FeatureDisableHostPort, hostnet.CodeInvalidNetwork)},
		{Name: "network-policy-update", What: "the request Update replaces all policies of the types given", Source: "hcsshim: \"replaces settings with the ones provided\"", Sure: Guess,
			Ask: func(a *Asker) Answer {
				id := a.nat()
				set := func(name string) string {
					return policy("SetPolicy", fmt.Sprintf(`{"Id":%q,"Name":%q,"PolicyType":"IPSET","Values":"203.0.113.1"}`, NamePrefix+name, NamePrefix+name))
				}
				for _, request := range []string{policyRequest("Add", set("one")), policyRequest("Update", set("two"))} {
					if answer := a.Modify(Network, id, request); answer != OK {
						return answer
					}
				}
				text, _ := a.Query(Network, id)
				return yes(!strings.Contains(text, NamePrefix+"one"))
			}, Want: func(v hcnspec.Version) Answer {
				if hcnspec.FeatureSetPolicy.In(v) {
					return "yes"
				}
				return Refused(hostnet.CodeInvalidPolicyType)
			}},
		{Name: "network-delete-endpoints", What: "deleting a network deletes its endpoints", Source: "hcsshim `TestEndpointStatsAll`", Sure: Test,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				id := a.Made(Endpoint, net, endpoint("orphan", "", ""))
				if answer := a.Delete(Network, net); answer != OK {
					return answer
				}
				_, answer := a.Query(Endpoint, id)
				return answer
			}, Want: code(hostnet.CodeEndpointNotFound)},
		{Name: "network-delete-referenced", What: "deleting a network whose endpoint a load balancer has", Source: "17763.1554 wants policy lists to be deleted before networks", Sure: Seen,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				a.Made(LoadBalancer, "", balancer(a.Made(Endpoint, net, endpoint("member", "", "")), vip, 80, ""))
				return a.Delete(Network, net)
			}, Want: code(hostnet.CodeEntityHasReferences)},
	}
}

// boundNetworkProbes bind networks to the uplink.
func boundNetworkProbes() []Probe {
	plain := subnet(subnetA, gatewayA, "")
	return []Probe{
		{Name: "bridge-no-subnet", Need: Uplink, What: "an L2Bridge without subnet", Source: "calico and flannel make dummy subnets for their External networks", Sure: Guess,
			Ask: binds("L2Bridge", "", ""), Want: code(hostnet.CodeInvalidNetwork)},
		{Name: "bridge-no-gateway", Need: Uplink, What: "an L2Bridge without default route", Sure: Guess,
			Ask: binds("L2Bridge", subnet(subnetA, "", ""), ""), Want: code(hostnet.CodeInvalidNetwork)},
		{Name: "bridge-dual-stack", Need: Uplink, What: "an L2Bridge with an IPv4 and an IPv6 subnet", Source: "hcsshim#1003; the code is a guess", Sure: Seen,
			Ask:  binds("L2Bridge", plain+","+subnet(subnet6, gateway6, ""), ""),
			Want: needs(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidNetwork)},
		{Name: "overlay-ipv6", Need: Uplink, What: "an Overlay with an IPv6 subnet", Source: "WC#82: build 22410 and newer; that this is 15.0 is a guess", Sure: Seen,
			Ask:  binds("Overlay", subnet(subnetA, gatewayA, vsid(5000))+","+subnet(subnet6, gateway6, vsid(5000)), ""),
			Want: needs(hcnspec.FeatureOverlayIPv6, hostnet.CodeInvalidNetwork)},
		{Name: "adapter-unknown", What: "an adapter that does not exist", Source: "hcsshim `IsAdapterNotFoundError`, sigwin#252", Sure: Seen,
			Ask:  makes(network("adapter", "L2Bridge", plain, withPolicies(policy("NetAdapterName", `{"NetworkAdapterName":"hcnctl-probe-no-adapter"}`)))),
			Want: code(hostnet.CodeAdapterNotFound)},
		{Name: "adapter-own-vethernet", Need: Uplink, What: "an adapter that is HNS's own vEthernet", Source: "antrea#2213, sigwin#249", Sure: Seen,
			Ask: func(a *Asker) Answer {
				a.bridge()
				return created(a, Network, "", network("stacked", "Transparent", "", withPolicies(policy("NetAdapterName", fmt.Sprintf(`{"NetworkAdapterName":%q}`, "vEthernet ("+a.uplink+")")))))
			}, Want: code(hostnet.CodeInvalidParameter)},
		{Name: "adapter-down", What: "an adapter that is down", Sure: Guess, NotAsked: "needs an adapter that is down", Answer: "0x803b0006"},
		{Name: "adapter-in-switch", What: "an adapter that another virtual switch has", Source: "antrea#2213, sigwin#249", Sure: Seen, NotAsked: "needs a switch of the operator's", Answer: "0x57"},
		{Name: "adapter-shared", Need: Uplink, What: "two L2Bridge networks on one adapter", Source: "RKE2, calico and sigwin#149 run External beside the cluster's network; LayeredOn in dumps. Microsoft's driver page wants an adapter for each", Sure: Seen,
			Ask: func(a *Asker) Answer {
				a.bridge()
				return created(a, Network, "", a.bound("bridge-2", "L2Bridge", subnet(subnetB, gatewayB, ""), ""))
			}, Want: always(OK)},
		{Name: "adapter-shared-types", Need: Uplink, What: "an Overlay beside an L2Bridge on one adapter", Sure: Guess,
			Ask: func(a *Asker) Answer {
				a.bridge()
				return created(a, Network, "", a.bound("overlay", "Overlay", subnet(subnetB, gatewayB, vsid(5000)), ""))
			}, Want: always(OK)},
		{Name: "subnet-shared", Need: Uplink, What: "two L2Bridge networks with one subnet", Sure: Guess,
			Ask: func(a *Asker) Answer {
				a.bridge()
				return created(a, Network, "", a.bound("bridge-2", "L2Bridge", subnet(subnetA, gatewayA, ""), ""))
			}, Want: always(OK)},
		{Name: "bridge-ipv6-only", Need: Uplink, What: "an endpoint on an L2Bridge with an IPv6 subnet alone", Source: "WC#82 (build 25075); WC#522: no support of IPv6 alone", Sure: Seen,
			Ask: endpointOn("L2Bridge", subnet(subnet6, gateway6, "")), Want: ipv6Alone},
		{Name: "transparent-ipv6-only", Need: Uplink, What: "an endpoint on a Transparent network with an IPv6 subnet alone", Source: "WC#82 (build 25075)", Sure: Seen,
			Ask: endpointOn("Transparent", subnet(subnet6, gateway6, "")), Want: ipv6Alone},
		{Name: "overlay-no-vsid", Need: Uplink, What: "an Overlay without VSID", Source: "flannel and calico always give one", Sure: Guess,
			Ask: binds("Overlay", plain, ""), Want: code(hostnet.CodeInvalidNetwork)},
		{Name: "overlay-policies", Need: Uplink, What: "a new Overlay has the policies DrMacAddress and ProviderAddress", Source: "flannel `pkg/backend/vxlan` waits for them; recording 003 has DrMacAddress", Sure: Seen,
			Ask: func(a *Asker) Answer {
				text, _ := a.Query(Network, a.overlay())
				return yes(strings.Contains(text, `"DrMacAddress"`) && strings.Contains(text, `"ProviderAddress"`))
			}, Want: always("yes")},
		{Name: "vsid-low", Need: Uplink, What: "a VSID below 4096", Source: "flannel: \"VNI >= 4096 on Windows\"", Sure: Named,
			Ask: binds("Overlay", subnet(subnetA, gatewayA, vsid(4095)), ""), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "vlan-high", Need: Uplink, What: "a VLAN over 4094", Sure: Named, Source: "IEEE 802.1Q",
			Ask: binds("L2Bridge", subnet(subnetA, gatewayA, vlan(4095)), ""), Want: code(hostnet.CodeInvalidPolicy)},
		{Name: "vlan-on-overlay", Need: Uplink, What: "a VLAN on an Overlay", Sure: Guess,
			Ask: binds("Overlay", subnet(subnetA, gatewayA, vlan(5)), ""), Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "vsid-on-bridge", Need: Uplink, What: "a VSID on an L2Bridge", Sure: Guess,
			Ask: binds("L2Bridge", subnet(subnetA, gatewayA, vsid(5000)), ""), Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "vxlan-port-on-bridge", Need: Uplink, What: "the policy VxlanPort on an L2Bridge", Source: "the code's name", Sure: Named,
			Ask: binds("L2Bridge", plain, policy("VxlanPort", `{"Port":4789}`)), Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "remote-subnet-on-bridge", Need: Uplink, What: "the policy RemoteSubnetRoute on an L2Bridge", Source: "the code's name", Sure: Named,
			Ask: binds("L2Bridge", plain, policy("RemoteSubnetRoute", `{}`)), Want: code(hostnet.CodeInvalidPolicyType)},
		{Name: "network-acl", Need: Uplink, What: "the network policy NetworkACL", Source: "`NetworkACLPolicyVersion`; the code is a guess", Sure: Guess,
			Ask:  binds("L2Bridge", plain, policy("NetworkACL", `{"Action":"Allow","Direction":"In"}`)),
			Want: needs(hcnspec.FeatureNetworkACL, hostnet.CodeInvalidPolicyType)},
		{Name: "network-policy-twice", Need: Uplink, What: "adding a network policy that already exists", Source: "the code's name", Sure: Named,
			Ask: func(a *Asker) Answer {
				id := a.overlay()
				if answer := a.Modify(Network, id, policyRequest("Add", remoteSubnet)); answer != OK {
					return answer
				}
				return a.Modify(Network, id, policyRequest("Add", remoteSubnet))
			}, Want: code(hostnet.CodePolicyAlreadyExists)},
		{Name: "network-policy-remove-absent", Need: Uplink, What: "removing a network policy that is not there", Source: "the code's name", Sure: Named,
			Ask:  func(a *Asker) Answer { return a.Modify(Network, a.overlay(), policyRequest("Remove", remoteSubnet)) },
			Want: code(hostnet.CodePolicyNotFound)},
	}
}

// endpointOn creates an endpoint on a network that HNS may reject too.
func endpointOn(kind, subnets string) func(*Asker) Answer {
	return func(a *Asker) Answer {
		net, answer := a.Create(Network, "", a.bound("ipv6", kind, subnets, ""))
		if answer != OK {
			return answer
		}
		return created(a, Endpoint, net, endpoint("ipv6", "", ""))
	}
}

// ipv6Alone expects that HNS has no subnet for the endpoint, or before 11.10 rejects the network.
func ipv6Alone(v hcnspec.Version) Answer {
	if hcnspec.FeatureIPv6DualStack.In(v) {
		return Refused(hostnet.CodeSubnetNotFound)
	}
	return Refused(hostnet.CodeInvalidNetwork)
}

// remoteSubnet routes subnetB to another node.
var remoteSubnet = policy("RemoteSubnetRoute", `{"DestinationPrefix":"`+subnetB+`","IsolationId":5000,"ProviderAddress":"203.0.113.200","DistributedRouterMacAddress":"00-12-34-56-78-9a"}`)
