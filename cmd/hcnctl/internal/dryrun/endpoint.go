package dryrun

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// exampleMAC stands for the one that HNS assigns from the network's pool.
const exampleMAC = "00-15-5D-00-00-00"

// CreateEndpoint records the endpoint, or rejects it as HNS would. Addresses and the MAC that HNS would choose are
// examples.
func (h *Host) CreateEndpoint(ctx context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	network, err := h.network(ctx, e.Network)
	if err != nil {
		return nil, err
	}
	if network == nil {
		return nil, refuse(createEndpoint, hostnet.CodeNetworkNotFound, "there is no network "+e.Network)
	}
	if !hcnrule.Usable(hcnrule.SubnetsOf(network)) {
		return nil, refuse(createEndpoint, hostnet.CodeSubnetNotFound, "network "+network.Name+" has IPv6 subnets alone")
	}
	taken, err := h.takenOn(ctx, network)
	if err != nil {
		return nil, err
	}
	made := *e
	if len(made.IPConfigs) == 0 {
		err = h.chooseAddresses(network, taken, &made)
	} else {
		err = taken.checkAddresses(network, &made)
	}
	if err == nil {
		err = taken.checkMAC(&made)
	}
	if err == nil {
		err = taken.checkPorts(&made)
	}
	if err != nil {
		return nil, err
	}
	h.note(createEndpoint, "endpoint "+e.Name, e)
	made.ID = h.newID()
	if made.MAC == "" {
		made.MAC = exampleMAC
		h.guess("HNS chooses the MAC address; %s is an example", exampleMAC)
	}
	h.endpoints = append(h.endpoints, made)
	copied := made
	return &copied, nil
}

// exampleDHCP stands for an address of the LAN's DHCP server (RFC 5737 keeps it for examples).
const exampleDHCP, exampleDHCPLength = "192.0.2.10", 24

// chooseAddresses assigns the first free address of the first subnet of each family, or one from DHCP if the network
// has none.
func (h *Host) chooseAddresses(network *hcnspec.Network, taken *taken, e *hcnspec.Endpoint) error {
	subnets := hcnrule.SubnetsOf(network)
	if len(subnets) == 0 {
		e.IPConfigs = []hcnspec.IPConfig{{IPAddress: exampleDHCP, PrefixLength: exampleDHCPLength}}
		h.guess("DHCP gives the address; %s/%d is an example", exampleDHCP, exampleDHCPLength)
		return nil
	}
	for _, is6 := range []bool{false, true} {
		i := slices.IndexFunc(subnets, func(s hcnrule.Subnet) bool { return s.Prefix.Addr().Is6() == is6 })
		if i < 0 {
			continue
		}
		s := subnets[i]
		addr := s.Free(func(a netip.Addr) bool { return taken.addresses[a] != "" }, taken.ofHost)
		if !addr.IsValid() {
			return refuse(createEndpoint, hostnet.CodeAddrInvalidOrReserved, fmt.Sprintf("every address of subnet %s is taken", s.Prefix))
		}
		e.IPConfigs = append(e.IPConfigs, hcnspec.IPConfigOf(netip.PrefixFrom(addr, s.Prefix.Bits())))
		h.guess("HNS chooses the address in %s; %s is free", s.Prefix, addr)
	}
	return nil
}

// DeleteEndpoint records the deletion; later calls no longer see the endpoint.
func (h *Host) DeleteEndpoint(_ context.Context, id string) error {
	h.note("HcnDeleteEndpoint", "endpoint "+id, nil)
	h.gone[strings.ToLower(id)] = true
	return nil
}

// AddEndpointPolicies records the policies.
func (h *Host) AddEndpointPolicies(_ context.Context, id string, policies []hcnspec.Policy) error {
	h.note("HcnModifyEndpoint", "add policies to endpoint "+id, policies)
	return nil
}

// EndpointsByName returns the real endpoints of that name and the recorded ones.
func (h *Host) EndpointsByName(ctx context.Context, name string) ([]hcnspec.Endpoint, error) {
	all, err := h.Service.EndpointsByName(ctx, name)
	return h.with(all, func(e hcnspec.Endpoint) bool { return e.Name == name }), err
}

// EndpointsOfNetwork does the same for a network. A network that was only recorded has no real ones.
func (h *Host) EndpointsOfNetwork(ctx context.Context, networkID string) ([]hcnspec.Endpoint, error) {
	all, err := h.Service.EndpointsOfNetwork(ctx, networkID)
	return h.with(all, func(e hcnspec.Endpoint) bool { return e.Network == networkID }), err
}

// Endpoints returns all of them.
func (h *Host) Endpoints(ctx context.Context) ([]hcnspec.Endpoint, error) {
	all, err := h.Service.Endpoints(ctx)
	return h.with(all, func(hcnspec.Endpoint) bool { return true }), err
}

func (h *Host) with(all []hcnspec.Endpoint, match func(hcnspec.Endpoint) bool) []hcnspec.Endpoint {
	for _, e := range h.endpoints {
		if match(e) {
			all = append(all, e)
		}
	}
	return slices.DeleteFunc(all, func(e hcnspec.Endpoint) bool { return h.isGone(e.ID) })
}
