package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/deploy"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/intent"
	"github.com/Microsoft/windows-container-networking/internal/privatedir"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// defaultConf is the file that install writes. Runtimes use the first file of a directory.
const defaultConf = "10-hcnctl.conflist"

// installation holds the files and directories of install and uninstall.
type installation struct {
	dirs
	from string // directory of the executables
	name string // of the file in dirs.conf
	conf string // file to install, or "" to generate one
	yes  bool
}

func (a *app) installCommand() *cobra.Command {
	var i installation
	cmd := &cobra.Command{Use: "install", Short: "Install or upgrade the plugins, a configuration and its network", Args: cobra.NoArgs,
		Long: "Copies the executables into the runtime's directory, writes a configuration, creates its network, and asks the plugin " +
			"for its STATUS. It may be run again at any time, with pods running: what is already correct is not changed. Without --conf, --intent " +
			"and --type it leaves an existing configuration alone.",
		Example: `  hcnctl install --type nat
  hcnctl install --type sdnoverlay --flannel --name flannel.4096 --cluster-cidr 10.244.0.0/16 --service-cidr 10.96.0.0/12
  hcnctl install --conf 10-mine.conflist --yes`}
	read := intentFlags(cmd)
	i.flags(a, cmd)
	f := cmd.Flags()
	f.StringVar(&i.from, "from", "", "directory with the executables (default: that of hcnctl)")
	f.StringVar(&i.conf, "conf", "", "configuration to install instead of a generated one")
	f.StringVar(&i.name, "conf-name", "", "its name in the directory (default: that of --conf, or "+defaultConf+")")
	f.BoolVar(&i.yes, "yes", false, "create the network although the node will be unreachable for some seconds")
	cmd.RunE = a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error {
		in, err := read()
		if err != nil {
			return err
		}
		asked := f.Changed("type") || f.Changed("intent")
		return a.install(ctx, svc, &i, in, asked)
	})
	return cmd
}

func (a *app) install(ctx context.Context, svc hostnet.Service, i *installation, in intent.Intent, asked bool) error {
	text, err := a.configuration(ctx, svc, i, in, asked)
	if err != nil {
		return err
	}
	keep := text == nil
	if keep {
		if text, err = i.existing(); err != nil {
			return err
		}
	}
	plugins, err := ourPlugins(i.name, text)
	if err != nil {
		return err
	}
	if err := a.installExecutables(i, plugins); err != nil {
		return err
	}
	if keep {
		a.note("%s: left unchanged", filepath.Join(i.dirs.conf, i.name))
		return a.checkStatus(ctx, i, plugins)
	}
	if err := a.installNetworks(ctx, svc, plugins, i.yes); err != nil {
		return err
	}
	if err := a.installConf(i, text); err != nil {
		return err
	}
	return a.checkStatus(ctx, i, plugins)
}

// existing returns the configuration that the runtime uses.
func (i *installation) existing() ([]byte, error) {
	files, _, err := i.confs()
	if err != nil {
		return nil, err
	}
	i.name = filepath.Base(files[0])
	return os.ReadFile(files[0])
}

// configuration returns the validated configuration to install, or nil if the existing one stays.
func (a *app) configuration(ctx context.Context, svc hostnet.Service, i *installation, in intent.Intent, asked bool) ([]byte, error) {
	if i.conf == "" {
		files, _, err := i.confs()
		if err != nil || len(files) > 0 && !asked {
			return nil, err
		}
		i.name = cmp.Or(i.name, defaultConf)
		return a.generate(ctx, svc, in)
	}
	i.name = cmp.Or(i.name, filepath.Base(i.conf))
	text, err := os.ReadFile(i.conf)
	if err != nil {
		return nil, err
	}
	v, err := svc.Version(ctx)
	if err != nil {
		return nil, err
	}
	findings := confcheck.File(i.conf, text, confcheck.Against{HNS: &v})
	return text, a.judge(findings)
}

// shipped are the executables of a release.
func shipped() []string {
	var names []string
	for _, p := range attach.Profiles() {
		names = append(names, exeName(p.Name))
	}
	return append(names, exeName("hcnctl"))
}

// installExecutables installs all executables of a release, and copies under the names that the configuration uses.
func (a *app) installExecutables(i *installation, plugins []ourPlugin) error {
	from := i.from
	if from == "" {
		self, err := a.Executable()
		if err != nil {
			return fmt.Errorf("where hcnctl is: %w", err)
		}
		from = filepath.Dir(self)
	}
	if err := privatedir.MakeReadable(i.bin); err != nil {
		return err
	}
	for _, name := range shipped() {
		if _, err := os.Stat(filepath.Join(from, name)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is missing in %s: unpack the whole release there, or specify another directory with --from", name, from)
		}
	}
	targets := aliases(plugins)
	for _, name := range shipped() {
		targets[name] = name
	}
	for _, target := range sortedKeys(targets) {
		outcome, err := deploy.Place(filepath.Join(from, targets[target]), filepath.Join(i.bin, target))
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Stdout, "%s: %s\n", filepath.Join(i.bin, target), outcome)
	}
	return nil
}

// aliases returns the names that configurations use for a plugin instead of its own, such as win-bridge,
// each with the executable that serves it.
func aliases(plugins []ourPlugin) map[string]string {
	names := map[string]string{}
	for _, p := range plugins {
		if own := exeName(p.profile.Name); !strings.EqualFold(p.exe, own) {
			names[p.exe] = own
		}
	}
	return names
}

func (a *app) installConf(i *installation, text []byte) error {
	if err := privatedir.MakeReadable(i.dirs.conf); err != nil {
		return err
	}
	path := filepath.Join(i.dirs.conf, i.name)
	outcome := deploy.Installed
	if have, err := os.ReadFile(path); err == nil { // #nosec G304 -- the operator names the file
		outcome = deploy.Upgraded
		if string(have) == string(text) {
			outcome = deploy.Unchanged
		}
	}
	if outcome != deploy.Unchanged {
		if err := replaceFile(path, text); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.Stdout, "%s: %s\n", path, outcome)
	files, err := confcheck.Configurations(i.dirs.conf)
	if err == nil && len(files) > 1 {
		a.note("warning: %s has %d configurations, and runtimes use only the first, %s", i.dirs.conf, len(files), filepath.Base(files[0]))
	}
	return err
}

func (a *app) checkStatus(ctx context.Context, i *installation, plugins []ourPlugin) error {
	for _, p := range plugins {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		err := status(ctx, filepath.Join(i.bin, p.exe), i.bin, p.WithLease(conffile.ExampleLease))
		cancel()
		if err != nil {
			return fmt.Errorf("STATUS of %s for network %q: %w", p.exe, p.Network, err)
		}
		fmt.Fprintf(a.Stdout, "%s: STATUS is good for network %s\n", p.exe, p.Network)
	}
	return nil
}
