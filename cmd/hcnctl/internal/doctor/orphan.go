// Package doctor finds faults and leftovers on a node. It changes nothing.
package doctor

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
)

// OrphanEndpoints returns the endpoints that the plugins created and that are in no namespace. A running ADD has one
// too, for a moment: callers must check twice before deleting.
func OrphanEndpoints(n *node.Node) []hcnspec.Endpoint {
	var orphans []hcnspec.Endpoint
	for i := range n.Endpoints {
		e := &n.Endpoints[i]
		network := n.Network(e.Network)
		if network == nil {
			continue
		}
		_, ours := attach.AttachmentOf(e, network.Name)
		if use := n.UseOf(e); ours && (use == node.Idle || use == node.Stale) {
			orphans = append(orphans, *e)
		}
	}
	return orphans
}

// OrphanReservations returns the reserved addresses that no endpoint has and whose container has no endpoint.
// kube-proxy's own reservation (RKE2's source VIP) is not an orphan.
func OrphanReservations(n *node.Node, all []ipam.Reservation) []ipam.Reservation {
	addresses := map[netip.Addr]bool{}
	containers := map[string]bool{}
	for i := range n.Endpoints {
		e := &n.Endpoints[i]
		for _, ip := range node.IPs(e) {
			addresses[ip] = true
		}
		if network := n.Network(e.Network); network != nil {
			attachment, _ := attach.AttachmentOf(e, network.Name)
			containers[attachment.ContainerID] = true
		}
	}
	var orphans []ipam.Reservation
	for _, r := range all {
		if !addresses[r.Address] && !containers[r.Container] && r.Container != "kube-proxy" {
			orphans = append(orphans, r)
		}
	}
	return orphans
}
