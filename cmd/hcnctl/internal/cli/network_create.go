package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/intent"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

func (a *app) networkCreateCommand() *cobra.Command {
	var in intent.Intent
	var vsids []uint
	var yes bool
	cmd := &cobra.Command{Use: "create [NAME]", Short: "Create a network and wait until the node is reachable again", Args: cobra.MaximumNArgs(1),
		Example: `  hcnctl network create nat --type nat --subnet 172.20.0.0/20
  hcnctl network create cbr0 --type l2bridge --subnet 10.244.3.0/24 --gateway 10.244.3.1 --interface Ethernet --yes`,
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			if len(args) == 1 {
				in.Name = args[0]
			}
			for _, v := range vsids {
				if v > hcnspec.MaxVSID {
					return fmt.Errorf("--vsid %d: want %d to %d", v, hcnspec.MinVSID, hcnspec.MaxVSID)
				}
				in.VSIDs = append(in.VSIDs, uint32(v))
			}
			return a.createNetwork(ctx, svc, in, yes)
		})}
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "name of the network, also as the argument (default: the type)")
	networkFlags(cmd, &in)
	f.UintSliceVar(&vsids, "vsid", nil, "virtual subnet identifiers of an overlay, 4096 and up, one for each subnet")
	f.BoolVar(&yes, "yes", false, "continue although the node will be unreachable for some seconds")
	return cmd
}

// networkFlags are the flags that network create shares with conf generate.
func networkFlags(cmd *cobra.Command, in *intent.Intent) {
	f := cmd.Flags()
	f.StringVar(&in.Type, "type", "nat", "nat, sdnbridge (l2bridge), sdnoverlay (overlay), sdntunnel (l2tunnel) or transparent")
	f.StringSliceVar(&in.Subnets, "subnet", nil, "prefix of the network, one for each address family")
	f.StringSliceVar(&in.Gateways, "gateway", nil, "gateway of a subnet (default: its first address)")
	f.StringVar(&in.Adapter, "interface", "", "adapter that the network binds to (default: the one with the default route)")
	f.Uint32Var(&in.VLAN, "vlan", 0, "VLAN identifier, 1 to 4094")
	f.StringSliceVar(&in.DNSServers, "dns-server", nil, "addresses of the resolvers")
	f.StringSliceVar(&in.DNSSearch, "dns-suffix", nil, "search domains")
	completeFlag(cmd, "type", netconf.Types("")...)
}

func (a *app) createNetwork(ctx context.Context, svc hostnet.Service, in intent.Intent, yes bool) error {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return err
	}
	if in, err = in.WithFacts(n); err != nil {
		return err
	}
	doc, err := networkOf(in, n.Version)
	if err != nil {
		return err
	}
	made, err := a.makeNetwork(ctx, svc, n, doc, yes)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.Stdout, made.ID)
	return err
}

// makeNetwork creates a network after additional checks for interactive use, and waits for it. The error is
// hostnet.ErrExists if one of that name exists.
func (a *app) makeNetwork(ctx context.Context, svc hostnet.Service, n *node.Node, doc *hcnspec.Network, yes bool) (*hcnspec.Network, error) {
	if err := checkNew(n, doc, yes); err != nil {
		return nil, err
	}
	made, err := svc.CreateNetwork(ctx, doc)
	if err != nil {
		return nil, err
	}
	return made, a.awaitNetwork(ctx, svc, made, node.Adapter(n.Adapters, node.Uplink(doc)))
}

// networkOf returns the document with which the plugin of that type would create the network.
func networkOf(in intent.Intent, hns hcnspec.Version) (*hcnspec.Network, error) {
	text, err := in.NetworkOnly()
	if err != nil {
		return nil, err
	}
	profile, err := attach.ProfileFor(in.Type)
	if err != nil {
		return nil, err
	}
	doc, _, err := ourPlugin{Call: conffile.Call{Network: in.Name, Stdin: text}, profile: profile}.networkDocument(hns)
	return doc, err
}

// checkNew rejects networks that HNS would accept but the operator would regret.
func checkNew(n *node.Node, doc *hcnspec.Network, yes bool) error {
	for i := range n.Networks {
		other := &n.Networks[i]
		if other.Name == doc.Name {
			return fmt.Errorf("network %q: %w (ID %s)", doc.Name, hostnet.ErrExists, other.ID)
		}
		if node.TypeOf(other) == hcnspec.NAT && doc.Type == hcnspec.NAT && !yes {
			return fmt.Errorf("network %q is of type NAT, and a second one can hang HNS until a reboot when both publish ports "+
				"(Windows-Containers#140): use the first, or use --yes", other.Name)
		}
	}
	adapter := node.Uplink(doc)
	if adapter == "" {
		return nil
	}
	if node.Adapter(n.Adapters, adapter) == nil {
		return fmt.Errorf("--interface %q: this node has no such adapter; it has %q", adapter, adapterNames(n.Adapters))
	}
	if !yes && onlyUplink(n, adapter) {
		return fmt.Errorf("%q is the node's only uplink: creating network %q takes it away for 6 to 20 seconds, and connections "+
			"may break: use --yes to continue", adapter, doc.Name)
	}
	return nil
}

func adapterNames(all []hostnet.Adapter) []string {
	var names []string
	for _, a := range all {
		if !a.Virtual {
			names = append(names, a.Name)
		}
	}
	return names
}

// onlyUplink reports whether the adapter is the node's only connection and not in an HNS switch yet. Once it is,
// another network on it does not interrupt the connection.
func onlyUplink(n *node.Node, adapter string) bool {
	for i := range n.Networks {
		if node.Uplink(&n.Networks[i]) == adapter {
			return false
		}
	}
	for _, a := range n.Adapters {
		if a.Up && !a.Virtual && a.Gateway.IsValid() && a.Name != adapter {
			return false
		}
	}
	return true
}

// awaitNetwork waits until the network exists and is healthy, and the node has one of its adapter's addresses again: on
// the adapter, or on the virtual one that replaces it.
func (a *app) awaitNetwork(ctx context.Context, svc hostnet.Service, made *hcnspec.Network, uplink *hostnet.Adapter) error {
	p := a.progress("network " + made.Name)
	defer p.done()
	for {
		waiting, err := stillWaiting(ctx, svc, made, uplink)
		if err != nil || waiting == "" {
			return err
		}
		p.say("waiting for " + waiting)
		if err := a.Sleep(ctx, time.Second/2); err != nil {
			return fmt.Errorf("network %q was created, but %s was not ready within %s; see the Host-Network-Service event log: %w",
				made.Name, waiting, a.timeout, err)
		}
	}
}

func stillWaiting(ctx context.Context, svc hostnet.Service, made *hcnspec.Network, uplink *hostnet.Adapter) (string, error) {
	network, err := svc.NetworkByName(ctx, made.Name)
	switch {
	case errors.Is(err, hostnet.ErrNotFound):
		return "the switch", nil
	case err != nil:
		return "", err
	}
	if code := network.Health.LastErrorCode(); code != 0 {
		return "", fmt.Errorf("network %q was created but is not healthy: %s", made.Name, hostnet.MakeCode(code))
	}
	if uplink == nil || len(uplink.Addresses) == 0 {
		return "", nil
	}
	adapters, err := svc.Adapters(ctx)
	if err != nil {
		return "", err
	}
	for _, adapter := range adapters {
		for _, prefix := range adapter.Addresses {
			if adapter.Up && prefix.Addr() == uplink.Addresses[0].Addr() {
				return "", nil
			}
		}
	}
	return "the management address " + uplink.Addresses[0].Addr().String(), nil
}
