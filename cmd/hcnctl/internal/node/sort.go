package node

import (
	"cmp"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

func (n *Node) sort() {
	SortNetworks(n.Networks)
	slices.SortFunc(n.Endpoints, func(a, b hcnspec.Endpoint) int {
		return cmp.Or(cmp.Compare(n.networkName(a.Network), n.networkName(b.Network)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	SortNamespaces(n.Namespaces)
	SortLoadBalancers(n.LoadBalancers)
}

func (n *Node) networkName(id string) string {
	if network := n.Network(id); network != nil {
		return network.Name
	}
	return id
}

// SortNetworks sorts networks by name.
func SortNetworks(all []hcnspec.Network) {
	slices.SortFunc(all, func(a, b hcnspec.Network) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}

// SortNamespaces sorts namespaces by compartment, which is the order of their creation.
func SortNamespaces(all []hcnspec.Namespace) {
	slices.SortFunc(all, func(a, b hcnspec.Namespace) int {
		return cmp.Or(cmp.Compare(a.NamespaceID, b.NamespaceID), cmp.Compare(a.ID, b.ID))
	})
}

// SortLoadBalancers sorts load balancers by front end.
func SortLoadBalancers(all []hcnspec.LoadBalancer) {
	slices.SortFunc(all, func(a, b hcnspec.LoadBalancer) int {
		return cmp.Or(cmp.Compare(front(&a), front(&b)), cmp.Compare(a.ID, b.ID))
	})
}

func front(lb *hcnspec.LoadBalancer) string {
	return strings.Join(lb.FrontendVIPs, ",") + strings.Join(FrontPorts(lb), ",")
}
