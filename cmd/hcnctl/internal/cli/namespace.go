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

func (a *app) namespaceCommand() *cobra.Command {
	ls := &cobra.Command{Use: "ls", Short: "List namespaces and what they hold", Args: cobra.NoArgs, RunE: a.onHost(a.listNamespaces)}
	create := &cobra.Command{Use: "create", Short: "Create a namespace and print its GUID, which a runtime would pass as CNI_NETNS",
		Args: cobra.NoArgs, RunE: a.onHost(a.createNamespace)}
	var force bool
	rm := &cobra.Command{Use: "rm NAMESPACE...", Short: "Delete namespaces", Args: cobra.MinimumNArgs(1),
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.removeNamespaces(ctx, svc, args, force)
		})}
	rm.Flags().BoolVar(&force, "force", false, "also namespaces that hold endpoints or containers")
	return group("namespace", "Namespaces: the pods' network compartments", []string{"ns"}, ls, create, rm)
}

func (a *app) listNamespaces(ctx context.Context, svc hostnet.Service, _ []string) error {
	all, err := svc.Namespaces(ctx)
	if err != nil {
		return err
	}
	endpoints, err := svc.Endpoints(ctx)
	if err != nil {
		return err
	}
	node.SortNamespaces(all)
	t := table{{"ID", "TYPE", "COMPARTMENT", "ENDPOINTS", "CONTAINERS"}}
	for i := range all {
		n := &all[i]
		t = append(t, []string{n.ID, string(n.Type), fmt.Sprint(n.NamespaceID),
			strings.Join(endpointNames(n, endpoints), ","), fmt.Sprint(containers(n))})
	}
	return a.show(notNil(all), t)
}

func endpointNames(n *hcnspec.Namespace, endpoints []hcnspec.Endpoint) []string {
	var names []string
	for _, id := range n.EndpointIDs() {
		name := id
		for _, e := range endpoints {
			if hostnet.SameID(e.ID, id) {
				name = short(e.Name)
			}
		}
		names = append(names, name)
	}
	return names
}

func containers(n *hcnspec.Namespace) int {
	count := 0
	for _, r := range n.Resources {
		if r.Type == hcnspec.NamespaceContainer {
			count++
		}
	}
	return count
}

func (a *app) createNamespace(ctx context.Context, svc hostnet.Service, _ []string) error {
	n, err := svc.CreateNamespace(ctx, &hcnspec.Namespace{SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.Stdout, n.ID)
	return err
}

func (a *app) removeNamespaces(ctx context.Context, svc hostnet.Service, args []string, force bool) error {
	all, err := svc.Namespaces(ctx)
	if err != nil {
		return err
	}
	var doomed []*hcnspec.Namespace
	for _, arg := range args {
		n, err := find("namespace", arg, all, func(n *hcnspec.Namespace) (string, string) { return n.ID, "" })
		if err != nil {
			return err
		}
		if len(n.Resources) > 0 && !force {
			return fmt.Errorf("namespace %s holds %s and %s: stop the pod, or use --force",
				n.ID, count(len(n.EndpointIDs()), "endpoint"), count(containers(n), "container"))
		}
		doomed = append(doomed, n)
	}
	for _, n := range doomed {
		if err := svc.DeleteNamespace(ctx, n.ID); err != nil {
			return err
		}
		fmt.Fprintln(a.Stdout, n.ID)
	}
	return nil
}
