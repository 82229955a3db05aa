package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/probe"
)

// probeFlags are the flags of hcnctl probe.
type probeFlags struct {
	uplink, match, report, compare string
	clean, list                    bool
}

func (a *app) probeCommand() *cobra.Command {
	var f probeFlags
	cmd := &cobra.Command{Use: "probe", Short: "Ask this node's HNS what the emulator assumes about it", Args: cobra.NoArgs,
		Long: "Asks HNS every question that the emulator's rules rest on, and compares the answers with what is expected of its version. " +
			"Creates only objects whose names begin with " + probe.NamePrefix + ", and deletes them, also when interrupted. " +
			"Networks are bound to a physical adapter only where --uplink names one: the node may lose its connection for seconds. " +
			"Takes minutes on a real node. Exits with status 1 if an answer differs.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.probe(cmd.Context(), &f) }}
	flags := cmd.Flags()
	flags.StringVar(&f.uplink, "uplink", "", "adapter that networks may be bound to")
	flags.StringVar(&f.match, "match", "", "ask only the probes whose name contains this")
	flags.StringVar(&f.report, "report", "", "write the answers, with every document, to this file")
	flags.StringVar(&f.compare, "compare", "", "ask nothing; show which rules the report in this file contradicts")
	flags.BoolVar(&f.clean, "clean", false, "ask nothing; delete what an interrupted run left behind")
	flags.BoolVar(&f.list, "list", false, "ask nothing; list the probes")
	cmd.MarkFlagsMutuallyExclusive("compare", "clean", "list", "report")
	cmd.MarkFlagsMutuallyExclusive("compare", "clean", "list", "uplink")
	cmd.MarkFlagsMutuallyExclusive("compare", "clean", "list", "match")
	return cmd
}

func (a *app) probe(ctx context.Context, f *probeFlags) error {
	switch {
	case f.list:
		return a.listProbes()
	case f.compare != "":
		return a.compareReport(f.compare)
	case !elevated():
		return errors.New("probe: HNS refuses changes by this account; run hcnctl as administrator")
	}
	api, kind, err := a.OpenHCN()
	if err != nil {
		return fmt.Errorf("open the host network service: %w", err)
	}
	if kind != realHost {
		a.note("host: %s", kind)
	}
	if f.clean {
		return a.cleanProbes(api)
	}
	return a.runProbes(ctx, api, kind, f)
}

func (a *app) runProbes(ctx context.Context, api hostnet.HCN, kind string, f *probeFlags) error {
	version, err := a.hnsVersion(ctx, "")
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	p := a.progress("probe")
	report, err := probe.Run(ctx, api, probe.Options{Version: version, Uplink: f.uplink, Match: f.match,
		Progress: func(done, total int, name string) { p.say(fmt.Sprintf("%d of %d, %s", done+1, total, name)) }})
	p.done()
	report.Host, report.Build = kind, runtime.GOOS
	if f.report != "" {
		err = errors.Join(err, writeReport(f.report, report))
	}
	err = errors.Join(err, a.showReport(report))
	if err != nil {
		return err
	}
	if _, _, different, _ := report.Counts(); different > 0 {
		return fmt.Errorf("%s not as expected of HNS %s; --report FILE keeps the documents", count(different, "answer"), version)
	}
	return nil
}

func writeReport(file string, report *probe.Report) error {
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func (a *app) showReport(report *probe.Report) error {
	if a.format != "table" {
		return a.document(report)
	}
	t := table{{"PROBE", "ANSWER", "EXPECTED"}}
	for _, r := range report.Results {
		if r.Verdict == probe.Different {
			t = append(t, []string{r.Name, string(r.Answer), string(r.Want)})
		}
	}
	if len(t) > 1 {
		if err := a.show(nil, t); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(a.Stdout, report.Summary())
	return err
}

func (a *app) cleanProbes(api hostnet.HCN) error {
	deleted, err := probe.Clean(api)
	for _, what := range deleted {
		fmt.Fprintf(a.Stdout, "deleted %s\n", what)
	}
	fmt.Fprintf(a.Stdout, "%s of probes deleted\n", count(len(deleted), "object"))
	return err
}

func (a *app) compareReport(file string) error {
	text, err := os.ReadFile(file) // #nosec G304 -- the operator names the file
	if err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	report, err := probe.ParseReport(text)
	if err != nil {
		return err
	}
	differences, unknown, err := probe.Compare(report)
	if err != nil {
		return err
	}
	t := table{{"PROBE", "WHAT", "HNS " + report.HNSVersion, "EMULATOR"}}
	var rows []contradiction
	for _, d := range differences {
		row := contradiction{d.Probe.Name, d.Probe.What, string(d.Answer), string(d.Want)}
		rows = append(rows, row)
		t = append(t, []string{row.Probe, row.What, row.Host, row.Emulator})
	}
	for _, name := range unknown {
		a.note("%s: this hcnctl has no such probe", name)
	}
	if len(differences) == 0 {
		_, err := fmt.Fprintf(a.Stdout, "the report contradicts no rule of the emulator\n")
		return err
	}
	if err := a.show(rows, t); err != nil {
		return err
	}
	return fmt.Errorf("the report contradicts %s of the emulator", count(len(differences), "rule"))
}

// probeRow is a line of hcnctl probe --list.
type probeRow struct{ Probe, What, Expected, Source, Sure string }

func (a *app) listProbes() error {
	newest := probe.Versions()[len(probe.Versions())-1]
	t := table{{"PROBE", "WHAT", "EXPECTED OF HNS " + newest.String(), "SURE"}}
	var rows []probeRow
	for _, p := range probe.Probes() {
		row := probeRow{p.Name, p.What, expectedOf(p, newest), p.Source, string(p.Sure)}
		rows = append(rows, row)
		t = append(t, []string{row.Probe, row.What, row.Expected, row.Sure})
	}
	return a.show(rows, t)
}

func expectedOf(p probe.Probe, v hcnspec.Version) string {
	if p.Ask == nil {
		return "not asked: " + p.NotAsked
	}
	return string(p.Want(v))
}

// contradiction is a line of hcnctl probe --compare.
type contradiction struct{ Probe, What, Host, Emulator string }
