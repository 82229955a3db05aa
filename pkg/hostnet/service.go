// Package hostnet is the seam between the plugins and the host's network service: a small Service interface over HCN,
// the meaning of its error codes, and retries.
package hostnet

import (
	"context"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Service is the part of the host's network service that the plugins need. hnshost implements it over Windows' HNS,
// hcnemu over the emulator, and Patient over either of them with retries and deadlines.
//
// Every error from the service is, or wraps, an *Error. Documents returned belong to the caller. A failed lookup never
// returns an empty answer: an absent object is ErrNotFound, or an empty list without error. All of it needs HNS 9.2
// (Windows Server 2019, build 17763), the first with the v2 API.
type Service interface {
	// Version returns the HNS version. It costs one call of HNSCall.
	Version(ctx context.Context) (hcnspec.Version, error)
	// Adapters returns the host's network adapters. It costs no HCN call.
	Adapters(ctx context.Context) ([]Adapter, error)

	// NetworkByName returns the network with that name, or ErrNotFound.
	NetworkByName(ctx context.Context, name string) (*hcnspec.Network, error)
	// Networks returns all networks.
	Networks(ctx context.Context) ([]hcnspec.Network, error)
	// CreateNetwork creates a network and returns HNS's document of it. HNS interrupts the host's connectivity for some
	// seconds if the network binds to a physical adapter.
	CreateNetwork(ctx context.Context, network *hcnspec.Network) (*hcnspec.Network, error)
	DeleteNetwork(ctx context.Context, id string) error

	// EndpointsByName returns the endpoints with that name; HNS does not require unique names.
	EndpointsByName(ctx context.Context, name string) ([]hcnspec.Endpoint, error)
	// EndpointsOfNetwork returns the endpoints of one network, including remote ones.
	EndpointsOfNetwork(ctx context.Context, networkID string) ([]hcnspec.Endpoint, error)
	// Endpoints returns all endpoints.
	Endpoints(ctx context.Context) ([]hcnspec.Endpoint, error)
	// CreateEndpoint creates an endpoint on the network that its Network field names and returns HNS's document of it.
	// It is not attached to a namespace.
	CreateEndpoint(ctx context.Context, endpoint *hcnspec.Endpoint) (*hcnspec.Endpoint, error)
	// AddEndpointPolicies adds policies to a live endpoint.
	AddEndpointPolicies(ctx context.Context, id string, policies []hcnspec.Policy) error
	// DeleteEndpoint deletes an endpoint, attached or not.
	DeleteEndpoint(ctx context.Context, id string) error

	// Namespaces returns all namespaces. There is no lookup of a single one: the bindings implement it as a filtered
	// list, and an empty answer of a restarting HNS would look like "not found" (k8s#139519).
	Namespaces(ctx context.Context) ([]hcnspec.Namespace, error)
	CreateNamespace(ctx context.Context, namespace *hcnspec.Namespace) (*hcnspec.Namespace, error)
	DeleteNamespace(ctx context.Context, id string) error
	// Attach attaches an endpoint to a namespace; Detach detaches it.
	Attach(ctx context.Context, namespaceID, endpointID string) error
	Detach(ctx context.Context, namespaceID, endpointID string) error

	// LoadBalancers returns all load balancers, including kube-proxy's.
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
	Gateway   netip.Addr // the default route's next hop; invalid if unknown
	MAC       string     // colon-separated
	Up        bool
	Virtual   bool // a vEthernet of a virtual switch
}
