package hnshost

import (
	"context"
	"fmt"
	"io"

	"github.com/Microsoft/hnslib/hcn"
	"github.com/sirupsen/logrus"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

type service struct{}

var _ hostnet.Service = service{}

// Open returns the service of this node. It makes no call; on a node without HNS, or with one that is too old, the
// first call returns hostnet.ErrUnavailable. It silences logrus, the bindings' log, for the whole process.
func Open() (hostnet.Service, error) {
	logrus.SetLevel(logrus.PanicLevel)
	logrus.SetOutput(io.Discard)
	return service{}, nil
}

func (service) Version(context.Context) (hcnspec.Version, error) {
	return get[hcnspec.Version]("HNSCall", func() (hcn.Version, error) {
		globals, err := hcn.GetGlobals()
		if err != nil {
			return hcn.Version{}, err
		}
		return globals.Version, nil
	})
}

func (service) NetworkByName(_ context.Context, name string) (*hcnspec.Network, error) {
	return get[*hcnspec.Network]("HcnEnumerateNetworks", func() (*hcn.HostComputeNetwork, error) { return hcn.GetNetworkByName(name) })
}

func (service) Networks(context.Context) ([]hcnspec.Network, error) {
	return get[[]hcnspec.Network]("HcnEnumerateNetworks", hcn.ListNetworks)
}

func (service) CreateNetwork(_ context.Context, network *hcnspec.Network) (*hcnspec.Network, error) {
	return put("HcnCreateNetwork", network, (*hcn.HostComputeNetwork).Create)
}

func (service) DeleteNetwork(_ context.Context, id string) error {
	return do("HcnDeleteNetwork", (&hcn.HostComputeNetwork{Id: id}).Delete, id)
}

func (service) EndpointsByName(_ context.Context, name string) ([]hcnspec.Endpoint, error) {
	return get[[]hcnspec.Endpoint]("HcnEnumerateEndpoints", func() ([]hcn.HostComputeEndpoint, error) {
		return hcn.ListEndpointsQuery(where("Name", name))
	})
}

func (service) EndpointsOfNetwork(_ context.Context, networkID string) ([]hcnspec.Endpoint, error) {
	return get[[]hcnspec.Endpoint]("HcnEnumerateEndpoints", func() ([]hcn.HostComputeEndpoint, error) {
		return hcn.ListEndpointsOfNetwork(networkID)
	})
}

func (service) Endpoints(context.Context) ([]hcnspec.Endpoint, error) {
	return get[[]hcnspec.Endpoint]("HcnEnumerateEndpoints", hcn.ListEndpoints)
}

func (service) CreateEndpoint(_ context.Context, endpoint *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	if err := checkIDs("HcnCreateEndpoint", endpoint.Network); err != nil {
		return nil, err
	}
	return put("HcnCreateEndpoint", endpoint, (*hcn.HostComputeEndpoint).Create)
}

func (service) AddEndpointPolicies(_ context.Context, id string, policies []hcnspec.Policy) error {
	if err := checkIDs("HcnModifyEndpoint", id); err != nil {
		return err
	}
	_, err := put("HcnModifyEndpoint", &hcnspec.PolicySettings{Policies: policies}, func(r *hcn.PolicyEndpointRequest) (*hcn.PolicyEndpointRequest, error) {
		return r, (&hcn.HostComputeEndpoint{Id: id}).ApplyPolicy(hcn.RequestTypeAdd, *r)
	})
	return err
}

func (service) DeleteEndpoint(_ context.Context, id string) error {
	return do("HcnDeleteEndpoint", (&hcn.HostComputeEndpoint{Id: id}).Delete, id)
}

func (service) Namespaces(context.Context) ([]hcnspec.Namespace, error) {
	return get[[]hcnspec.Namespace]("HcnEnumerateNamespaces", hcn.ListNamespaces)
}

func (service) CreateNamespace(_ context.Context, namespace *hcnspec.Namespace) (*hcnspec.Namespace, error) {
	return put("HcnCreateNamespace", namespace, (*hcn.HostComputeNamespace).Create)
}

func (service) DeleteNamespace(_ context.Context, id string) error {
	return do("HcnDeleteNamespace", (&hcn.HostComputeNamespace{Id: id}).Delete, id)
}

// Attach does not call the bindings' Sync of the namespace, which announces a new endpoint to a Hyper-V isolated pod:
// it supports only runhcs, which is no longer shipped, and creates registry keys. containerd's shim gives a pod's VM
// the endpoints that the namespace has when the VM starts.
func (service) Attach(_ context.Context, namespaceID, endpointID string) error {
	return do("HcnModifyNamespace", func() error { return hcn.AddNamespaceEndpoint(namespaceID, endpointID) }, namespaceID)
}

func (service) Detach(_ context.Context, namespaceID, endpointID string) error {
	return do("HcnModifyNamespace", func() error { return hcn.RemoveNamespaceEndpoint(namespaceID, endpointID) }, namespaceID)
}

func (service) LoadBalancers(context.Context) ([]hcnspec.LoadBalancer, error) {
	return get[[]hcnspec.LoadBalancer]("HcnEnumerateLoadBalancers", hcn.ListLoadBalancers)
}

func (service) CreateLoadBalancer(_ context.Context, lb *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	return put("HcnCreateLoadBalancer", lb, (*hcn.HostComputeLoadBalancer).Create)
}

func (service) ModifyLoadBalancer(_ context.Context, lb *hcnspec.LoadBalancer) error {
	if err := checkIDs("HcnModifyLoadBalancer", lb.ID); err != nil {
		return err
	}
	_, err := put("HcnModifyLoadBalancer", lb, func(l *hcn.HostComputeLoadBalancer) (*hcn.HostComputeLoadBalancer, error) {
		return l.Update(lb.ID)
	})
	return err
}

func (service) DeleteLoadBalancer(_ context.Context, id string) error {
	return do("HcnDeleteLoadBalancer", (&hcn.HostComputeLoadBalancer{Id: id}).Delete, id)
}

// where returns a query for objects by a field, the only way to look one up without reading them all.
func where(field, value string) hcn.HostComputeQuery {
	return hcn.HostComputeQuery{SchemaVersion: hcn.V2SchemaVersion(), Filter: fmt.Sprintf(`{"%s":%s}`, field, quote(value))}
}
