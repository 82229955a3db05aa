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

func (a *app) endpointCommand() *cobra.Command {
	var network string
	ls := &cobra.Command{Use: "ls", Short: "List endpoints with their addresses, use and published ports", Args: cobra.NoArgs,
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error {
			return a.listEndpoints(ctx, svc, network)
		})}
	ls.Flags().StringVar(&network, "network", "", "only of this network (name or ID)")
	inspect := &cobra.Command{Use: "inspect ENDPOINT", Short: "Print an endpoint's complete document", Args: cobra.ExactArgs(1),
		RunE: a.onHost(a.inspectEndpoint)}
	var force bool
	rm := &cobra.Command{Use: "rm ENDPOINT...", Short: "Delete endpoints", Args: cobra.MinimumNArgs(1),
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.removeEndpoints(ctx, svc, args, force)
		})}
	rm.Flags().BoolVar(&force, "force", false, "also endpoints that a pod, another node or the host uses")
	return group("endpoint", "Endpoints: the pods' ports on the networks", []string{"ep"}, ls, inspect, rm)
}

func (a *app) listEndpoints(ctx context.Context, svc hostnet.Service, network string) error {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return err
	}
	endpoints := n.Endpoints
	if network != "" {
		nw, err := findNetwork(n.Networks, network)
		if err != nil {
			return err
		}
		endpoints = n.EndpointsOf(nw.ID)
	}
	t := table{{"NAME", "NETWORK", "ADDRESSES", "MAC", "USE", "NAMESPACE", "PORTS", "ID"}}
	for i := range endpoints {
		t = append(t, endpointRow(n, &endpoints[i]))
	}
	return a.show(notNil(endpoints), t)
}

func endpointRow(n *node.Node, e *hcnspec.Endpoint) []string {
	network := e.Network
	if nw := n.Network(e.Network); nw != nil {
		network = nw.Name
	}
	namespace := e.Namespace
	if hostnet.NoID(namespace) {
		namespace = ""
	}
	return []string{short(e.Name), network, strings.Join(node.Addresses(e), ","), e.MAC, string(n.UseOf(e)),
		short(namespace), strings.Join(node.Ports(e), ","), short(e.ID)}
}

// short shortens GUIDs and container IDs to a prefix that find accepts and that fits into a table.
func short(id string) string {
	head, rest, named := strings.Cut(id, "_")
	if named && len(head) > 12 {
		return head[:12] + "…_" + rest
	}
	if len(id) == len("00000000-0000-0000-0000-000000000000") && strings.Count(id, "-") == 4 {
		return strings.ToLower(id[:shortID])
	}
	return id
}

func (a *app) inspectEndpoint(ctx context.Context, svc hostnet.Service, args []string) error {
	all, err := svc.Endpoints(ctx)
	if err != nil {
		return err
	}
	e, err := findEndpoint(all, args[0])
	if err != nil {
		return err
	}
	return a.document(e)
}

func findEndpoint(all []hcnspec.Endpoint, text string) (*hcnspec.Endpoint, error) {
	return find("endpoint", text, all, func(e *hcnspec.Endpoint) (string, string) { return e.ID, e.Name })
}

func (a *app) removeEndpoints(ctx context.Context, svc hostnet.Service, args []string, force bool) error {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return err
	}
	var doomed []*hcnspec.Endpoint
	for _, arg := range args {
		e, err := findEndpoint(n.Endpoints, arg)
		if err != nil {
			return err
		}
		if use := n.UseOf(e); use != node.Idle && use != node.Stale && !force {
			return fmt.Errorf("endpoint %q is in use (%s, namespace %q): stop the pod, or use --force", e.Name, use, e.Namespace)
		}
		doomed = append(doomed, e)
	}
	for _, e := range doomed {
		if err := svc.DeleteEndpoint(ctx, e.ID); err != nil {
			return err
		}
		fmt.Fprintln(a.Stdout, e.ID)
	}
	return nil
}
