package v1

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// returnedResources is the part of HNS's resource tree that was recorded (docker-netrestore, docker/for-win#10279,
// WC#616).
type returnedResources struct {
	AdditionalParams struct{}
	AllocationOrder  int // of the next allocator
	Allocators       []any
}

// allocated has the fields of every allocator.
type allocated struct {
	AdditionalParams struct{}
	AllocationOrder  int
	ID               string
	State            int
	Tag              string
}

const allocatorActive = 3

// hostVNIC is the host's side of an internal network. The key of its compartment is misspelt by HNS.
type hostVNIC struct {
	allocated
	Compartment       int `json:"CompartmendId"`
	Connected         bool
	DevicelessNic     bool
	Hidden            bool
	InterfaceGUID     string `json:"InterfaceGuid"`
	IsPolicy          bool
	NicFriendlyName   string
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
		doc.NatName = "ICS" + interfaceOf(n)
		if t.Version().AtLeast(withNATName) {
			doc.NatName = "NAT" + interfaceOf(n)
		}
		doc.Resources = t.natResources(n)
	}
}

// interfaceOf returns the GUID of the host's interface, after which HNS names the NAT instance (docker/for-win#10279).
func interfaceOf(n *objects.Network) string { return state.DerivedID("nat", n.ID) }

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
	resources := new(returnedResources)
	resources.add(hostVNIC{
		allocated: resources.allocator("host vnic", n.ID, "Host Vnic"), Connected: true, InterfaceGUID: interfaceOf(n),
		NicFriendlyName: n.Name, IsolationID: n.Isolation, MacAddress: t.ofPool(n, "host vnic"), ManagementPort: true,
	})
	subnets, err := objects.ReadSubnets(&n.Network)
	for _, s := range subnets {
		if err == nil && s.Prefix.Addr().Is4() {
			resources.add(natAllocator{resources.allocator("nat allocator", n.ID, "NAT"), s.Prefix.Bits(), s.Prefix.Addr().String()})
		}
	}
	return resources
}

// isolationOf returns the resources that an endpoint of a NAT network has because of the network's VLAN.
func isolationOf(endpoint string, id uint32) *returnedResources {
	resources := new(returnedResources)
	resources.add(isolationPolicy{
		allocated: resources.allocator("isolation", endpoint, "Isolation Policy"),
		IsPolicy:  true, IsolationID: id, IsolationType: vlanIsolation,
	})
	return resources
}

func (r *returnedResources) allocator(purpose, id, tag string) allocated {
	return allocated{AllocationOrder: r.AllocationOrder, ID: state.DerivedID(purpose, id), State: allocatorActive, Tag: tag}
}

func (r *returnedResources) add(allocator any) {
	r.Allocators = append(r.Allocators, allocator)
	r.AllocationOrder++
}
