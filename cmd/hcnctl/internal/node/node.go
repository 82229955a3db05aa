// Package node reads the objects of a node's host network service and how they belong together. It changes nothing.
package node

import (
	"context"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Node is everything on a node at one moment.
type Node struct {
	Version       hcnspec.Version
	Adapters      []hostnet.Adapter
	Networks      []hcnspec.Network
	Endpoints     []hcnspec.Endpoint
	Namespaces    []hcnspec.Namespace
	LoadBalancers []hcnspec.LoadBalancer
}

// Read queries all objects and sorts them by name. Any failure is an error: it never returns a partial result.
func Read(ctx context.Context, svc hostnet.Service) (*Node, error) {
	var n Node
	var err error
	if n.Version, err = svc.Version(ctx); err != nil {
		return nil, err
	}
	if n.Adapters, err = svc.Adapters(ctx); err != nil {
		return nil, err
	}
	if n.Networks, err = svc.Networks(ctx); err != nil {
		return nil, err
	}
	if n.Endpoints, err = svc.Endpoints(ctx); err != nil {
		return nil, err
	}
	if n.Namespaces, err = svc.Namespaces(ctx); err != nil {
		return nil, err
	}
	n.LoadBalancers, err = svc.LoadBalancers(ctx)
	if err != nil {
		return nil, err
	}
	n.sort()
	return &n, nil
}

// Network returns the network with that GUID, or nil.
func (n *Node) Network(id string) *hcnspec.Network {
	for i := range n.Networks {
		if hostnet.SameID(n.Networks[i].ID, id) {
			return &n.Networks[i]
		}
	}
	return nil
}

// Namespace returns the namespace with that GUID, or nil.
func (n *Node) Namespace(id string) *hcnspec.Namespace {
	for i := range n.Namespaces {
		if hostnet.SameID(n.Namespaces[i].ID, id) {
			return &n.Namespaces[i]
		}
	}
	return nil
}

// Endpoint returns the endpoint with that GUID, or nil.
func (n *Node) Endpoint(id string) *hcnspec.Endpoint {
	for i := range n.Endpoints {
		if hostnet.SameID(n.Endpoints[i].ID, id) {
			return &n.Endpoints[i]
		}
	}
	return nil
}

// EndpointsOf returns the endpoints of a network.
func (n *Node) EndpointsOf(networkID string) []hcnspec.Endpoint {
	var own []hcnspec.Endpoint
	for _, e := range n.Endpoints {
		if hostnet.SameID(e.Network, networkID) {
			own = append(own, e)
		}
	}
	return own
}
