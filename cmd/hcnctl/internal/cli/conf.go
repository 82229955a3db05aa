package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/intent"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func (a *app) confCommand() *cobra.Command {
	return group("conf", "CNI configurations: generate and validate", nil, a.confGenerateCommand(), a.confValidateCommand())
}

// intentFlags adds the flags of an intent to a command; the returned function returns the intent from the file of
// --intent, if any, overridden by the flags.
func intentFlags(cmd *cobra.Command) func() (intent.Intent, error) {
	var flags intent.Intent
	var file string
	networkFlags(cmd, &flags)
	f := cmd.Flags()
	f.StringVar(&file, "intent", "", "YAML or JSON file with the same settings; flags override it")
	f.StringVar(&flags.Name, "name", "", "name of the network (default: the type)")
	f.StringVar(&flags.CNIVersion, "cni-version", "", "version of the CNI specification (default 1.0.0)")
	f.BoolVar(&flags.Flannel, "flannel", false, "for the flannel plugin, which assigns the subnet and delegates to this one")
	f.StringVar(&flags.IPAM, "ipam", "", "IPAM plugin, for example host-local (default: HNS assigns the addresses)")
	f.StringSliceVar(&flags.ClusterCIDRs, "cluster-cidr", nil, "prefix of all pods of the cluster")
	f.StringSliceVar(&flags.ServiceCIDRs, "service-cidr", nil, "prefix of the cluster's services")
	f.StringSliceVar(&flags.Infra, "infra", nil, "prefix of the nodes (default: that of this node's address)")
	f.StringVar(&flags.NodeAddress, "node-address", "", "address of this node (default: that of the adapter with the default route)")
	f.BoolVar(&flags.LoopbackDSR, "loopback-dsr", false, "let pods reach themselves through their service")
	return func() (intent.Intent, error) {
		if file == "" {
			return flags, nil
		}
		in, err := intent.Load(file)
		if err != nil {
			return in, err
		}
		return overlay(in, flags, f.Changed), nil
	}
}

// overlay returns the intent with its fields overridden by the given flags.
func overlay(in, flags intent.Intent, given func(flag string) bool) intent.Intent {
	for flag, set := range map[string]func(){
		"type": func() { in.Type = flags.Type }, "name": func() { in.Name = flags.Name },
		"subnet": func() { in.Subnets = flags.Subnets }, "gateway": func() { in.Gateways = flags.Gateways },
		"interface": func() { in.Adapter = flags.Adapter }, "vlan": func() { in.VLAN = flags.VLAN },
		"dns-server": func() { in.DNSServers = flags.DNSServers }, "dns-suffix": func() { in.DNSSearch = flags.DNSSearch },
		"cni-version": func() { in.CNIVersion = flags.CNIVersion }, "flannel": func() { in.Flannel = flags.Flannel },
		"ipam": func() { in.IPAM = flags.IPAM }, "cluster-cidr": func() { in.ClusterCIDRs = flags.ClusterCIDRs },
		"service-cidr": func() { in.ServiceCIDRs = flags.ServiceCIDRs }, "infra": func() { in.Infra = flags.Infra },
		"node-address": func() { in.NodeAddress = flags.NodeAddress }, "loopback-dsr": func() { in.LoopbackDSR = flags.LoopbackDSR },
	} {
		if given(flag) {
			set()
		}
	}
	return in
}

func (a *app) confGenerateCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{Use: "generate", Short: "Print a configuration generated from flags or an intent file and from the state of the node", Args: cobra.NoArgs,
		Example: `  hcnctl conf generate --type nat
  hcnctl conf generate --type sdnbridge --subnet 10.244.3.0/24 --cluster-cidr 10.244.0.0/16 --service-cidr 10.96.0.0/12
  hcnctl conf generate --intent cluster.yaml --file 10-hcnctl.conflist`}
	read := intentFlags(cmd)
	cmd.Flags().StringVar(&file, "file", "", "write to this file instead of stdout")
	cmd.RunE = a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error {
		in, err := read()
		if err != nil {
			return err
		}
		text, err := a.generate(ctx, svc, in)
		if err != nil {
			return err
		}
		if file == "" {
			_, err = a.Stdout.Write(text)
			return err
		}
		return replaceFile(file, text)
	})
	return cmd
}

// generate creates a .conflist and validates it as conf validate would.
func (a *app) generate(ctx context.Context, svc hostnet.Service, in intent.Intent) ([]byte, error) {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return nil, err
	}
	if in, err = in.WithFacts(n); err != nil {
		return nil, err
	}
	text, err := in.List()
	if err != nil {
		return nil, err
	}
	findings := confcheck.File("generated.conflist", text, confcheck.Against{HNS: &n.Version, Live: n})
	return text, a.judge(findings)
}

// judge prints the warnings among findings and returns the errors.
func (a *app) judge(findings []confcheck.Finding) error {
	var errs []error
	for _, f := range findings {
		if f.Severity == confcheck.Error {
			errs = append(errs, errors.New(f.String()))
		} else {
			a.note("%s", f)
		}
	}
	return errors.Join(errs...)
}

// replaceFile writes a temporary file and renames it, so that a runtime never reads half of it.
func replaceFile(path string, text []byte) error {
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := os.WriteFile(beside, text, 0o644); err != nil { // #nosec G306 -- a configuration is not secret, and other programs read it
		return err
	}
	return os.Rename(beside, path)
}

func (a *app) confValidateCommand() *cobra.Command {
	var hns string
	var offline bool
	cmd := &cobra.Command{Use: "validate FILE|DIRECTORY...", Short: "Find all errors in configurations", Args: cobra.MinimumNArgs(1),
		Long: "Finds all errors in configurations: what the plugins would reject, what needs a newer HNS than the node's, " +
			"what disagrees with the node's networks, and what runtimes handle badly. Exits with status 1 if there are errors.",
		RunE: func(cmd *cobra.Command, args []string) error {
			against, err := a.against(cmd.Context(), hns, offline)
			if err != nil {
				return err
			}
			return a.validate(args, against)
		}}
	cmd.Flags().StringVar(&hns, "hns", "", "for another node, with this HNS version, for example 13.3; implies --offline")
	cmd.Flags().BoolVar(&offline, "offline", false, "do not query this node's host network service")
	return cmd
}

// against returns what configurations are validated against: this node, another HNS version, or nothing.
func (a *app) against(ctx context.Context, hns string, offline bool) (confcheck.Against, error) {
	if hns != "" {
		v, err := hcnspec.ParseVersion(hns)
		return confcheck.Against{HNS: &v}, err
	}
	if offline {
		return confcheck.Against{}, nil
	}
	ctx, cancel, svc, err := a.host(ctx)
	if err != nil {
		return confcheck.Against{}, errors.Join(err, errors.New("--offline validates without this node"))
	}
	defer cancel()
	n, err := node.Read(ctx, svc)
	if err != nil {
		return confcheck.Against{}, errors.Join(err, errors.New("--offline validates without this node"))
	}
	return confcheck.Against{HNS: &n.Version, Live: n, IPAM: a.executables()}, nil
}

func (a *app) validate(paths []string, against confcheck.Against) error {
	findings, files, err := confcheck.Paths(paths, against)
	if err != nil {
		return err
	}
	if a.format != "table" {
		if err := a.document(notNil(findings)); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Fprintln(a.Stdout, f)
		}
	}
	if bad := confcheck.Errors(findings); bad > 0 {
		return fmt.Errorf("%s and %s in %s", count(bad, "error"), count(len(findings)-bad, "warning"), count(files, "file"))
	}
	a.note("%s, no errors, %s", count(files, "file"), count(len(findings), "warning"))
	return nil
}
