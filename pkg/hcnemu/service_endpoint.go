package hcnemu

import (
	"context"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// EndpointsByName implements hostnet.Service.
func (s service) EndpointsByName(_ context.Context, name string) ([]hcnspec.Endpoint, error) {
	return listObjects[hcnspec.Endpoint](s.host, KindEndpoint, query("Name", name))
}

// EndpointsOfNetwork implements hostnet.Service.
func (s service) EndpointsOfNetwork(_ context.Context, networkID string) ([]hcnspec.Endpoint, error) {
	return listObjects[hcnspec.Endpoint](s.host, KindEndpoint, query("VirtualNetwork", networkID))
}

// Endpoints implements hostnet.Service.
func (s service) Endpoints(context.Context) ([]hcnspec.Endpoint, error) {
	return listObjects[hcnspec.Endpoint](s.host, KindEndpoint, query("", ""))
}

// CreateEndpoint implements hostnet.Service.
func (s service) CreateEndpoint(_ context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	if e.Namespace != "" {
		return nil, refusal.AsError(KindEndpoint.CreateAPI(), refusal.With(hostnet.CodeInvalidEndpoint, "HostComputeNamespace is read only"), "")
	}
	if err := wellFormed(KindNetwork.OpenAPI(), e.Network); err != nil {
		return nil, err
	}
	network, err := s.host.Open(KindNetwork, e.Network)
	if err != nil {
		return nil, err
	}
	handle, err := s.host.Create(KindEndpoint, network, "", mustJSON(e))
	if err != nil {
		return nil, err
	}
	made, err := finish[hcnspec.Endpoint](s.host, KindEndpoint, handle, query("", ""))
	if err != nil {
		return nil, err
	}
	if err := s.host.CloseHandle(KindNetwork, network); err != nil {
		return nil, err
	}
	return made, nil
}

// AddEndpointPolicies implements hostnet.Service.
func (s service) AddEndpointPolicies(_ context.Context, id string, policies []hcnspec.Policy) error {
	request := hcnspec.ModifyRequest{
		ResourceType: hcnspec.ResourcePolicy, RequestType: hcnspec.RequestAdd,
		Settings: []byte(mustJSON(hcnspec.PolicySettings{Policies: policies})),
	}
	return change[hcnspec.Endpoint](s.host, KindEndpoint, id, mustJSON(request))
}

// DeleteEndpoint implements hostnet.Service.
func (s service) DeleteEndpoint(_ context.Context, id string) error {
	return remove(s.host, KindEndpoint, id)
}

// Namespaces implements hostnet.Service.
func (s service) Namespaces(context.Context) ([]hcnspec.Namespace, error) {
	return listObjects[hcnspec.Namespace](s.host, KindNamespace, query("", ""))
}

// CreateNamespace implements hostnet.Service.
func (s service) CreateNamespace(_ context.Context, n *hcnspec.Namespace) (*hcnspec.Namespace, error) {
	return create[hcnspec.Namespace](s.host, KindNamespace, n)
}

// DeleteNamespace implements hostnet.Service.
func (s service) DeleteNamespace(_ context.Context, id string) error {
	return remove(s.host, KindNamespace, id)
}

// Attach implements hostnet.Service.
func (s service) Attach(_ context.Context, namespaceID, endpointID string) error {
	return s.member(namespaceID, endpointID, hcnspec.RequestAdd)
}

// Detach implements hostnet.Service.
func (s service) Detach(_ context.Context, namespaceID, endpointID string) error {
	return s.member(namespaceID, endpointID, hcnspec.RequestRemove)
}

func (s service) member(namespaceID, endpointID string, how hcnspec.RequestType) error {
	request := hcnspec.ModifyRequest{
		ResourceType: hcnspec.ResourceEndpoint, RequestType: how,
		Settings: []byte(mustJSON(hcnspec.NamespaceEndpointSettings{EndpointID: endpointID})),
	}
	return change[hcnspec.Namespace](s.host, KindNamespace, namespaceID, mustJSON(request))
}

// LoadBalancers implements hostnet.Service.
func (s service) LoadBalancers(context.Context) ([]hcnspec.LoadBalancer, error) {
	return listObjects[hcnspec.LoadBalancer](s.host, KindLoadBalancer, query("", ""))
}

// CreateLoadBalancer implements hostnet.Service.
func (s service) CreateLoadBalancer(_ context.Context, b *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	return create[hcnspec.LoadBalancer](s.host, KindLoadBalancer, b)
}

// ModifyLoadBalancer implements hostnet.Service.
func (s service) ModifyLoadBalancer(_ context.Context, b *hcnspec.LoadBalancer) error {
	return change[hcnspec.LoadBalancer](s.host, KindLoadBalancer, b.ID, mustJSON(b))
}

// DeleteLoadBalancer implements hostnet.Service.
func (s service) DeleteLoadBalancer(_ context.Context, id string) error {
	return remove(s.host, KindLoadBalancer, id)
}
