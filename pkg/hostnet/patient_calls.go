package hostnet

import (
	"context"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Version implements Service.
func (p *Patient) Version(ctx context.Context) (hcnspec.Version, error) {
	return again(ctx, p, cost[hcnspec.Version](callsOfVersion),
		func() (hcnspec.Version, error) { return p.service.Version(ctx) }, "ask HNS for its version")
}

// Adapters implements Service.
func (p *Patient) Adapters(ctx context.Context) ([]Adapter, error) {
	return again(ctx, p, cost[[]Adapter](0),
		func() ([]Adapter, error) { return p.service.Adapters(ctx) }, "list the network adapters")
}

// NetworkByName implements Service.
func (p *Patient) NetworkByName(ctx context.Context, name string) (*hcnspec.Network, error) {
	return find(ctx, p, func() (*hcnspec.Network, error) { return p.service.NetworkByName(ctx, name) }, "find network %q", name)
}

// Networks implements Service.
func (p *Patient) Networks(ctx context.Context) ([]hcnspec.Network, error) {
	return list(ctx, p, p.service.Networks, "list networks")
}

// CreateNetwork implements Service. It is not retried.
func (p *Patient) CreateNetwork(ctx context.Context, network *hcnspec.Network) (*hcnspec.Network, error) {
	return once(ctx, p, cost[*hcnspec.Network](callsOfCreate),
		func() (*hcnspec.Network, error) { return p.service.CreateNetwork(ctx, network) }, "create network %q", network.Name)
}

// DeleteNetwork implements Service.
func (p *Patient) DeleteNetwork(ctx context.Context, id string) error {
	return p.do(ctx, callsOfDelete, func() error { return p.service.DeleteNetwork(ctx, id) }, "delete network %s", id)
}

// EndpointsByName implements Service.
func (p *Patient) EndpointsByName(ctx context.Context, name string) ([]hcnspec.Endpoint, error) {
	return list(ctx, p, func(ctx context.Context) ([]hcnspec.Endpoint, error) {
		return p.service.EndpointsByName(ctx, name)
	}, "find endpoint %q", name)
}

// EndpointsOfNetwork implements Service.
func (p *Patient) EndpointsOfNetwork(ctx context.Context, networkID string) ([]hcnspec.Endpoint, error) {
	return list(ctx, p, func(ctx context.Context) ([]hcnspec.Endpoint, error) {
		return p.service.EndpointsOfNetwork(ctx, networkID)
	}, "list the endpoints of network %s", networkID)
}

// Endpoints implements Service.
func (p *Patient) Endpoints(ctx context.Context) ([]hcnspec.Endpoint, error) {
	return list(ctx, p, p.service.Endpoints, "list endpoints")
}

// CreateEndpoint implements Service. It is not retried.
func (p *Patient) CreateEndpoint(ctx context.Context, endpoint *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	return once(ctx, p, cost[*hcnspec.Endpoint](callsOfCreateEndpoint),
		func() (*hcnspec.Endpoint, error) { return p.service.CreateEndpoint(ctx, endpoint) }, "create endpoint %q", endpoint.Name)
}

// AddEndpointPolicies implements Service. It is not retried.
func (p *Patient) AddEndpointPolicies(ctx context.Context, id string, policies []hcnspec.Policy) error {
	_, err := once(ctx, p, cost[struct{}](callsOfModify), done(func() error {
		return p.service.AddEndpointPolicies(ctx, id, policies)
	}), "add policies to endpoint %s", id)
	return err
}

// DeleteEndpoint implements Service.
func (p *Patient) DeleteEndpoint(ctx context.Context, id string) error {
	return p.do(ctx, callsOfDelete, func() error { return p.service.DeleteEndpoint(ctx, id) }, "delete endpoint %s", id)
}

// Namespaces implements Service.
func (p *Patient) Namespaces(ctx context.Context) ([]hcnspec.Namespace, error) {
	return list(ctx, p, p.service.Namespaces, "list namespaces")
}

// CreateNamespace implements Service. It is not retried.
func (p *Patient) CreateNamespace(ctx context.Context, namespace *hcnspec.Namespace) (*hcnspec.Namespace, error) {
	return once(ctx, p, cost[*hcnspec.Namespace](callsOfCreate),
		func() (*hcnspec.Namespace, error) { return p.service.CreateNamespace(ctx, namespace) }, "create namespace")
}

// DeleteNamespace implements Service.
func (p *Patient) DeleteNamespace(ctx context.Context, id string) error {
	return p.do(ctx, callsOfDelete, func() error { return p.service.DeleteNamespace(ctx, id) }, "delete namespace %s", id)
}

// Attach implements Service.
func (p *Patient) Attach(ctx context.Context, namespaceID, endpointID string) error {
	return p.do(ctx, callsOfModify, func() error { return p.service.Attach(ctx, namespaceID, endpointID) },
		"attach endpoint %s to namespace %s", endpointID, namespaceID)
}

// Detach implements Service.
func (p *Patient) Detach(ctx context.Context, namespaceID, endpointID string) error {
	return p.do(ctx, callsOfModify, func() error { return p.service.Detach(ctx, namespaceID, endpointID) },
		"detach endpoint %s from namespace %s", endpointID, namespaceID)
}

// LoadBalancers implements Service.
func (p *Patient) LoadBalancers(ctx context.Context) ([]hcnspec.LoadBalancer, error) {
	return list(ctx, p, p.service.LoadBalancers, "list load balancers")
}

// CreateLoadBalancer implements Service. It is not retried.
func (p *Patient) CreateLoadBalancer(ctx context.Context, lb *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	return once(ctx, p, cost[*hcnspec.LoadBalancer](callsOfCreate),
		func() (*hcnspec.LoadBalancer, error) { return p.service.CreateLoadBalancer(ctx, lb) }, "create load balancer %v", lb.FrontendVIPs)
}

// ModifyLoadBalancer implements Service.
func (p *Patient) ModifyLoadBalancer(ctx context.Context, lb *hcnspec.LoadBalancer) error {
	return p.do(ctx, callsOfModify, func() error { return p.service.ModifyLoadBalancer(ctx, lb) }, "modify load balancer %s", lb.ID)
}

// DeleteLoadBalancer implements Service.
func (p *Patient) DeleteLoadBalancer(ctx context.Context, id string) error {
	return p.do(ctx, callsOfDelete, func() error { return p.service.DeleteLoadBalancer(ctx, id) }, "delete load balancer %s", id)
}

// do retries a call without a result until it is answered.
func (p *Patient) do(ctx context.Context, calls int, f func() error, format string, args ...any) error {
	_, err := again(ctx, p, cost[struct{}](calls), done(f), format, args...)
	return err
}
