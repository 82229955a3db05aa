package v1

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// returnedResources is the part of HNS's resource tree that was recorded (docker-netrestore, WC#616).
type returnedResources struct{ Allocators []any }

// allocated is what every allocator has.
type allocated struct {
	ID    string
	State int
	Tag   string
}

const allocatorActive = 3

// hostVNIC is the host's side of an internal network. The key of its compartment is misspelt by HNS.
type hostVNIC struct {
	allocated
	Compartment       int    `json:"CompartmendId"`
	IsolationID       uint32 `json:"IsolationId"`
	MacAddress        string
	ManagementPort    bool
	NonPersistentPort bool `json:"nonPersistentPort"`
}

type natAllocator struct {
	allocated
	Prefix          int
	SubnetIPAddress string
}

type isolationPolicy struct {
	allocated
	InDefaultIsolation bool
	IsPolicy           bool
	IsolationID        uint32
	IsolationType      int
}

const vlanIsolation = 3

// internalParts fills in what only internal networks have.
func (t Rules) internalParts(n *objects.Network, doc *returnedNetwork) {
	switch n.Type {
	case hcnspec.ICS:
		doc.IsolateSwitch, doc.GatewayMac, doc.SwitchName = n.Isolated, t.ofPool(n, "gateway"), n.Name
	case hcnspec.NAT:
		doc.NatName = "ICS" + state.DerivedID("nat", n.ID)
		if t.Version().AtLeast(withNATName) {
			doc.NatName = "NAT" + state.DerivedID("nat", n.ID)
		}
		doc.Resources = t.natResources(n)
	}
}

// ofPool returns a MAC address of the network's pool for the host's side, which HNS chooses at random.
func (t Rules) ofPool(n *objects.Network, purpose string) string {
	if len(n.MacPool.Ranges) == 0 {
		return ""
	}
	start, _ := policy.ParseMAC(n.MacPool.Ranges[0].StartMacAddress)
	end, _ := policy.ParseMAC(n.MacPool.Ranges[0].EndMacAddress)
	drawn, _ := t.Draw(purpose, n.ID, uint64(end-start)+1)
	return (start + policy.MAC(drawn)).String()
}

func (t Rules) natResources(n *objects.Network) *returnedResources {
	resources := &returnedResources{Allocators: []any{hostVNIC{
		allocated:   allocated{state.DerivedID("host vnic", n.ID), allocatorActive, "Host Vnic"},
		IsolationID: n.Isolation, MacAddress: t.ofPool(n, "host vnic"), ManagementPort: true,
	}}}
	subnets, err := objects.ReadSubnets(&n.Network)
	for _, s := range subnets {
		if err == nil && s.Prefix.Addr().Is4() {
			resources.Allocators = append(resources.Allocators, natAllocator{
				allocated{state.DerivedID("nat allocator", n.ID), allocatorActive, "NAT"}, s.Prefix.Bits(), s.Prefix.Addr().String(),
			})
		}
	}
	return resources
}

// isolationOf returns the resources that an endpoint of a NAT network has because of the network's VLAN.
func isolationOf(endpoint string, id uint32) *returnedResources {
	return &returnedResources{Allocators: []any{isolationPolicy{
		allocated: allocated{state.DerivedID("isolation", endpoint), allocatorActive, "Isolation Policy"},
		IsPolicy:  true, IsolationID: id, IsolationType: vlanIsolation,
	}}}
}
