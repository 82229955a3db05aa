package cli

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
)

// dirs are the directories of the runtime and of host-local.
type dirs struct {
	bin, conf string
	data      []string
}

// flags adds --bin-dir and --conf-dir, which default to containerd's.
func (d *dirs) flags(a *app, cmd *cobra.Command) {
	bin, conf := a.containerdDirs()
	cmd.Flags().StringVar(&d.bin, "bin-dir", bin, "the runtime's plugin directory")
	cmd.Flags().StringVar(&d.conf, "conf-dir", conf, "the runtime's configuration directory")
}

// containerdDirs returns containerd's default directories of plugins and configurations.
func (a *app) containerdDirs() (bin, conf string) {
	programs := a.Getenv("ProgramFiles")
	if programs == "" {
		return "/opt/cni/bin", "/etc/cni/net.d"
	}
	return filepath.Join(programs, "containerd", "cni", "bin"), filepath.Join(programs, "containerd", "cni", "conf")
}

// executables returns a function that reports whether the node has a plugin, or nil on a node without containerd's
// directory.
func (a *app) executables() func(plugin string) bool {
	bin, _ := a.containerdDirs()
	if _, err := os.Stat(bin); err != nil {
		return nil
	}
	return func(plugin string) bool {
		_, err := os.Stat(filepath.Join(bin, exeName(plugin)))
		return err == nil
	}
}

// dataFlag adds --data-dir.
func (d *dirs) dataFlag(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&d.data, "data-dir", nil, "host-local's directory (default: those that the configurations name, "+ipam.DefaultDataDir+")")
}

// confs returns the runtime's configurations and the plugins and directories they use. A missing directory has none.
func (d *dirs) confs() (files []string, uses []conffile.Call, err error) {
	if files, err = confcheck.Configurations(d.conf); err != nil {
		if os.IsNotExist(err) {
			return nil, nil, nil
		}
		return nil, nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file) // #nosec G304 -- the operator names the file
		if err != nil {
			return nil, nil, err
		}
		calls, _ := conffile.Read(file, text) // conf validate reports its errors
		uses = append(uses, calls...)
	}
	return files, uses, nil
}

// reservations returns host-local's reservations for networks of the node or of a configuration. It ignores other
// networks of the machine.
func (d *dirs) reservations(networks []hcnspec.Network, uses []conffile.Call) ([]ipam.Reservation, error) {
	ours := map[string]bool{}
	for _, network := range networks {
		ours[network.Name] = true
	}
	places := map[string]bool{}
	for _, dir := range d.data {
		places[dir] = true
	}
	for _, use := range uses {
		ours[use.Network] = true
		switch {
		case len(d.data) > 0 || use.IPAM != "host-local":
		case use.DataDir != "":
			places[use.DataDir] = true
		default:
			places[ipam.DefaultDataDir] = true
		}
	}
	if runtime.GOOS == "windows" && len(d.data) == 0 {
		places[ipam.DefaultDataDir] = true
	}
	all, err := ipam.Reservations(sortedKeys(places))
	if err != nil {
		return nil, err
	}
	var kept []ipam.Reservation
	for _, r := range all {
		if ours[r.Network] {
			kept = append(kept, r)
		}
	}
	return kept, nil
}
