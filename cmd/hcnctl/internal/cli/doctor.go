package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/doctor"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/printable"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func (a *app) doctorCommand() *cobra.Command {
	var d dirs
	cmd := &cobra.Command{Use: "doctor", Short: "Examine the node and suggest what to do about each finding", Args: cobra.NoArgs,
		Long: "Examines HNS, uplinks, networks, configurations, executables, endpoints, addresses, ports, namespaces and load balancers. " +
			"Changes nothing. Exits with status 1 if a problem keeps pods from working.",
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error { return a.diagnose(ctx, svc, &d) })}
	d.flags(a, cmd)
	d.dataFlag(cmd)
	return cmd
}

func (a *app) diagnose(ctx context.Context, svc hostnet.Service, d *dirs) error {
	facts, err := d.facts(ctx, svc)
	if err != nil {
		return err
	}
	findings := doctor.Diagnose(*facts)
	if a.format != "table" {
		err = a.document(findings)
	} else {
		a.printFindings(findings)
	}
	if bad := doctor.Problems(findings); err == nil && bad > 0 {
		return fmt.Errorf("%s found", count(bad, "problem"))
	}
	return err
}

func (a *app) printFindings(findings []doctor.Finding) {
	for _, f := range findings {
		fmt.Fprintf(a.Stdout, "%-8s %-15s %s\n", f.Level, f.Area, printable.Text(f.Message))
		if f.Advice != "" {
			fmt.Fprintf(a.Stdout, "%24s → %s\n", "", printable.Text(f.Advice))
		}
	}
}

// facts collects the facts for a diagnosis.
func (d *dirs) facts(ctx context.Context, svc hostnet.Service) (*doctor.Facts, error) {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return nil, err
	}
	facts := &doctor.Facts{Node: n, ConfDir: d.conf, BinDir: d.bin}
	files, uses, err := d.confs()
	if err != nil {
		return nil, err
	}
	facts.Confs = files
	if len(files) > 0 {
		against := confcheck.Against{HNS: &n.Version, Live: n}
		if facts.ConfFindings, _, err = confcheck.Paths([]string{d.conf}, against); err != nil {
			return nil, err
		}
	}
	facts.Needed = d.executables(uses)
	facts.Reservations, err = d.reservations(n.Networks, uses)
	return facts, err
}

func (d *dirs) executables(uses []conffile.Call) []doctor.Executable {
	names := map[string]bool{}
	for _, use := range uses {
		if use.Type != "" {
			names[use.Type] = true
		}
		if use.IPAM != "" {
			names[use.IPAM] = true
		}
	}
	var all []doctor.Executable
	for _, name := range sortedKeys(names) {
		_, err := os.Stat(filepath.Join(d.bin, exeName(name)))
		all = append(all, doctor.Executable{Name: exeName(name), Found: err == nil, Optional: name == "host-local"})
	}
	return all
}

// exeName returns the file name of an executable on this operating system.
func exeName(name string) string {
	if runtime.GOOS == "windows" && filepath.Ext(name) != ".exe" {
		return name + ".exe"
	}
	return name
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
