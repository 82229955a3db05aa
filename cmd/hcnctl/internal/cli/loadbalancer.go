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

func (a *app) loadBalancerCommand() *cobra.Command {
	ls := &cobra.Command{Use: "ls", Short: "List load balancers, kube-proxy's included", Args: cobra.NoArgs, RunE: a.onHost(a.listLoadBalancers)}
	var force bool
	rm := &cobra.Command{Use: "rm ID...", Short: "Delete load balancers without members", Args: cobra.MinimumNArgs(1),
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.removeLoadBalancers(ctx, svc, args, force)
		})}
	rm.Flags().BoolVar(&force, "force", false, "delete them although they have members")
	return group("loadbalancer", "Load balancers: front ends shared by endpoints", []string{"lb"}, ls, rm)
}

func (a *app) listLoadBalancers(ctx context.Context, svc hostnet.Service, _ []string) error {
	all, err := svc.LoadBalancers(ctx)
	if err != nil {
		return err
	}
	node.SortLoadBalancers(all)
	t := table{{"FRONTEND", "PORTS", "SOURCE VIP", "DSR", "ENDPOINTS", "ID"}}
	for i := range all {
		lb := &all[i]
		dsr := ""
		if lb.Flags&hcnspec.LoadBalancerDSR != 0 {
			dsr = "yes"
		}
		t = append(t, []string{strings.Join(lb.FrontendVIPs, ","), strings.Join(node.FrontPorts(lb), ","), lb.SourceVIP, dsr,
			fmt.Sprint(len(lb.Endpoints)), short(lb.ID)})
	}
	return a.show(notNil(all), t)
}

func (a *app) removeLoadBalancers(ctx context.Context, svc hostnet.Service, args []string, force bool) error {
	all, err := svc.LoadBalancers(ctx)
	if err != nil {
		return err
	}
	var doomed []string
	for _, arg := range args {
		lb, err := find("load balancer", arg, all, func(lb *hcnspec.LoadBalancer) (string, string) { return lb.ID, "" })
		if err != nil {
			return err
		}
		if len(lb.Endpoints) > 0 && !force {
			return fmt.Errorf("load balancer %s (%s) has %s: remove the service, or use --force",
				strings.Join(lb.FrontendVIPs, ","), lb.ID, count(len(lb.Endpoints), "member"))
		}
		doomed = append(doomed, lb.ID)
	}
	for _, id := range doomed {
		if err := svc.DeleteLoadBalancer(ctx, id); err != nil {
			return fmt.Errorf("delete load balancer %s: %w", id, err)
		}
		fmt.Fprintln(a.Stdout, id)
	}
	return nil
}
