package dryrun

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

const (
	createEndpoint  = "HcnCreateEndpoint"
	createNetwork   = "HcnCreateNetwork"
	modifyNamespace = "HcnModifyNamespace"
)

// refuse returns HNS's error for a call.
func refuse(api string, code hostnet.Code, why string) error {
	return &hostnet.Error{API: api, Code: code, Detail: why}
}

// taken holds addresses, MACs and ports that are in use, each with its endpoint.
type taken struct {
	addresses map[netip.Addr]string
	macs      map[string]string
	ports     map[hcnrule.Port]string
	ofHost    []netip.Prefix // addresses of the adapter that the network is bound to
}

// takenOn collects what is in use: addresses and MACs on the network, ports on the whole node. It ignores the ports of
// remote endpoints, which belong to another node.
func (h *Host) takenOn(ctx context.Context, network *hcnspec.Network) (*taken, error) {
	t := &taken{map[netip.Addr]string{}, map[string]string{}, map[hcnrule.Port]string{}, nil}
	all, err := h.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		e := &all[i]
		if e.Flags&hcnspec.EndpointFlagRemote != 0 {
			continue
		}
		for _, p := range hcnrule.PortsOf(e.Policies) {
			t.ports[p] = e.ID
		}
		if !hostnet.SameID(e.Network, network.ID) {
			continue
		}
		t.macs[strings.ToUpper(e.MAC)] = e.ID
		for _, ip := range node.IPs(e) {
			t.addresses[ip] = e.ID
		}
	}
	adapters, err := h.Adapters(ctx)
	if err != nil {
		return nil, err
	}
	if up := uplink(network, adapters); up != nil {
		t.ofHost = up.Addresses
	}
	return t, nil
}

// uplink returns the adapter that the network is bound to, or nil.
func uplink(network *hcnspec.Network, adapters []hostnet.Adapter) *hostnet.Adapter {
	if node.TypeOf(network) == hcnspec.NAT {
		return nil
	}
	if name := node.Uplink(network); name != "" {
		return node.Adapter(adapters, name)
	}
	return node.DefaultAdapter(adapters)
}

func (t *taken) checkAddresses(network *hcnspec.Network, e *hcnspec.Endpoint) error {
	subnets := hcnrule.SubnetsOf(network)
	for _, ip := range node.IPs(e) {
		if err := t.checkAddress(network, subnets, ip); err != nil {
			return err
		}
	}
	return checkNextHops(network, subnets, e)
}

func checkNextHops(network *hcnspec.Network, subnets []hcnrule.Subnet, e *hcnspec.Endpoint) error {
	for _, r := range e.Routes {
		if hop, err := netip.ParseAddr(r.NextHop); err == nil && !hcnrule.Reaches(subnets, hop) {
			return refuse(createEndpoint, hostnet.CodeInvalidIP, fmt.Sprintf("next hop %s is in no subnet of network %q", hop, network.Name))
		}
	}
	return nil
}

func (t *taken) checkAddress(network *hcnspec.Network, subnets []hcnrule.Subnet, ip netip.Addr) error {
	if network.Type == hcnspec.Transparent && len(subnets) == 0 {
		return nil // the LAN's own addresses
	}
	for _, s := range subnets {
		if !s.Prefix.Contains(ip) {
			continue
		}
		if why := s.Reserved(ip, t.ofHost); why != "" {
			return refuse(createEndpoint, hostnet.CodeAddrInvalidOrReserved, fmt.Sprintf("address %s is %s", ip, why))
		}
		if holder := t.addresses[ip]; holder != "" {
			return refuse(createEndpoint, hostnet.CodeAddrInvalidOrReserved, fmt.Sprintf("address %s is endpoint %s's", ip, holder))
		}
		return nil
	}
	return refuse(createEndpoint, hostnet.CodeInvalidIP, fmt.Sprintf("address %s is in no subnet of network %q", ip, network.Name))
}

func (t *taken) checkMAC(e *hcnspec.Endpoint) error {
	if holder := t.macs[strings.ToUpper(e.MAC)]; holder != "" && e.MAC != "" {
		return refuse(createEndpoint, hostnet.CodeObjectAlreadyExists, fmt.Sprintf("MAC address %s is endpoint %s's", e.MAC, holder))
	}
	return nil
}

// checkPorts rejects ports that another endpoint publishes, or this one twice.
func (t *taken) checkPorts(e *hcnspec.Endpoint) error {
	for _, p := range hcnrule.PortsOf(e.Policies) {
		if p.Number == 0 {
			continue // HNS chooses one
		}
		for q, holder := range t.ports {
			if p.Collides(q) {
				return refuse(createEndpoint, hostnet.CodePortAlreadyExists, fmt.Sprintf("port %d of protocol %d is endpoint %s's", p.Number, p.Protocol, holder))
			}
		}
		t.ports[p] = "this"
	}
	return nil
}
