package dryrun

import (
	"context"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// NetworkByName returns a network that was noted, or a real one.
func (h *Host) NetworkByName(ctx context.Context, name string) (*hcnspec.Network, error) {
	for _, n := range h.networks {
		if n.Name == name {
			return &n, nil
		}
	}
	return h.Service.NetworkByName(ctx, name)
}

// exampleNAT is a prefix such as HNS chooses for a NAT network without one.
const (
	exampleNAT     = "172.20.0.0/20"
	exampleGateway = "172.20.0.1"
)

// CreateNetwork notes the network. It has the subnet that it was asked for; a NAT network without one gets
// an example.
func (h *Host) CreateNetwork(_ context.Context, n *hcnspec.Network) (*hcnspec.Network, error) {
	h.note("HcnCreateNetwork", "network "+n.Name, n)
	made := *n
	made.ID = h.newID()
	if len(made.Subnets()) == 0 && made.Type == hcnspec.NAT {
		h.guess("HNS chooses the prefix of the network; %s is an example", exampleNAT)
		made.Ipams = []hcnspec.Ipam{{Type: hcnspec.IpamStatic, Subnets: []hcnspec.Subnet{{IPAddressPrefix: exampleNAT,
			Routes: []hcnspec.Route{{NextHop: exampleGateway, DestinationPrefix: hcnspec.DefaultRoute4}}}}}}
	}
	h.networks = append(h.networks, made)
	copied := made
	return &copied, nil
}

// DeleteNetwork notes the deletion.
func (h *Host) DeleteNetwork(_ context.Context, id string) error {
	h.note("HcnDeleteNetwork", "network "+id, nil)
	return nil
}

// network returns the network of that ID, noted or real.
func (h *Host) network(ctx context.Context, id string) (*hcnspec.Network, error) {
	all, err := h.Networks(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, nil
}

// Networks returns the real networks and those that were noted.
func (h *Host) Networks(ctx context.Context) ([]hcnspec.Network, error) {
	all, err := h.Service.Networks(ctx)
	return append(all, h.networks...), err
}
