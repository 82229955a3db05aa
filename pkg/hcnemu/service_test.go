package hcnemu

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Every method makes the calls that hnslib v0.1.3 makes, in its order.
func TestCallsOfService(t *testing.T) {
	n := newNode(t, `{"version":"16.0"}`)
	network := n.create(KindNetwork, "", bridgeDoc)
	namespace := n.create(KindNamespace, "", namespaceDoc)
	one := n.create(KindEndpoint, network, endpointDoc)
	lb := n.create(KindLoadBalancer, "", balancerDoc(one, "10.96.0.1", 80))
	s := n.host.Service()
	for _, row := range []struct {
		name, calls string // without Hcn
		call        func(context.Context) error
	}{
		{"Version", "HNSCall", func(ctx context.Context) error { _, err := s.Version(ctx); return err }},
		{"Adapters", "", func(ctx context.Context) error { _, err := s.Adapters(ctx); return err }},
		{"NetworkByName", "EnumerateNetworks OpenNetwork QueryNetworkProperties CloseNetwork", func(ctx context.Context) error { _, err := s.NetworkByName(ctx, "cbr0"); return err }},
		{"Networks", "EnumerateNetworks OpenNetwork QueryNetworkProperties CloseNetwork", func(ctx context.Context) error { _, err := s.Networks(ctx); return err }},
		{"CreateNetwork", "CreateNetwork QueryNetworkProperties CloseNetwork", func(ctx context.Context) error {
			_, err := s.CreateNetwork(ctx, &hcnspec.Network{Name: "n", SchemaVersion: hcnspec.SchemaV2})
			return err
		}},
		{"EndpointsByName", "EnumerateEndpoints OpenEndpoint QueryEndpointProperties CloseEndpoint", func(ctx context.Context) error { _, err := s.EndpointsByName(ctx, "pod"); return err }},
		{"EndpointsOfNetwork", "EnumerateEndpoints OpenEndpoint QueryEndpointProperties CloseEndpoint", func(ctx context.Context) error { _, err := s.EndpointsOfNetwork(ctx, network); return err }},
		{"Endpoints", "EnumerateEndpoints OpenEndpoint QueryEndpointProperties CloseEndpoint", func(ctx context.Context) error { _, err := s.Endpoints(ctx); return err }},
		{"CreateEndpoint", "OpenNetwork CreateEndpoint QueryEndpointProperties CloseEndpoint CloseNetwork", func(ctx context.Context) error {
			_, err := s.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: "two", Network: network, SchemaVersion: hcnspec.SchemaV2})
			return err
		}},
		{"AddEndpointPolicies", "OpenEndpoint ModifyEndpoint QueryEndpointProperties CloseEndpoint", func(ctx context.Context) error {
			return s.AddEndpointPolicies(ctx, one, []hcnspec.Policy{hcnspec.NewPolicy(hcnspec.PortName, hcnspec.PortNameSetting{Name: "p"})})
		}},
		{"Namespaces", "EnumerateNamespaces OpenNamespace QueryNamespaceProperties CloseNamespace OpenNamespace QueryNamespaceProperties CloseNamespace", func(ctx context.Context) error { _, err := s.Namespaces(ctx); return err }},
		{"Attach", "OpenNamespace ModifyNamespace QueryNamespaceProperties CloseNamespace", func(ctx context.Context) error { return s.Attach(ctx, namespace, one) }},
		{"Detach", "OpenNamespace ModifyNamespace QueryNamespaceProperties CloseNamespace", func(ctx context.Context) error { return s.Detach(ctx, namespace, one) }},
		{"LoadBalancers", "EnumerateLoadBalancers OpenLoadBalancer QueryLoadBalancerProperties CloseLoadBalancer", func(ctx context.Context) error { _, err := s.LoadBalancers(ctx); return err }},
		{"ModifyLoadBalancer", "OpenLoadBalancer ModifyLoadBalancer QueryLoadBalancerProperties CloseLoadBalancer", func(ctx context.Context) error {
			return s.ModifyLoadBalancer(ctx, &hcnspec.LoadBalancer{ID: lb, Endpoints: []string{one}, PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 17, InternalPort: 53, ExternalPort: 53}}})
		}},
		{"DeleteLoadBalancer", "DeleteLoadBalancer", func(ctx context.Context) error { return s.DeleteLoadBalancer(ctx, lb) }},
		{"CreateLoadBalancer", "CreateLoadBalancer QueryLoadBalancerProperties CloseLoadBalancer", func(ctx context.Context) error {
			_, err := s.CreateLoadBalancer(ctx, &hcnspec.LoadBalancer{Endpoints: []string{one}, PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 17, InternalPort: 53, ExternalPort: 53}}})
			return err
		}},
		{"CreateNamespace", "CreateNamespace QueryNamespaceProperties CloseNamespace", func(ctx context.Context) error {
			_, err := s.CreateNamespace(ctx, &hcnspec.Namespace{Type: hcnspec.NamespaceHost})
			return err
		}},
		{"DeleteEndpoint", "DeleteEndpoint", func(ctx context.Context) error { return s.DeleteEndpoint(ctx, one) }},
		{"DeleteNamespace", "DeleteNamespace", func(ctx context.Context) error { return s.DeleteNamespace(ctx, namespace) }},
		{"DeleteNetwork", "DeleteNetwork", func(ctx context.Context) error { return s.DeleteNetwork(ctx, network) }},
	} {
		before := len(n.journal())
		if err := row.call(t.Context()); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		var calls []string
		for _, c := range n.journal()[before:] {
			calls = append(calls, strings.TrimPrefix(c.API, "Hcn"))
		}
		if got := strings.Join(calls, " "); got != row.calls {
			t.Errorf("%s: %s, want %s", row.name, got, row.calls)
		}
	}
}

func TestErrorsOfService(t *testing.T) {
	n := newNode(t, "")
	s := n.host.Service()
	ctx := t.Context()
	_, err := s.NetworkByName(ctx, "none")
	if !errors.Is(err, hostnet.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	before := len(n.journal())
	_, err = s.CreateEndpoint(ctx, &hcnspec.Endpoint{Network: "x"})
	refused(t, err, hostnet.CodeGUIDConversionFailure)
	_, err = s.CreateEndpoint(ctx, &hcnspec.Endpoint{Network: missing, Namespace: missing})
	refused(t, err, hostnet.CodeInvalidEndpoint)
	refused(t, s.DeleteEndpoint(ctx, ""), hostnet.CodeGUIDConversionFailure)
	refused(t, s.Attach(ctx, "C:\\netns", missing), hostnet.CodeGUIDConversionFailure)
	for _, subnet := range []hcnspec.Subnet{{IPAddressPrefix: "10.0.0.0/24"}, {IPAddressPrefix: "10.0.0.0/24", Routes: []hcnspec.Route{{}}}} {
		_, err = s.CreateNetwork(ctx, &hcnspec.Network{Ipams: []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{subnet}}}})
		refused(t, err, hostnet.CodeInvalidNetwork)
	}
	if len(n.journal()) != before {
		t.Errorf("what the library refuses made calls: %v", n.journal()[before:])
	}
}

func TestServiceNamesNAT(t *testing.T) {
	n := newNode(t, "")
	made, err := n.host.Service().CreateNetwork(t.Context(), &hcnspec.Network{Name: "nat", Type: hcnspec.NAT, SchemaVersion: hcnspec.SchemaV2})
	n.ok(err)
	found, err := n.host.Service().NetworkByName(t.Context(), "nat")
	n.ok(err)
	if made.Type != hcnspec.NAT || found.Type != hcnspec.NAT {
		t.Errorf("made %q, found %q", made.Type, found.Type)
	}
	if text, err := n.host.Query(KindNetwork, n.open(KindNetwork, made.ID), ""); err != nil || strings.Contains(text, `"Type":"NAT"`) {
		t.Errorf("HNS returned %s %v", text, err)
	}
}

func TestAdapters(t *testing.T) {
	n := newNode(t, "")
	n.create(KindNetwork, "", subnetDoc("NAT", `{"IpAddressPrefix":"172.20.0.0/20"}`))
	n.create(KindNetwork, "", bridgeDoc)
	n.create(KindNetwork, "", `{"Name":"inside","Type":"Private",`+v2+`}`)
	got, err := n.host.Service().Adapters(t.Context())
	n.ok(err)
	want := []hostnet.Adapter{
		{Name: "Ethernet", MAC: "00:15:5d:7f:00:0a", Up: true},
		{Name: "vEthernet (Ethernet)", MAC: "00:15:5d:7f:00:0a", Up: true, Virtual: true,
			Addresses: []netip.Prefix{netip.MustParsePrefix("10.127.0.10/24")}, Gateway: netip.MustParseAddr("10.127.0.1")},
		{Name: "vEthernet (n)", Up: true, Virtual: true, Addresses: []netip.Prefix{netip.MustParsePrefix("172.20.0.1/20")}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{}, netip.Addr{})); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultNATPrefixesDiffer(t *testing.T) {
	n := newNode(t, `{"adapters":[{"name":"Ethernet","addresses":["172.20.7.7/16"]}]}`)
	for _, name := range []string{"a", "b"} {
		n.create(KindNetwork, "", `{"Name":"`+name+`",`+v2+`}`)
	}
	networks, err := n.host.Service().Networks(t.Context())
	n.ok(err)
	got := map[string]string{}
	for _, network := range networks {
		got[network.Name] = network.Subnets()[0].IPAddressPrefix
	}
	host := netip.MustParsePrefix("172.20.0.0/16")
	a, b := netip.MustParsePrefix(got["a"]), netip.MustParsePrefix(got["b"])
	if a.Overlaps(b) || a.Overlaps(host) || b.Overlaps(host) || a.Bits() != 20 || b.Bits() != 20 {
		t.Errorf("prefixes %v on a host with %s", got, host)
	}
}
