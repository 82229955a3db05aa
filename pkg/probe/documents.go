package probe

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// The prefixes of probes are those reserved for documentation (RFC 5737, RFC 3849): no node uses them.
const (
	subnetA  = "192.0.2.0/24"
	gatewayA = "192.0.2.1"
	podA     = "192.0.2.77"
	subnetB  = "198.51.100.0/24"
	gatewayB = "198.51.100.1"
	podB     = "198.51.100.77"
	subnet6  = "2001:db8::/64"
	gateway6 = "2001:db8::1"
	vip      = "203.0.113.10"
	nobody   = "9b0be000-0000-4000-8000-00000000dead" // an ID that no object has
)

const v2 = `"SchemaVersion":{"Major":2,"Minor":0}`

// subnet is an entry of Ipams[].Subnets with a default route.
func subnet(prefix, gateway, policies string) string {
	all := hcnspec.DefaultRoute4
	if strings.Contains(prefix, ":") {
		all = hcnspec.DefaultRoute6
	}
	routes := ""
	if gateway != "" {
		routes = fmt.Sprintf(`,"Routes":[{"NextHop":%q,"DestinationPrefix":%q}]`, gateway, all)
	}
	if policies != "" {
		policies = `,"Policies":[` + policies + `]`
	}
	return fmt.Sprintf(`{"IpAddressPrefix":%q%s%s}`, prefix, routes, policies)
}

// network is a network's document. more holds further fields, each preceded by a comma.
func network(name, kind, subnets, more string) string {
	return fmt.Sprintf(`{"Name":%q,"Type":%q,"Ipams":[{"Type":"Static","Subnets":[%s]}]%s,%s}`, NamePrefix+name, kind, subnets, more, v2)
}

func natNetwork() string { return network("nat", "NAT", subnet(subnetA, gatewayA, ""), "") }

func policy(kind, settings string) string {
	return fmt.Sprintf(`{"Type":%q,"Settings":%s}`, kind, settings)
}

func vsid(id int) string { return policy("VSID", fmt.Sprintf(`{"IsolationId":%d}`, id)) }
func vlan(id int) string { return policy("VLAN", fmt.Sprintf(`{"IsolationId":%d}`, id)) }

// bound is a network of the given kind on the uplink; policies are further network policies.
func (a *Asker) bound(name, kind, subnets, policies string) string {
	if policies != "" {
		policies = "," + policies
	}
	adapter, _ := json.Marshal(map[string]string{"NetworkAdapterName": a.uplink}) // a map of strings always marshals
	return network(name, kind, subnets, fmt.Sprintf(`,"Policies":[%s%s]`, policy("NetAdapterName", string(adapter)), policies))
}

func (a *Asker) bridge() string {
	return a.Made(Network, "", a.bound("bridge", "L2Bridge", subnet(subnetA, gatewayA, ""), ""))
}

func (a *Asker) overlay() string {
	return a.Made(Network, "", a.bound("overlay", "Overlay", subnet(subnetA, gatewayA, vsid(5000)), ""))
}

func (a *Asker) nat() string { return a.Made(Network, "", natNetwork()) }

// endpoint is an endpoint's document. address may be empty: HNS chooses.
func endpoint(name, address, more string) string {
	if address != "" {
		more += fmt.Sprintf(`,"IpConfigurations":[{"IpAddress":%q}]`, address)
	}
	return fmt.Sprintf(`{"Name":%q%s,%s}`, NamePrefix+name, more, v2)
}

func withPolicies(policies ...string) string {
	return `,"Policies":[` + strings.Join(policies, ",") + `]`
}

func mapping(protocol, inside, outside int, vip string, flags int) string {
	return policy("PortMapping", fmt.Sprintf(`{"Protocol":%d,"InternalPort":%d,"ExternalPort":%d,"VIP":%q,"Flags":%d}`, protocol, inside, outside, vip, flags))
}

func namespace(kind string) string { return fmt.Sprintf(`{"Type":%q,%s}`, kind, v2) }

// balancer is a load balancer of one port.
func balancer(endpoint, vip string, port int, more string) string {
	return fmt.Sprintf(`{"HostComputeEndpoints":[%q],"FrontendVIPs":[%q],"PortMappings":[{"Protocol":6,"InternalPort":8080,"ExternalPort":%d}]%s,%s}`,
		endpoint, vip, port, more, v2)
}

func policyRequest(how string, policies ...string) string {
	return fmt.Sprintf(`{"ResourceType":"Policy","RequestType":%q,"Settings":{"Policies":[%s]}}`, how, strings.Join(policies, ","))
}

func member(how, endpoint string) string {
	return fmt.Sprintf(`{"ResourceType":"Endpoint","RequestType":%q,"Settings":{"EndpointId":%q}}`, how, endpoint)
}

// filter is a query for objects with a field of that value.
func filter(field, value string) string {
	text, _ := json.Marshal(fmt.Sprintf(`{%q:%s}`, field, value)) // a string always marshals
	return fmt.Sprintf(`{"Filter":%s,%s}`, text, v2)
}

// isNAT reports whether a network's document is one of NAT, the type that HNS omits.
func isNAT(document string) bool {
	var n struct{ Type, Name string }
	return json.Unmarshal([]byte(document), &n) == nil && (n.Type == "" || strings.EqualFold(n.Type, "nat")) && !strings.HasPrefix(n.Name, NamePrefix)
}
