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
	return group("loadbalancer", "Load balancers: front ends shared by endpoints", []string{"lb"}, ls)
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
