package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/containernetworking/cni/pkg/types"
	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/dryrun"
	"github.com/Microsoft/windows-container-networking/pkg/cniplugin"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// planned is the outcome of a dry run of ADD.
type planned struct {
	Steps  []dryrun.Step `json:"steps"`
	Result types.Result  `json:"result"`
	Notes  []string      `json:"notes,omitempty"`
}

func (a *app) planCommand() *cobra.Command {
	var pod dryrun.Pod
	var publish []string
	cmd := &cobra.Command{Use: "plan FILE", Short: "Show the HCN documents and the CNI result that ADD would produce, without changing anything", Args: cobra.ExactArgs(1),
		Long: "Runs the plugin's own ADD on this node's network as it is, with a host network service that only records what it is asked " +
			"to change. host-local reserves addresses in a copy of its files. What HNS would choose itself is an example, and is marked with a note.",
		Example: `  hcnctl plan 10-hcnctl.conflist --publish 8080:80/tcp`,
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			mappings, err := portMappings(publish)
			if err != nil {
				return err
			}
			if mappings != nil {
				pod.PortMappings = mappings
			}
			return a.plan(ctx, svc, args[0], pod)
		})}
	f := cmd.Flags()
	f.StringVar(&pod.ID, "id", "pod", "ID of the pod's container")
	f.StringVar(&pod.Netns, "netns", "", "GUID of its namespace (default: a new one)")
	f.StringVar(&pod.IfName, "ifname", "eth0", "name of the interface")
	f.StringSliceVar(&publish, "publish", nil, "port of the node and of the pod: 8080:80/tcp")
	f.StringVar(&pod.IP, "ip", "", "address to ask for; for an IPAM plugin other than host-local, the one that it gives, with its prefix length")
	f.StringVar(&pod.MAC, "mac", "", "MAC address to ask for")
	f.StringVar(&pod.Args, "args", "", "CNI_ARGS, as KEY=VALUE;KEY=VALUE")
	f.StringVar(&pod.Lease, "flannel-subnet", "", "subnet that flannel has leased to the node")
	return cmd
}

func (a *app) plan(ctx context.Context, svc hostnet.Service, file string, pod dryrun.Pod) error {
	text, err := os.ReadFile(file) // #nosec G304 -- the operator names the file
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	plugins, err := ourPlugins(file, text)
	if err != nil {
		return err
	}
	if len(plugins) == 0 {
		return fmt.Errorf("%s uses none of this project's plugins", file)
	}
	host := dryrun.New(svc)
	all := planned{Notes: []string{}}
	for _, plugin := range plugins {
		all.Result, err = host.Add(ctx, plugin.profile, plugin.Call, pod)
		var unknown *dryrun.AddressError
		switch {
		case errors.As(err, &unknown):
			return err
		case err != nil:
			return fmt.Errorf("ADD would fail with code %d: %w", cniplugin.CodeOf(err), err)
		}
	}
	all.Steps, all.Notes = host.Steps, host.Notes
	return a.printPlan(all)
}

func (a *app) printPlan(all planned) error {
	if a.format != "table" {
		return a.document(all)
	}
	for i, step := range all.Steps {
		fmt.Fprintf(a.Stdout, "%d. %s: %s\n", i+1, step.Call, step.Object)
		if step.Document == nil {
			continue
		}
		if err := a.document(step.Document); err != nil {
			return err
		}
	}
	if len(all.Steps) == 0 {
		fmt.Fprintln(a.Stdout, "HNS has all of it already.")
	}
	for _, note := range all.Notes {
		fmt.Fprintf(a.Stdout, "Note: %s.\n", note)
	}
	fmt.Fprintln(a.Stdout, "The result:")
	return a.document(all.Result)
}
