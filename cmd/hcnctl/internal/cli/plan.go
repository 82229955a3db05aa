package cli

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/containernetworking/cni/pkg/types"
	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/dryrun"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// planned is what ADD would do.
type planned struct {
	Steps  []dryrun.Step `json:"steps"`
	Result types.Result  `json:"result"`
	Notes  []string      `json:"notes,omitempty"`
}

// planFlags are what plan is told about the attachment.
type planFlags struct {
	podFlags
	id, netns, lease string
	args             string
}

func (a *app) planCommand() *cobra.Command {
	var p planFlags
	cmd := &cobra.Command{Use: "plan FILE", Short: "Show the HCN documents and the CNI result that ADD would make, and touch nothing", Args: cobra.ExactArgs(1),
		Long: "Runs the plugin's own ADD on this node's network as it is, with a host network service that only notes what it is asked " +
			"to change. Reservations of host-local are made in a copy. Whatever HNS would choose itself is an example, and a note says so.",
		Example: `  hcnctl plan 10-hcnctl.conflist --publish 8080:80/tcp`,
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			p.file = args[0]
			return a.plan(ctx, svc, &p)
		})}
	f := cmd.Flags()
	f.StringVar(&p.id, "id", "pod", "ID of the pod's container")
	f.StringVar(&p.netns, "netns", "", "GUID of its namespace (default: a new one)")
	f.StringVar(&p.ifName, "ifname", "eth0", "name of the interface")
	f.StringSliceVar(&p.publish, "publish", nil, "port of the node and of the pod: 8080:80/tcp")
	f.StringVar(&p.ip, "ip", "", "address to ask for; for an IPAM plugin other than host-local, the one that it gives, with its prefix length")
	f.StringVar(&p.mac, "mac", "", "MAC address to ask for")
	f.StringVar(&p.args, "args", "", "CNI_ARGS, as KEY=VALUE;KEY=VALUE")
	f.StringVar(&p.lease, "flannel-subnet", "", "subnet that flannel has leased to the node")
	return cmd
}

func (a *app) plan(ctx context.Context, svc hostnet.Service, p *planFlags) error {
	text, err := os.ReadFile(p.file)
	if err != nil {
		return err
	}
	plugins, err := ourPlugins(p.file, text)
	if err != nil {
		return err
	}
	if len(plugins) == 0 {
		return fmt.Errorf("%s calls none of this project's plugins", p.file)
	}
	host := dryrun.New(svc)
	all := planned{Notes: []string{}}
	for _, plugin := range plugins {
		if all.Result, err = a.planOne(ctx, host, plugin, p); err != nil {
			return err
		}
	}
	all.Steps, all.Notes = host.Steps, host.Notes
	return a.printPlan(all)
}

// planOne runs ADD of one plugin on the dry run.
func (a *app) planOne(ctx context.Context, host *dryrun.Host, plugin ourPlugin, p *planFlags) (types.Result, error) {
	stdin, done, err := p.stdin(plugin, host)
	if err != nil {
		return nil, err
	}
	defer done()
	cniArgs := p.args
	switch other := foreignIPAM(stdin); {
	case other != "" && p.ip == "":
		return nil, fmt.Errorf("the addresses of IPAM plugin %q cannot be known without reserving one: say --ip ADDRESS/LENGTH", other)
	case other == "" && p.ip != "":
		cniArgs += ";IP=" + p.ip
	}
	if p.mac != "" {
		cniArgs += ";MAC=" + p.mac
	}
	conf, problems := netconf.Parse(netconf.Input{Verb: "ADD", Stdin: stdin, ContainerID: p.id,
		Netns: cmp.Or(p.netns, dryrun.Namespace), IfName: p.ifName, Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + p.id + trimArgs(cniArgs)})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	attacher := attach.Attacher{Profile: plugin.profile, Host: host, Log: slog.New(slog.DiscardHandler),
		Locks: dryrun.Locks{}, Replacements: dryrun.Replacements{Real: attach.ReplacementsOfNode()},
		IPAM: ipam.Client{Exec: givenAddress{p.ip}}}
	result, err := attacher.Add(ctx, conf)
	if err != nil {
		return nil, fmt.Errorf("ADD would fail: %w", err)
	}
	return result.GetAsVersion(conf.CNIVersion)
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
