// Package cniplugin is the edge of a plugin's process: environment and stdin become a verb of
// pkg/attach, and its outcome becomes a result or a CNI error on stdout and one line in the log.
package cniplugin

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
	cniversion "github.com/containernetworking/cni/pkg/version"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/cnilog"
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/thishost"
	"github.com/Microsoft/windows-container-networking/pkg/version"
)

// Main runs the verb that the environment names and ends the process: with 0 after success, with 1 after an error,
// which it prints to stdout as CNI error JSON of at most 4 KiB. Run by hand, without CNI_COMMAND, it prints its name
// and version to stderr.
func Main(profile attach.Profile) {
	about := fmt.Sprintf("CNI plugin %s (HCN %s networks) %s, part of windows-container-networking",
		profile.Name, profile.Type, version.String())
	surviveClosedPipes()
	verbs := skel.CNIFuncs{
		Add: verb(profile, "ADD", add), Del: verb(profile, "DEL", del), Check: verb(profile, "CHECK", check),
		GC: verb(profile, "GC", gc), Status: verb(profile, "STATUS", status),
	}
	err := skel.PluginMainFuncsWithError(verbs, cniversion.PluginSupports(netconf.CNIVersions...), about)
	if err == nil {
		return
	}
	if printErr := bounded(err).Print(); printErr != nil {
		fmt.Fprintln(os.Stderr, "cannot write the error to stdout:", printErr)
	}
	os.Exit(1)
}

// verb adapts one verb to skel: parse, run and log. A panic becomes an error.
func verb(profile attach.Profile, name string, run func(context.Context, *attach.Attacher, *netconf.Config) error) func(*skel.CmdArgs) error {
	return func(args *skel.CmdArgs) (err error) {
		defer catch(&err)
		conf, problems := Parse(profile, netconf.Input{
			Verb: name, Stdin: args.StdinData, ContainerID: args.ContainerID,
			Netns: args.Netns, IfName: args.IfName, Args: args.Args,
		})
		log := cnilog.Open(cnilog.Options{Plugin: profile.Name, File: conf.LogFile, Level: conf.LogLevel})
		defer log.Close()
		return cniError(logged(log.Slog(), name, conf, func(log *slog.Logger) (calls int, err error) {
			defer catch(&err) // a bug is logged too
			if len(problems) > 0 {
				return 0, problems
			}
			return onHost(profile, conf, args.Path, log, run)
		}))
	}
}

// Parse reads the input from a runtime. For ADD the error lists every problem for which this profile rejects the
// configuration, so that all can be corrected at once.
func Parse(profile attach.Profile, in netconf.Input) (*netconf.Config, confdoc.Findings) {
	conf, problems := netconf.Parse(in)
	if len(problems) == 0 || in.Verb != "ADD" || conf.Type == "" {
		return conf, problems
	}
	more, _ := profile.Validate(conf)
	return conf, append(problems, more...)
}

// logged runs the verb and writes its one line. The verb returns the number of its HCN calls.
func logged(log *slog.Logger, name string, conf *netconf.Config, run func(*slog.Logger) (int, error)) error {
	start := time.Now()
	log = log.With("verb", name, "container", conf.Attachment.ContainerID, "interface", conf.Attachment.IfName,
		"pod", conf.Attachment.PodNamespace+"/"+conf.Attachment.PodName, "network", conf.Name)
	calls, err := run(log)
	outcome := []any{"ms", time.Since(start).Milliseconds(), "hcn_calls", calls}
	if err != nil {
		log.Error("failed", append(outcome, "error", err.Error(), "code", CodeOf(err))...)
		return err
	}
	log.Info("done", outcome...)
	return nil
}

// onHost runs the verb against this machine's host network.
func onHost(profile attach.Profile, conf *netconf.Config, path string, log *slog.Logger, run func(context.Context, *attach.Attacher, *netconf.Config) error) (int, error) {
	service, _, err := thishost.Service()
	if err != nil {
		return 0, err
	}
	host := hostnet.NewPatient(service)
	err = run(context.Background(), attach.New(profile, host, path, log), conf)
	return host.Calls(), err
}

func add(ctx context.Context, a *attach.Attacher, conf *netconf.Config) error {
	return a.AddAndReport(ctx, conf, func(result *types100.Result) error {
		if err := types.PrintResult(result, conf.CNIVersion); err != nil {
			return fmt.Errorf("write the result to stdout: %w", types.NewError(types.ErrIOFailure, err.Error(), ""))
		}
		return nil
	})
}

func del(ctx context.Context, a *attach.Attacher, conf *netconf.Config) error {
	return a.Del(ctx, conf)
}

func check(ctx context.Context, a *attach.Attacher, conf *netconf.Config) error {
	return a.Check(ctx, conf)
}

func gc(ctx context.Context, a *attach.Attacher, conf *netconf.Config) error { return a.GC(ctx, conf) }

func status(ctx context.Context, a *attach.Attacher, conf *netconf.Config) error {
	return a.Status(ctx, conf)
}
