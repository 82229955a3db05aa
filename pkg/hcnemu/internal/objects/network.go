package objects

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// HostSide is the host's vEthernet of an internal network.
func (n *Network) HostSide() (hostnet.Adapter, error) {
	a := hostnet.Adapter{Name: VEthernetPrefix + n.Name + ")", Up: true, Virtual: true}
	subnets, err := ReadSubnets(&n.Network)
	if err != nil || n.Type != hcnspec.NAT {
		return a, err
	}
	for _, s := range subnets {
		if s.Gateway.IsValid() {
			a.Addresses = append(a.Addresses, netip.PrefixFrom(s.Gateway, s.Prefix.Bits()))
		}
	}
	return a, nil
}

// Network is a stored network.
type Network struct {
	hcnspec.Network
	Uplink    string   `json:",omitempty"` // the adapter that its switch is bound to
	Written   string   `json:",omitempty"` // the type as written in the document, which the older API returns
	Isolation uint32   `json:",omitempty"` // of a NAT network on HNS 13 or newer
	Reserved  []string `json:",omitempty"` // addresses that survived a reboot
	Isolated  bool     `json:",omitempty"` // IsolateSwitch of the older API
}

// ObjectID implements state.Object.
func (n *Network) ObjectID() string { return n.ID }

// Keys implements state.Object.
func (n *Network) Keys() []string { return []string{state.KeyName(state.KindNetwork, n.Name, n.ID)} }

// Returned returns the document as HNS does: NAT, the zero value of its types, is left out.
func (n *Network) Returned() hcnspec.Network {
	doc := n.Network
	if doc.Type == hcnspec.NAT {
		doc.Type = ""
	}
	doc.SchemaVersion = hcnspec.SchemaV2
	doc.Health = healthy(n.ID, 0, "Network")
	return doc
}

// LoadNetwork reads a stored object, or fails with the not-found code of its kind.
func LoadNetwork(t *state.Tx, id string) (*Network, error) {
	n := new(Network)
	return n, t.Load(state.KindNetwork, id, n)
}

// VEthernetPrefix is the prefix of Windows' names for the host's side of a virtual switch.
const VEthernetPrefix = "vEthernet ("

// AdapterName returns the adapter that the network's policies name, or "".
func (n *Network) AdapterName() string {
	for _, p := range n.Policies {
		var s hcnspec.NetAdapterNameSetting
		if p.Type == hcnspec.NetAdapterName && policy.Settings(p, &s) == nil {
			return s.NetworkAdapterName
		}
	}
	return ""
}
