package node

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Use is the purpose of an endpoint.
type Use string

// The uses of an endpoint.
const (
	Attached Use = "attached" // in an existing namespace: a pod's
	Remote   Use = "remote"   // stands for a pod of another node
	HostSide Use = "host"     // the node's own endpoint on the network, which flanneld and kube-proxy setups create
	Stale    Use = "stale"    // names a namespace that does not exist
	Idle     Use = "idle"     // in no namespace: incomplete, detached or leaked
)

// UseOf returns the purpose of the endpoint.
func (n *Node) UseOf(e *hcnspec.Endpoint) Use {
	switch {
	case e.Flags&hcnspec.EndpointFlagRemote != 0:
		return Remote
	case n.holds(e):
		return Attached
	case n.hostSide(e):
		return HostSide
	case !hostnet.NoID(e.Namespace):
		return Stale
	}
	return Idle
}

// holds reports whether a namespace has the endpoint, according to either of the two.
func (n *Node) holds(e *hcnspec.Endpoint) bool {
	if !hostnet.NoID(e.Namespace) && n.Namespace(e.Namespace) != nil {
		return true
	}
	for i := range n.Namespaces {
		for _, id := range n.Namespaces[i].EndpointIDs() {
			if hostnet.SameID(id, e.ID) {
				return true
			}
		}
	}
	return false
}

// hostSide recognises the endpoint <network>_ep by which flannel and similar programs attach the node itself.
func (n *Node) hostSide(e *hcnspec.Endpoint) bool {
	network := n.Network(e.Network)
	return network != nil && e.Name == network.Name+"_ep"
}
