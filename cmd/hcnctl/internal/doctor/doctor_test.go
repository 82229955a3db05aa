package doctor

import (
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
)

// healthy is a node without a fault: one network, a pod with a published port, the host's own endpoint, a
// remote one, and the address that kube-proxy keeps for itself.
func healthy() Facts {
	mapping := hcnspec.NewPolicy(hcnspec.PortMapping, hcnspec.PortMappingSetting{Protocol: 6, ExternalPort: 80, InternalPort: 8080})
	n := &node.Node{
		Version: hcnspec.Version{Major: 13, Minor: 3},
		Adapters: []hostnet.Adapter{{Name: "Ethernet", Up: true, Gateway: netip.MustParseAddr("10.127.0.1"),
			Addresses: []netip.Prefix{netip.MustParsePrefix("10.127.0.10/24")}}},
		Networks: []hcnspec.Network{{ID: "N1", Name: "cbr0", Type: hcnspec.L2Bridge,
			Policies: []hcnspec.Policy{hcnspec.NewPolicy(hcnspec.NetAdapterName, hcnspec.NetAdapterNameSetting{NetworkAdapterName: "Ethernet"})},
			Ipams:    []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{{IPAddressPrefix: "10.244.3.0/24"}}}}}},
		Namespaces: []hcnspec.Namespace{{ID: "NS1", Resources: []hcnspec.NamespaceResource{{Type: hcnspec.NamespaceEndpoint, Data: json.RawMessage(`{"Id":"e1"}`)}}}},
		Endpoints: []hcnspec.Endpoint{
			endpoint("E1", "pod_cbr0", "NS1", "10.244.3.5", mapping),
			endpoint("E2", "cbr0_ep", "", "10.244.3.2"),
			endpoint("E3", "Ethernet_9", "", "10.244.7.5"),
		},
		LoadBalancers: []hcnspec.LoadBalancer{{ID: "L1", FrontendVIPs: []string{"10.96.0.10"}, Endpoints: []string{"e1", "E3"}}},
	}
	n.Endpoints[2].Flags = hcnspec.EndpointFlagRemote
	return Facts{
		Node: n, ConfDir: "/conf", Confs: []string{"/conf/a.conf"}, BinDir: "/bin",
		Needed: []Executable{{Name: "sdnbridge", Found: true}, {Name: "host-local", Optional: true}},
		Reservations: []ipam.Reservation{
			{Network: "cbr0", Address: netip.MustParseAddr("10.244.3.5"), Container: "pod", IfName: "eth0"},
			{Network: "cbr0", Address: netip.MustParseAddr("10.244.3.9"), Container: "kube-proxy", IfName: "source-vip"},
		},
	}
}

func endpoint(id, name, namespace, address string, policies ...hcnspec.Policy) hcnspec.Endpoint {
	return hcnspec.Endpoint{ID: id, Name: name, Network: "n1", Namespace: namespace, Policies: policies,
		IPConfigs: []hcnspec.IPConfig{{IPAddress: address, PrefixLength: 24}}}
}

func TestHealthyNode(t *testing.T) {
	for _, f := range Diagnose(healthy()) {
		if f.Level != Fine {
			t.Errorf("a healthy node has the finding %+v", f)
		}
	}
}

const badHealth = `{"Health":{"LastErrorCode":2151350278}}`

// Each fault on an otherwise healthy node gives its own findings and no others.
func TestFaults(t *testing.T) {
	for _, row := range []struct {
		name  string
		fault func(*Facts)
		want  []Finding
	}{
		{"HNS too old", func(f *Facts) { f.Node.Version = hcnspec.Version{Major: 9, Minor: 1} }, []Finding{
			{Problem, "hns", "HNS 9.1 is older than 9.2+", "use Windows Server 2019 or newer"}}},
		{"no uplink", func(f *Facts) { f.Node.Adapters[0].Up = false }, []Finding{
			{Problem, "uplink", "no adapter is up with an address and a default route", "check the cable, DHCP, and whether a network was just created: its switch takes over the address within 20 seconds"}}},
		{"network is ill", func(f *Facts) { f.Node.Networks[0].Health.Extra.Resources = json.RawMessage(badHealth) }, []Finding{
			{Problem, "networks", `network "cbr0" is not healthy: HCN_E_ADAPTER_NOT_FOUND (0x803b0006)`, again}}},
		{"network is incomplete", func(f *Facts) { f.Node.Networks[0].Ipams = nil }, []Finding{
			{Problem, "networks", `network "cbr0" has no subnet: a reboot left it incomplete`, again}}},
		{"adapter is gone", func(f *Facts) { f.Node.Adapters[0].Name = "Ethernet 2" }, []Finding{
			{Problem, "networks", `network "cbr0" is bound to adapter "Ethernet", which no longer exists`, again}}},
		{"two NAT networks", func(f *Facts) {
			for _, name := range []string{"nat", "nat2"} {
				f.Node.Networks = append(f.Node.Networks, hcnspec.Network{ID: name, Name: name, Ipams: f.Node.Networks[0].Ipams})
			}
		}, []Finding{{Warning, "networks", "2 NAT networks (nat, nat2)", "keep one: published ports on two of them can hang HNS until a reboot (Windows-Containers#140)"}}},
		{"two types on one adapter", func(f *Facts) {
			other := f.Node.Networks[0]
			other.ID, other.Name, other.Type, other.Policies = "N2", "lan", hcnspec.Transparent, nil
			f.Node.Networks = append(f.Node.Networks, other)
		}, []Finding{{Warning, "networks", `2 networks share the adapter "Ethernet": "cbr0" (L2Bridge), "lan" (Transparent)`, node.Sharing}}},
		{"two of one type on one adapter", func(f *Facts) {
			other := f.Node.Networks[0]
			other.ID, other.Name = "N2", "External"
			f.Node.Networks = append(f.Node.Networks, other)
		}, nil},
		{"no configuration", func(f *Facts) { f.Confs = nil }, []Finding{
			{Problem, "configuration", "no configuration in /conf", "hcnctl install, or hcnctl conf generate --file /conf/10-hcnctl.conflist"}}},
		{"broken configuration", func(f *Facts) {
			f.ConfFindings = []confcheck.Finding{{File: "a.conf", Line: 2, Column: 3, Severity: confcheck.Error, Message: "bad"}, {File: "a.conf", Severity: confcheck.Warning, Message: "odd"}}
		}, []Finding{
			{Problem, "configuration", "a.conf:2:3: error: bad", edit},
			{Warning, "configuration", "a.conf: warning: odd", edit}}},
		{"executable is missing", func(f *Facts) { f.Needed[0].Found = false }, []Finding{
			{Problem, "executables", "sdnbridge is missing in /bin", "hcnctl install --bin-dir /bin, or copy the plugin there"}}},
		{"endpoint is leaked with its port", func(f *Facts) { f.Node.Namespaces = nil }, []Finding{
			{Warning, "endpoints", `endpoint "pod_cbr0" (E1) is orphaned: no namespace holds it`, "hcnctl gc"},
			{Warning, "ports", `port 80/tcp is held by endpoint "pod_cbr0", which no pod uses`, "hcnctl gc"}}},
		{"endpoint is ill", func(f *Facts) { f.Node.Endpoints[0].Health.Extra.Resources = json.RawMessage(badHealth) }, []Finding{
			{Problem, "endpoints", `endpoint "pod_cbr0" (E1) is not healthy: HCN_E_ADAPTER_NOT_FOUND (0x803b0006)`, "restart its pod"}}},
		{"endpoint of a network that is gone", func(f *Facts) { f.Node.Endpoints[2].Network = "gone" }, []Finding{
			{Warning, "endpoints", `endpoint "Ethernet_9" (E3) belongs to a network that no longer exists (gone)`, "hcnctl endpoint rm E3"}}},
		{"address is reserved without a pod", func(f *Facts) { f.Reservations[1].Container = "dead" }, []Finding{
			{Warning, "addresses", `10.244.3.9 is reserved for container "dead" on "cbr0", but no endpoint has it`, "hcnctl gc"}}},
		{"address is not reserved", func(f *Facts) { f.Reservations = f.Reservations[1:] }, []Finding{
			{Warning, "addresses", `endpoint "pod_cbr0" has 10.244.3.5, which host-local has not reserved`, "restart its pod before host-local gives the address to another one"}}},
		{"duplicate address", func(f *Facts) { f.Node.Endpoints[2].IPConfigs = f.Node.Endpoints[0].IPConfigs }, []Finding{
			{Problem, "addresses", `10.244.3.5 is the address of two endpoints: "pod_cbr0" (attached) and "Ethernet_9" (remote)`, "delete the stale one (hcnctl endpoint rm); restart the pod of the other"}}},
		{"port is published twice", func(f *Facts) { f.Node.Endpoints[1].Policies = f.Node.Endpoints[0].Policies }, []Finding{
			{Problem, "ports", `port 80/tcp is published by two endpoints: "pod_cbr0" and "cbr0_ep"`, "restart one of the pods with another hostPort"}}},
		{"load balancer is empty", func(f *Facts) { f.Node.LoadBalancers[0].Endpoints = nil }, []Finding{
			{Warning, "load balancers", "load balancer 10.96.0.10 (L1) has no members: clients get no answer", "hcnctl loadbalancer rm L1, unless kube-proxy is about to fill it"}}},
		{"endpoint is gone", func(f *Facts) { f.Node.Endpoints[0].ID = "E9" }, []Finding{
			{Warning, "namespaces", "namespace NS1 holds endpoint e1, which no longer exists", "delete the pod; the runtime then removes the namespace"},
			{Warning, "load balancers", "load balancer 10.96.0.10 (L1) refers to endpoint e1, which no longer exists", "restart kube-proxy if it created it; GC removes the entry if a CNI configuration did"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := healthy()
			row.fault(&f)
			var got []Finding
			for _, finding := range Diagnose(f) {
				if finding.Level != Fine {
					got = append(got, finding)
				}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const (
	again = "delete it (hcnctl network rm --force cbr0); the next ADD or hcnctl network create recreates it"
	edit  = "edit the file; then validate it again with hcnctl conf validate"
)

// gc removes exactly the objects that the plugins created and no pod has.
func TestOrphanEndpoints(t *testing.T) {
	n := healthy().Node
	n.Endpoints = append(n.Endpoints,
		endpoint("O1", "idle_cbr0", "", "10.244.3.20"),
		endpoint("O2", "stale_cbr0", "NS-GONE", "10.244.3.21"),
		endpoint("O3", "second_cbr0@net1", "00000000-0000-0000-0000-000000000000", "10.244.3.22"),
		endpoint("X1", "named-by-another-cni", "", "10.244.3.23"),
		endpoint("X2", "pod_othernet", "", "10.244.3.24"),
		endpoint("X3", "held_cbr0", "", "10.244.3.25"),
		endpoint("X4", "remote_cbr0", "", "10.244.8.1"))
	n.Endpoints[len(n.Endpoints)-1].Flags = hcnspec.EndpointFlagRemote
	n.Namespaces[0].Resources = append(n.Namespaces[0].Resources, hcnspec.NamespaceResource{Type: hcnspec.NamespaceEndpoint, Data: json.RawMessage(`{"Id":"x3"}`)})
	var got []string
	for _, e := range OrphanEndpoints(n) {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff([]string{"O1", "O2", "O3"}, got); diff != "" {
		t.Error(diff)
	}
}
