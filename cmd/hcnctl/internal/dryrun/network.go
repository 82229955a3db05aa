package dryrun

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// NetworkByName returns a recorded network, or a real one.
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

// CreateNetwork records the network, or rejects it as HNS would. It has the requested subnet; a NAT network without one
// gets an example.
func (h *Host) CreateNetwork(ctx context.Context, n *hcnspec.Network) (*hcnspec.Network, error) {
	if err := h.checkUplink(ctx, n); err != nil {
		return nil, err
	}
	if err := h.checkPrefixes(ctx, n); err != nil {
		return nil, err
	}
	h.note(createNetwork, "network "+n.Name, n)
	made := *n
	made.ID = h.newID()
	if len(made.Subnets()) == 0 && made.Type == hcnspec.NAT {
		h.guess("HNS chooses the prefix of the network; %s is an example", exampleNAT)
		made.Ipams = []hcnspec.Ipam{{Type: hcnspec.IpamStatic, Subnets: []hcnspec.Subnet{{IPAddressPrefix: exampleNAT,
			Routes: []hcnspec.Route{{NextHop: exampleGateway, DestinationPrefix: hcnspec.DefaultRoute4}}}}}}
	}
	if made.Type == hcnspec.Overlay {
		h.addProviderAddress(ctx, &made)
	}
	h.networks = append(h.networks, made)
	copied := made
	return &copied, nil
}

// addProviderAddress adds the policy with the node's address that HNS writes into an overlay.
func (h *Host) addProviderAddress(ctx context.Context, n *hcnspec.Network) {
	adapters, err := h.Adapters(ctx)
	name := node.Uplink(n)
	i := slices.IndexFunc(adapters, func(a hostnet.Adapter) bool {
		return a.Up && !a.Virtual && (name == "" || a.Name == name)
	})
	isProvider := func(p hcnspec.Policy) bool { return p.Type == hcnspec.ProviderAddress }
	if err != nil || i < 0 || len(adapters[i].Addresses) == 0 || slices.ContainsFunc(n.Policies, isProvider) {
		return
	}
	n.Policies = append(slices.Clone(n.Policies), hcnspec.NewPolicy(hcnspec.ProviderAddress,
		hcnspec.ProviderAddressSetting{ProviderAddress: adapters[i].Addresses[0].Addr().String()}))
}

// checkUplink rejects an adapter to which HNS cannot bind a switch.
func (h *Host) checkUplink(ctx context.Context, n *hcnspec.Network) error {
	if n.Type == hcnspec.NAT {
		return nil
	}
	adapters, err := h.Adapters(ctx)
	if err != nil {
		return err
	}
	name := node.Uplink(n)
	if name == "" {
		if !slices.ContainsFunc(adapters, func(a hostnet.Adapter) bool { return a.Up && !a.Virtual }) {
			return refuse(createNetwork, hostnet.CodeAdapterNotFound, fmt.Sprintf("the node has no adapter for a network of type %s", n.Type))
		}
		return nil
	}
	a := node.Adapter(adapters, name)
	switch {
	case a == nil && strings.HasPrefix(name, "vEthernet ("):
		return refuse(createNetwork, hostnet.CodeInvalidParameter, fmt.Sprintf("adapter %q belongs to a virtual switch", name))
	case a == nil || !a.Up:
		return refuse(createNetwork, hostnet.CodeAdapterNotFound, fmt.Sprintf("the node has no adapter %q that is up", name))
	case a.Virtual:
		return refuse(createNetwork, hostnet.CodeInvalidParameter, fmt.Sprintf("adapter %q belongs to a virtual switch", name))
	}
	return nil
}

// checkPrefixes rejects a prefix that another NAT network has (docker/for-win#1384).
func (h *Host) checkPrefixes(ctx context.Context, n *hcnspec.Network) error {
	if n.Type != hcnspec.NAT {
		return nil
	}
	all, err := h.Networks(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if node.TypeOf(&all[i]) != hcnspec.NAT {
			continue
		}
		for _, theirs := range hcnrule.SubnetsOf(&all[i]) {
			for _, mine := range hcnrule.SubnetsOf(n) {
				if mine.Prefix.Overlaps(theirs.Prefix) {
					return refuse(createNetwork, hostnet.CodeObjectAlreadyExists,
						fmt.Sprintf("subnet %s overlaps %s of NAT network %q", mine.Prefix, theirs.Prefix, all[i].Name))
				}
			}
		}
	}
	return nil
}

// DeleteNetwork records the deletion.
func (h *Host) DeleteNetwork(_ context.Context, id string) error {
	h.note("HcnDeleteNetwork", "network "+id, nil)
	return nil
}

// network returns the network of that ID, recorded or real.
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

// Networks returns the real networks and the recorded ones.
func (h *Host) Networks(ctx context.Context) ([]hcnspec.Network, error) {
	all, err := h.Service.Networks(ctx)
	return append(all, h.networks...), err
}
