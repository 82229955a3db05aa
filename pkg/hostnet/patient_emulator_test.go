package hostnet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// step makes one call of a Patient; journal lists the HCN functions behind it.
type step struct {
	name    string
	call    func(context.Context, *hostnet.Patient) error
	want    error
	journal []string
}

// node has the objects that the steps created.
type node struct {
	network, endpoint, namespace string
	lb                           *hcnspec.LoadBalancer
}

func object(kind string, functions ...string) []string {
	var all []string
	for _, f := range functions {
		all = append(all, "Hcn"+strings.Replace(f, "*", kind, 1))
	}
	return all
}

func read(kind string) []string { return object(kind, "Open*", "Query*Properties", "Close*") }

func lookUp(kind string, found int) []string {
	return append([]string{"HcnEnumerate" + kind + "s"}, slices.Repeat(read(kind), found)...)
}

func modify(kind string) []string {
	return object(kind, "Open*", "Modify*", "Query*Properties", "Close*")
}

func makeObject(kind string) []string { return object(kind, "Create*", "Query*Properties", "Close*") }

func (n *node) steps() []step {
	schema := hcnspec.SchemaV2
	return append(n.stepsOfNetwork(schema), append(n.stepsOfPod(schema), n.stepsDown()...)...)
}

func (n *node) stepsOfNetwork(schema hcnspec.Version) []step {
	subnet := hcnspec.Subnet{IPAddressPrefix: "10.0.0.0/24", Routes: []hcnspec.Route{{NextHop: "10.0.0.1", DestinationPrefix: hcnspec.DefaultRoute4}}}
	return []step{
		{"version", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.Version(ctx); return err }, nil, []string{"HNSCall"}},
		{"adapters", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.Adapters(ctx); return err }, nil, nil},
		{"no network", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.NetworkByName(ctx, "net"); return err }, hostnet.ErrNotFound, append(lookUp("Network", 0), lookUp("Network", 0)...)},
		{"create network", func(ctx context.Context, p *hostnet.Patient) error {
			made, err := p.CreateNetwork(ctx, &hcnspec.Network{Name: "net", Type: hcnspec.NAT, SchemaVersion: schema,
				Ipams: []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{subnet}}}})
			if err == nil {
				n.network = made.ID
			}
			return err
		}, nil, makeObject("Network")},
		{"network", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.NetworkByName(ctx, "net"); return err }, nil, lookUp("Network", 1)},
		{"networks", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.Networks(ctx); return err }, nil, lookUp("Network", 1)},
	}
}

func (n *node) stepsOfPod(schema hcnspec.Version) []step {
	return []step{
		{"create endpoint", func(ctx context.Context, p *hostnet.Patient) error {
			made, err := p.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: "pod", Network: n.network, SchemaVersion: schema})
			if err == nil {
				n.endpoint = made.ID
			}
			return err
		}, nil, []string{"HcnOpenNetwork", "HcnCreateEndpoint", "HcnQueryEndpointProperties", "HcnCloseEndpoint", "HcnCloseNetwork"}},
		{"endpoint by name", func(ctx context.Context, p *hostnet.Patient) error {
			_, err := p.EndpointsByName(ctx, "pod")
			return err
		}, nil, lookUp("Endpoint", 1)},
		{"no endpoint by name", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.EndpointsByName(ctx, "x"); return err }, nil, lookUp("Endpoint", 0)},
		{"endpoints of network", func(ctx context.Context, p *hostnet.Patient) error {
			_, err := p.EndpointsOfNetwork(ctx, n.network)
			return err
		}, nil, lookUp("Endpoint", 1)},
		{"endpoints", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.Endpoints(ctx); return err }, nil, lookUp("Endpoint", 1)},
		{"add policies", func(ctx context.Context, p *hostnet.Patient) error {
			acl := hcnspec.NewPolicy(hcnspec.ACL, hcnspec.ACLSetting{Action: hcnspec.ACLAllow, Direction: hcnspec.ACLIn, RuleType: hcnspec.ACLSwitch, Priority: 200})
			return p.AddEndpointPolicies(ctx, n.endpoint, []hcnspec.Policy{acl})
		}, nil, modify("Endpoint")},
		{"create namespace", func(ctx context.Context, p *hostnet.Patient) error {
			made, err := p.CreateNamespace(ctx, &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: schema})
			if err == nil {
				n.namespace = made.ID
			}
			return err
		}, nil, makeObject("Namespace")},
		{"attach", func(ctx context.Context, p *hostnet.Patient) error { return p.Attach(ctx, n.namespace, n.endpoint) }, nil, modify("Namespace")},
		{"create load balancer", func(ctx context.Context, p *hostnet.Patient) error {
			made, err := p.CreateLoadBalancer(ctx, &hcnspec.LoadBalancer{Endpoints: []string{n.endpoint}, FrontendVIPs: []string{"10.96.0.10"}, SchemaVersion: schema,
				PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 6, InternalPort: 80, ExternalPort: 80}}})
			n.lb = made
			return err
		}, nil, makeObject("LoadBalancer")},
		{"load balancers", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.LoadBalancers(ctx); return err }, nil, lookUp("LoadBalancer", 1)},
		{"modify load balancer", func(ctx context.Context, p *hostnet.Patient) error { return p.ModifyLoadBalancer(ctx, n.lb) }, nil, modify("LoadBalancer")},
	}
}

func (n *node) stepsDown() []step {
	return []step{
		{"delete load balancer", func(ctx context.Context, p *hostnet.Patient) error { return p.DeleteLoadBalancer(ctx, n.lb.ID) }, nil, []string{"HcnDeleteLoadBalancer"}},
		{"detach", func(ctx context.Context, p *hostnet.Patient) error { return p.Detach(ctx, n.namespace, n.endpoint) }, nil, modify("Namespace")},
		{"delete endpoint", func(ctx context.Context, p *hostnet.Patient) error { return p.DeleteEndpoint(ctx, n.endpoint) }, nil, []string{"HcnDeleteEndpoint"}},
		{"delete namespace", func(ctx context.Context, p *hostnet.Patient) error { return p.DeleteNamespace(ctx, n.namespace) }, nil, []string{"HcnDeleteNamespace"}},
		{"the node's own namespace", func(ctx context.Context, p *hostnet.Patient) error { _, err := p.Namespaces(ctx); return err }, nil, lookUp("Namespace", 1)},
		{"delete network", func(ctx context.Context, p *hostnet.Patient) error { return p.DeleteNetwork(ctx, n.network) }, nil, []string{"HcnDeleteNetwork"}},
	}
}

// TestCallsAreThoseOfTheJournal compares Patient's count with the journal of the emulated HNS.
func TestCallsAreThoseOfTheJournal(t *testing.T) {
	host, err := hcnemu.Open(hcnemu.Settings{Dir: t.TempDir(), HostProfile: `{"version":"16.0"}`})
	if err != nil {
		t.Fatal(err)
	}
	p := hostnet.NewPatient(host.Service())
	before := 0
	for _, s := range new(node).steps() {
		if err := s.call(t.Context(), p); !errors.Is(err, s.want) {
			t.Fatalf("%s: %v, want %v", s.name, err, s.want)
		}
		journal, err := host.Journal()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range journal[before:] {
			got = append(got, c.API)
		}
		before = len(journal)
		if diff := cmp.Diff(s.journal, got); diff != "" {
			t.Errorf("%s:\n%s", s.name, diff)
		}
		if p.Calls() != before {
			t.Errorf("%s: counted %d calls in all, the journal has %d", s.name, p.Calls(), before)
		}
	}
}

// TestHNSDownIsNeverNotFound stops HNS: each method must report that the service is down, and the step.
func TestHNSDownIsNeverNotFound(t *testing.T) {
	host, err := hcnemu.Open(hcnemu.Settings{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Stop(); err != nil {
		t.Fatal(err)
	}
	for i := range new(node).steps() {
		synctest.Test(t, func(t *testing.T) { checkWhileDown(t, host, i) })
	}
}

// checkWhileDown makes the i-th call on a node whose HNS is down.
func checkWhileDown(t *testing.T, host *hcnemu.Host, i int) {
	const id = "8EA92AC2-63F2-4F8B-A96A-DF015C894472"
	s := (&node{network: id, endpoint: id, namespace: id, lb: &hcnspec.LoadBalancer{ID: id}}).steps()[i]
	if len(s.journal) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	err := s.call(ctx, hostnet.NewPatient(host.Service()))
	if !errors.Is(err, hostnet.ErrTransient) || errors.Is(err, hostnet.ErrNotFound) {
		t.Errorf("%s: %v", s.name, err)
	}
	said := fmt.Sprint(err)
	if step, _, _ := strings.Cut(said, ": "); strings.Contains(step, "HNS is") || !strings.Contains(said, "0x803b0020") && !strings.Contains(said, "0x426") {
		t.Errorf("%s: error %q names no step or no code", s.name, said)
	}
	triedOnce := strings.HasPrefix(s.name, "create") || s.name == "add policies"
	if triedOnce == errors.Is(err, hostnet.ErrTryLater) {
		t.Errorf("%s: %s", s.name, said)
	}
}
