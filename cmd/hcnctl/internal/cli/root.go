package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/printable"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/version"
)

// app is one run of hcnctl: its environment and the flags that every command has.
type app struct {
	Env
	quiet   bool
	format  string
	timeout time.Duration
}

// Run executes one command line and returns the exit status: 0, or 1 after an error or a finding.
func Run(env Env, args []string) int {
	a := &app{Env: env}
	root := a.root()
	root.SetArgs(args)
	if err := root.ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(env.Stderr, "hcnctl:", printable.Lines(err.Error()))
		return 1
	}
	return 0
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "hcnctl",
		Short:         "Set up, verify and inspect the container network of a Windows node",
		Version:       version.String(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	flags := root.PersistentFlags()
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "suppress the line about the host, warnings and progress")
	flags.StringVarP(&a.format, "output", "o", "table", "output format: table, json or yaml")
	flags.DurationVar(&a.timeout, "timeout", 2*time.Minute, "how long to wait for the host network service")
	completeFlag(root, "output", "table", "json", "yaml")
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.checkFormat() }
	root.AddCommand(a.networkCommand(), a.endpointCommand(), a.namespaceCommand(), a.loadBalancerCommand(),
		a.confCommand(), a.planCommand(), a.doctorCommand(), a.gcCommand(), a.topologyCommand(), a.installCommand(), a.uninstallCommand(), a.podCommand(),
		a.featuresCommand(), a.probeCommand(), a.versionCommand())
	return root
}

// host opens the host network service. The service retries transient errors until the context ends.
func (a *app) host(ctx context.Context) (context.Context, context.CancelFunc, hostnet.Service, error) {
	svc, kind, err := a.Open()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open the host network service: %w", err)
	}
	if kind != realHost {
		a.note("host: %s", kind)
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	return ctx, cancel, hostnet.NewPatient(svc), nil
}

// realHost is thishost.Service's description of the HNS of a Windows machine.
const realHost = "HNS"

// onHost adapts a function that works on the host network service to a command's RunE.
func (a *app) onHost(f func(ctx context.Context, svc hostnet.Service, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ctx, cancel, svc, err := a.host(cmd.Context())
		if err != nil {
			return err
		}
		defer cancel()
		return f(ctx, svc, args)
	}
}

// note prints a message to stderr, unless --quiet is set.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintln(a.Stderr, printable.Lines(fmt.Sprintf(format, args...)))
	}
}

// group returns a command that only has subcommands.
func group(use, short string, aliases []string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Aliases: aliases, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(children...)
	return cmd
}
