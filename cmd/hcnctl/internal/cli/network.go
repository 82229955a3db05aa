package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func (a *app) networkCommand() *cobra.Command {
	ls := &cobra.Command{Use: "ls", Short: "List networks", Args: cobra.NoArgs, RunE: a.onHost(a.listNetworks)}
	inspect := &cobra.Command{Use: "inspect NETWORK", Short: "Print a network's complete document", Args: cobra.ExactArgs(1),
		RunE: a.onHost(a.inspectNetwork)}
	var force bool
	rm := &cobra.Command{Use: "rm NETWORK...", Short: "Delete networks", Args: cobra.MinimumNArgs(1),
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.removeNetworks(ctx, svc, args, force)
		})}
	rm.Flags().BoolVar(&force, "force", false, "delete the network's endpoints first, also those of running pods")
	return group("network", "Networks: virtual switches and their address spaces", []string{"net"}, ls, inspect, a.networkCreateCommand(), rm)
}

func (a *app) listNetworks(ctx context.Context, svc hostnet.Service, _ []string) error {
	networks, err := svc.Networks(ctx)
	if err != nil {
		return err
	}
	node.SortNetworks(networks)
	t := table{{"NAME", "TYPE", "SUBNET", "GATEWAY", "ISOLATION", "ADAPTER", "ID"}}
	for i := range networks {
		t = append(t, networkRow(&networks[i]))
	}
	return a.show(notNil(networks), t)
}

func networkRow(n *hcnspec.Network) []string {
	var prefixes, gateways, isolations []string
	for _, s := range n.Subnets() {
		prefixes = append(prefixes, s.IPAddressPrefix)
		if gw := s.Gateway(); gw.IsValid() {
			gateways = append(gateways, gw.String())
		}
		if i := node.Isolation(&s); i != "" {
			isolations = append(isolations, i)
		}
	}
	return []string{n.Name, string(node.TypeOf(n)), strings.Join(prefixes, ","), strings.Join(gateways, ","),
		strings.Join(isolations, ","), node.Uplink(n), short(n.ID)}
}

func (a *app) inspectNetwork(ctx context.Context, svc hostnet.Service, args []string) error {
	all, err := svc.Networks(ctx)
	if err != nil {
		return err
	}
	n, err := findNetwork(all, args[0])
	if err != nil {
		return err
	}
	return a.document(n)
}

func findNetwork(all []hcnspec.Network, text string) (*hcnspec.Network, error) {
	return find("network", text, all, func(n *hcnspec.Network) (string, string) { return n.ID, n.Name })
}

func (a *app) removeNetworks(ctx context.Context, svc hostnet.Service, args []string, force bool) error {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return err
	}
	var doomed []*hcnspec.Network
	for _, arg := range args {
		network, err := findNetwork(n.Networks, arg)
		if err != nil {
			return err
		}
		if endpoints := n.EndpointsOf(network.ID); len(endpoints) > 0 && !force {
			return fmt.Errorf("network %q has %s: stop the pods, or use --force", network.Name, count(len(endpoints), "endpoint"))
		}
		doomed = append(doomed, network)
	}
	for _, network := range doomed {
		if err := deleteNetwork(ctx, svc, n, network); err != nil {
			return err
		}
		fmt.Fprintln(a.Stdout, network.Name)
	}
	return nil
}

func deleteNetwork(ctx context.Context, svc hostnet.Service, n *node.Node, network *hcnspec.Network) error {
	for _, e := range n.EndpointsOf(network.ID) {
		if err := svc.DeleteEndpoint(ctx, e.ID); err != nil {
			return err
		}
	}
	return svc.DeleteNetwork(ctx, network.ID)
}
