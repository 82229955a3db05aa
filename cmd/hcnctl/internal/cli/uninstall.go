package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/deploy"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func (a *app) uninstallCommand() *cobra.Command {
	var i installation
	var network, force bool
	cmd := &cobra.Command{Use: "uninstall", Short: "Remove the plugins and the configuration that install wrote", Args: cobra.NoArgs,
		Long: "Removes the configuration first, so that no new pod is attached, then the executables. Executables of other projects that install " +
			"replaced are restored. Networks are kept unless --network is given.",
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error {
			return a.uninstall(ctx, svc, &i, network, force)
		})}
	i.flags(a, cmd)
	cmd.Flags().StringVar(&i.name, "conf-name", defaultConf, "name of the configuration")
	cmd.Flags().BoolVar(&network, "network", false, "delete the configuration's networks too")
	cmd.Flags().BoolVar(&force, "force", false, "uninstall even if pods are attached; nothing can detach them afterwards")
	return cmd
}

func (a *app) uninstall(ctx context.Context, svc hostnet.Service, i *installation, network, force bool) error {
	n, err := node.Read(ctx, svc)
	if err != nil {
		return err
	}
	plugins, err := i.installed()
	if err != nil {
		return err
	}
	var networks []string
	for _, p := range plugins {
		networks = append(networks, p.Network)
	}
	if pods := attachedTo(n, networks); pods > 0 && !force {
		return fmt.Errorf("%s attached to %q: drain the node first, or use --force", count(pods, "pod"), networks)
	}
	if err := a.removeConf(i); err != nil {
		return err
	}
	for j := range n.Networks {
		if network && slices.Contains(networks, n.Networks[j].Name) {
			if err := deleteNetwork(ctx, svc, n, &n.Networks[j]); err != nil {
				return err
			}
			fmt.Fprintf(a.Stdout, "network %s: removed\n", n.Networks[j].Name)
		}
	}
	return a.removeExecutables(i, plugins)
}

// installed returns the plugins that the installed configuration calls.
func (i *installation) installed() ([]ourPlugin, error) {
	text, err := os.ReadFile(filepath.Join(i.dirs.conf, i.name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ourPlugins(i.name, text)
}

func attachedTo(n *node.Node, networks []string) int {
	pods := 0
	for i := range n.Endpoints {
		e := &n.Endpoints[i]
		network := n.Network(e.Network)
		if network != nil && slices.Contains(networks, network.Name) && n.UseOf(e) == node.Attached {
			pods++
		}
	}
	return pods
}

func (a *app) removeConf(i *installation) error {
	path := filepath.Join(i.dirs.conf, i.name)
	err := os.Remove(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		a.note("%s: does not exist", path)
	case err != nil:
		return err
	default:
		fmt.Fprintf(a.Stdout, "%s: removed\n", path)
	}
	return nil
}

func (a *app) removeExecutables(i *installation, plugins []ourPlugin) error {
	for _, name := range append(shipped(), sortedKeys(aliases(plugins))...) {
		path := filepath.Join(i.bin, name)
		removed, err := deploy.Remove(path)
		if err != nil {
			return err
		}
		if removed {
			fmt.Fprintf(a.Stdout, "%s: removed\n", path)
		} else {
			a.note("%s: does not exist, or is not this project's", path)
		}
	}
	return nil
}
