package attach

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// TestForeign: what the live network does not accept, and the same for the network that ADD would create.
func TestForeign(t *testing.T) {
	const (
		hop = "the next hop 10.9.9.9 of the route to 169.254.169.254/32 is in no subnet of the network, which has [10.244.3.0/24]; HNS rejects the route"
		far = `"10.9.0.0/16": network "podnet" has [10.244.3.0/24], so HNS accepts no address of this subnet`
	)
	for _, row := range []struct {
		name, ipam, more string
		live, created    confdoc.Findings
	}{
		{name: "host-local", ipam: `{"type":"host-local","subnet":"10.244.3.0/24","routes":[{"dst":"169.254.169.254/32","gw":"10.244.3.7"}]}`},
		{name: "next hop of IPAM", ipam: `{"type":"host-local","subnet":"10.244.3.0/24","routes":[{"dst":"169.254.169.254/32","gw":"10.9.9.9"}]}`,
			live: confdoc.Findings{{Path: "ipam.routes", Message: hop}}, created: confdoc.Findings{{Path: "ipam.routes", Message: hop}}},
		{name: "next hop of the configuration", ipam: `{"subnet":"10.244.3.0/24"}`,
			more: `,"additionalRoutes":[{"dst":"169.254.169.254/32","gw":"10.9.9.9"}]`,
			live: confdoc.Findings{{Path: "additionalRoutes", Message: hop}}, created: confdoc.Findings{{Path: "additionalRoutes", Message: hop}}},
		{name: "routes that only another IPAM plugin knows", ipam: `{"type":"azure-vnet-ipam","routes":[{"dst":"169.254.169.254/32","gw":"10.9.9.9"}]}`,
			created: confdoc.Findings{{Path: "ipam.subnet", Message: `is missing: network "podnet" does not exist, and a new L2Bridge network needs a subnet; add it here, or create the network first`}}},
		{name: "two ranges of one subnet", ipam: `{"type":"host-local","ranges":[[{"subnet":"10.244.3.0/24","rangeEnd":"10.244.3.50"},{"subnet":"10.244.3.0/24","rangeStart":"10.244.3.99"}]]}`},
		{name: "subnets that overlap", ipam: `{"type":"host-local","ranges":[[{"subnet":"10.244.3.0/24","rangeEnd":"10.244.3.50"},{"subnet":"10.244.0.0/16","rangeStart":"10.244.4.0"}]]}`,
			created: confdoc.Findings{{Path: "ipam.ranges[0][1].subnet", Message: `"10.244.0.0/16": overlaps 10.244.3.0/24; HNS creates no network with both`}}},
		{name: "IPv6 alone", ipam: `{"type":"calico-ipam","subnet":"fd00:9::/64"}`,
			created: confdoc.Findings{{Path: "ipam.subnet", Message: "[fd00:9::/64]: HNS creates no endpoint on a network with IPv6 subnets alone (WC#522); add an IPv4 subnet"}}},
		{name: "another subnet", ipam: `{"type":"host-local","subnet":"10.9.0.0/16"}`, live: confdoc.Findings{{Path: "ipam.subnet", Message: far}}},
	} {
		conf, problems := netconf.Parse(netconf.Input{Verb: "STATUS",
			Stdin: []byte(`{"cniVersion":"1.1.0","name":"podnet","type":"sdnbridge","ipam":` + row.ipam + row.more + `}`)})
		if err := problems.Err(); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		network := &hcnspec.Network{Name: "podnet", Ipams: []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{{IPAddressPrefix: "10.244.3.0/24"}}}}}
		if diff := cmp.Diff(row.live, Foreign(conf, network)); diff != "" {
			t.Errorf("%s on the live network: -want +got:\n%s", row.name, diff)
		}
		if diff := cmp.Diff(row.created, SDNBridge.Uncreatable(conf)); diff != "" {
			t.Errorf("%s on a new network: -want +got:\n%s", row.name, diff)
		}
	}
}
