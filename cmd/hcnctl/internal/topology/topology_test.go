package topology

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

func TestDrawings(t *testing.T) {
	pictures := map[string]*Picture{"sample": New(sample()), "empty": New(&node.Node{Version: hcnspec.Version{Major: 15, Minor: 4}})}
	for name, p := range pictures {
		for suffix, drawing := range map[string]string{"txt": p.Tree(), "mmd": p.Mermaid(), "dot": p.DOT(), "svg": p.SVG()} {
			golden.Compare(t, drawn(name+"."+suffix), drawing)
		}
	}
}

func TestSVGIsWellFormedWhateverNamesAre(t *testing.T) {
	n := sample()
	n.Networks[0].Name = `<script>"&'` + strings.Repeat("long", 50)
	n.Endpoints[0].Name = `</text>]]>`
	d := xml.NewDecoder(strings.NewReader(New(n).SVG()))
	texts := map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			texts[string(text)] = true
		}
	}
	for _, want := range []string{n.Networks[0].Name, n.Endpoints[0].Name} {
		if !texts[want] {
			t.Errorf("the drawing does not have the text %q", want)
		}
	}
}

// No two cards of a column may cover each other, however many there are.
func TestCardsDoNotOverlap(t *testing.T) {
	n := sample()
	for i := range 40 {
		n.LoadBalancers = append(n.LoadBalancers, hcnspec.LoadBalancer{ID: fmt.Sprint(i), Endpoints: []string{n.Endpoints[i%4].ID}, FrontendVIPs: []string{"10.96.1.1"}})
	}
	l := New(n).layOut()
	columns := map[string][]span{"adapters": l.adapters, "networks": l.networks, "balancers": l.balancers, "bands": l.bands}
	for i, cards := range l.endpoints {
		columns[fmt.Sprint("endpoints of network ", i)] = cards
	}
	for name, cards := range columns {
		for i, a := range cards {
			if a.y+a.height > l.height {
				t.Errorf("%s: card %d ends at %v, below the drawing's %v", name, i, a.y+a.height, l.height)
			}
			for _, b := range cards[i+1:] {
				if a.y < b.y+b.height && b.y < a.y+a.height {
					t.Errorf("%s: %v and %v overlap", name, a, b)
				}
			}
		}
	}
}

// drawn returns the file of a drawing; the operator's guide shows one of them.
func drawn(name string) string {
	if name == "sample.svg" {
		return "../../../../docs/topology.svg"
	}
	return filepath.Join("testdata", name)
}

// sample is a node with everything on it: three networks, pods, a pod in two networks, a leak, a remote
// endpoint, the host's own, and load balancers.
func sample() *node.Node {
	n := &node.Node{
		Version: hcnspec.Version{Major: 13, Minor: 3},
		Adapters: []hostnet.Adapter{
			{Name: "Ethernet", Up: true, MAC: "00:15:5d:7f:00:0a"},
			{Name: "vEthernet (Ethernet)", Up: true, Virtual: true, Addresses: []netip.Prefix{netip.MustParsePrefix("10.127.0.10/24")}, Gateway: netip.MustParseAddr("10.127.0.1")},
			{Name: "Ethernet 2"},
		},
		Networks: []hcnspec.Network{
			sampleNetwork("cbr0", hcnspec.L2Bridge, "10.244.3.0/24", "10.244.3.1", "Ethernet"),
			sampleNetwork("flannel.4096", hcnspec.Overlay, "10.245.3.0/24", "10.245.3.1", "Ethernet"),
			sampleNetwork("nat", "", "172.20.0.0/20", "172.20.0.1", ""),
		},
		Namespaces: []hcnspec.Namespace{{ID: guid(0xa1)}, {ID: guid(0xa2)}, {ID: guid(0xa3)}},
	}
	n.Networks[1].Ipams[0].Subnets[0].Policies = []hcnspec.Policy{hcnspec.NewPolicy(hcnspec.VSID, hcnspec.IsolationSetting{IsolationID: 4096})}
	nat := hcnspec.NewPolicy(hcnspec.OutBoundNAT, hcnspec.OutboundNATSetting{})
	acl := hcnspec.NewPolicy(hcnspec.ACL, hcnspec.ACLSetting{})
	route := hcnspec.NewPolicy(hcnspec.SDNRoutePolicy, hcnspec.SDNRouteSetting{NeedEncap: true})
	pa := hcnspec.NewPolicy(hcnspec.ProviderAddress, hcnspec.ProviderAddressSetting{})
	port := func(host, pod uint16) hcnspec.Policy {
		return hcnspec.NewPolicy(hcnspec.PortMapping, hcnspec.PortMappingSetting{Protocol: 6, ExternalPort: host, InternalPort: pod})
	}
	n.Endpoints = []hcnspec.Endpoint{
		sampleEndpoint(1, 1, "d3b07384d113edec49eaa6238ad5ff00_cbr0", "10.244.3.7/24", guid(0xa1), port(8080, 80), port(8443, 443), nat, acl, acl, acl, route, route),
		sampleEndpoint(2, 1, "c157a79031e1c40f85931829bc5fc552_cbr0", "10.244.3.9/24", guid(0xa2), nat, route),
		sampleEndpoint(3, 1, "cbr0_ep", "10.244.3.2/24", ""),
		sampleEndpoint(4, 1, "a3c65c2974270fd093ee8a9bf8ae7d0b_cbr0", "10.244.3.4/24", guid(0xdd), nat),
		sampleEndpoint(5, 2, "c157a79031e1c40f85931829bc5fc552_flannel.4096@net1", "10.245.3.6/24", guid(0xa2), nat, route, pa),
		sampleEndpoint(6, 2, "Ethernet_6", "10.245.9.4/16", ""),
		sampleEndpoint(7, 3, "web_nat", "172.20.5.17/20", guid(0xa3), port(80, 80)),
		sampleEndpoint(8, 3, "9d5ed678fe57bcca610140957afab571_nat", "172.20.5.18/20", ""),
	}
	n.Endpoints[5].Flags = hcnspec.EndpointFlagRemote
	n.LoadBalancers = []hcnspec.LoadBalancer{
		{ID: guid(0xe1), FrontendVIPs: []string{"10.96.0.10"}, Flags: hcnspec.LoadBalancerDSR, Endpoints: []string{guid(1), guid(2)},
			PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 17, ExternalPort: 53, InternalPort: 5353}}},
		{ID: guid(0xe2), FrontendVIPs: []string{"10.96.71.4"}, Endpoints: []string{guid(5), guid(6)},
			PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 6, ExternalPort: 80, InternalPort: 8080}}},
	}
	return n
}

func guid(n int) string { return fmt.Sprintf("%08X-0000-4000-8000-0000000000%02X", n*0x1010101, n) }

func sampleNetwork(name string, t hcnspec.NetworkType, prefix, gateway, adapter string) hcnspec.Network {
	id := map[string]string{"cbr0": "N1", "flannel.4096": "N2", "nat": "N3"}[name]
	doc := hcnspec.Network{ID: id, Name: name, Type: t, Ipams: []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{
		{IPAddressPrefix: prefix, Routes: []hcnspec.Route{{NextHop: gateway, DestinationPrefix: hcnspec.DefaultRoute4}}}}}}}
	if adapter != "" {
		doc.Policies = []hcnspec.Policy{hcnspec.NewPolicy(hcnspec.NetAdapterName, hcnspec.NetAdapterNameSetting{NetworkAdapterName: adapter}),
			{Type: hcnspec.HostRoute, Settings: json.RawMessage("{}")}}
	}
	return doc
}

func sampleEndpoint(n, network int, name, address, namespace string, policies ...hcnspec.Policy) hcnspec.Endpoint {
	prefix := netip.MustParsePrefix(address)
	return hcnspec.Endpoint{ID: guid(n), Name: name, Network: fmt.Sprintf("N%d", network), Namespace: namespace, Policies: policies,
		MAC:       fmt.Sprintf("00-15-5D-7F-00-%02X", n),
		IPConfigs: []hcnspec.IPConfig{{IPAddress: prefix.Addr().String(), PrefixLength: uint8(prefix.Bits())}}}
}
