package node

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// BoundTo returns the networks whose switch is bound to the adapter: those that name it, and if it is the node's default
// adapter those that name none.
func (n *Node) BoundTo(adapter string) []*hcnspec.Network {
	var bound []*hcnspec.Network
	for i := range n.Networks {
		if n.AdapterOf(&n.Networks[i]) == adapter {
			bound = append(bound, &n.Networks[i])
		}
	}
	return bound
}

// AdapterOf returns the adapter that the network's switch is bound to, or "".
func (n *Node) AdapterOf(network *hcnspec.Network) string {
	if !external(TypeOf(network)) {
		return ""
	}
	if name := Uplink(network); name != "" {
		return name
	}
	if a := DefaultAdapter(n.Adapters); a != nil {
		return Physical(a)
	}
	return ""
}

func external(t hcnspec.NetworkType) bool {
	return slices.Contains([]hcnspec.NetworkType{hcnspec.L2Bridge, hcnspec.L2Tunnel, hcnspec.Overlay, hcnspec.Transparent}, t)
}

// MayShare reports whether networks of the two types are known to work on one adapter. Microsoft's driver page
// (https://learn.microsoft.com/virtualization/windowscontainers/container-networking/network-drivers-topologies) wants
// an adapter for each network with an external switch. RKE2, Calico and flannel run a second L2Bridge or Overlay called
// External beside theirs, always of the same type (sigwin#149).
func MayShare(a, b hcnspec.NetworkType) bool {
	return a == b && (a == hcnspec.L2Bridge || a == hcnspec.Overlay)
}

// Sharing explains to operators what MayShare is about.
const Sharing = "Microsoft requires an adapter for each network with an external switch; only several L2Bridge or several Overlay networks are known to work on one"
