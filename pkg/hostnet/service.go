// Package hostnet is the seam between the plugins and the host's network service: a small Service
// interface over HCN, the meaning of its error codes, and patience with it.
package hostnet

import (
	"context"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Service is what the plugins need of the host's network service. hnshost implements it over Windows'
// HNS, hcnemu over the emulator, and Patient over either of them with retries and deadlines.
//
// Every error from the service is, or wraps, an *Error. Documents returned belong to the caller.
// Lookups that fail are never an empty answer: absent is ErrNotFound, or an empty list without error.
// All of it needs HNS 9.2 (Windows Server 2019, build 17763), the first with the v2 API.
type Service interface {
	// Version returns the HNS version. It costs one call of HNSCall.
	Version(ctx context.Context) (hcnspec.Version, error)
	// Adapters returns the host's network adapters. It costs no HCN call.
	Adapters(ctx context.Context) ([]Adapter, error)

	// NetworkByName returns the network with that name, or ErrNotFound.
	NetworkByName(ctx context.Context, name string) (*hcnspec.Network, error)
	// Networks returns all networks.
	Networks(ctx context.Context) ([]hcnspec.Network, error)
	// CreateNetwork creates a network and returns it as HNS has it then. HNS takes the host's
	// connectivity away for some seconds when the network binds to a physical adapter.
	CreateNetwork(ctx context.Context, network *hcnspec.Network) (*hcnspec.Network, error)
	DeleteNetwork(ctx context.Context, id string) error

	// EndpointsByName returns the endpoints with that name; HNS does not keep names apart.
	EndpointsByName(ctx context.Context, name string) ([]hcnspec.Endpoint, error)
	// EndpointsOfNetwork returns the endpoints of one network, remote ones included.
	EndpointsOfNetwork(ctx context.Context, networkID string) ([]hcnspec.Endpoint, error)
	// Endpoints returns all endpoints.
	Endpoints(ctx context.Context) ([]hcnspec.Endpoint, error)
	// CreateEndpoint creates an endpoint on the network that its Network field names and returns it as
	// HNS has it then. It is not attached to a namespace.
	CreateEndpoint(ctx context.Context, endpoint *hcnspec.Endpoint) (*hcnspec.Endpoint, error)
	// AddEndpointPolicies adds policies to a live endpoint.
	AddEndpointPolicies(ctx context.Context, id string, policies []hcnspec.Policy) error
	// DeleteEndpoint deletes an endpoint, attached or not.
	DeleteEndpoint(ctx context.Context, id string) error

	// Namespaces returns all namespaces. There is no lookup of one: the bindings have only a filtered list for
	// it, and an empty answer of an HNS that restarts would read as "not found" (k8s#139519).
	Namespaces(ctx context.Context) ([]hcnspec.Namespace, error)
	CreateNamespace(ctx context.Context, namespace *hcnspec.Namespace) (*hcnspec.Namespace, error)
	DeleteNamespace(ctx context.Context, id string) error
	// Attach puts an endpoint into a namespace, Detach takes it out.
	Attach(ctx context.Context, namespaceID, endpointID string) error
	Detach(ctx context.Context, namespaceID, endpointID string) error

	// LoadBalancers returns all load balancers, kube-proxy's included.
	LoadBalancers(ctx context.Context) ([]hcnspec.LoadBalancer, error)
	CreateLoadBalancer(ctx context.Context, lb *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error)
	// ModifyLoadBalancer replaces the document of the load balancer lb.ID. Needs FeatureModifyLoadBalancer.
	ModifyLoadBalancer(ctx context.Context, lb *hcnspec.LoadBalancer) error
	DeleteLoadBalancer(ctx context.Context, id string) error
}

// Adapter is a network adapter of the host.
type Adapter struct {
	Name      string
	Addresses []netip.Prefix
	Gateway   netip.Addr // the default route's next hop; not valid where unknown
	MAC       string     // colon-separated
	Up        bool
	Virtual   bool // a vEthernet of a virtual switch
}
