package objects

import (
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// LoadBalancer is a stored load balancer.
type LoadBalancer struct{ hcnspec.LoadBalancer }

// ObjectID implements state.Object.
func (b *LoadBalancer) ObjectID() string { return b.ID }

// Keys implements state.Object.
func (b *LoadBalancer) Keys() []string {
	var keys []string
	for _, e := range b.Endpoints {
		keys = append(keys, state.KeyReference(e, state.KindLoadBalancer, b.ID))
	}
	for _, f := range b.FrontEnds() {
		keys = append(keys, f.Key())
	}
	return keys
}

// FrontEnds are what no two load balancers may share: address, protocol and port. One without
// addresses listens on the node's own.
func (b *LoadBalancer) FrontEnds() []FrontEnd {
	var all []FrontEnd
	vips := b.FrontendVIPs
	if len(vips) == 0 {
		vips = []string{""}
	}
	for _, vip := range vips {
		for _, p := range b.PortMappings {
			all = append(all, FrontEnd{vip, p.Protocol, p.ExternalPort, b.Flags & hcnspec.LoadBalancerIPv6})
		}
	}
	return all
}

// LoadLoadBalancer reads a stored object, or fails with the not-found code of its kind.
func LoadLoadBalancer(t *state.Tx, id string) (*LoadBalancer, error) {
	b := new(LoadBalancer)
	return b, t.Load(state.KindLoadBalancer, id, b)
}

// Returned returns the document as HNS does, with the IDs in lower case (sigwin#84, k8s#115344).
func (b *LoadBalancer) Returned() hcnspec.LoadBalancer {
	doc := b.LoadBalancer
	doc.ID = strings.ToLower(doc.ID)
	doc.Endpoints = nil
	for _, id := range b.Endpoints {
		doc.Endpoints = append(doc.Endpoints, strings.ToLower(id))
	}
	return doc
}
