package dryrun

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
)

// hostLocal is the IPAM plugin that a dry run runs itself, on a copy of its files.
const hostLocal = "host-local"

// stdin returns the runtime's input for the plugin, changed to run host-local in this process on a copy of its
// reservations, and a function that removes the copy.
func (h *Host) stdin(call conffile.Call, pod Pod) (text []byte, done func(), err error) {
	given := h.runtimeConfig(call, pod)
	done = func() {}
	stdin := call.WithLease(h.lease(call, pod))
	if call.IPAM == hostLocal {
		copied, err := copyReservations(call)
		if err != nil {
			return nil, nil, err
		}
		done = func() { _ = os.RemoveAll(copied) }
		given["ipam"] = onCopy(stdin, copied)
	}
	return inject(stdin, given), done, nil
}

// inject adds fields to a configuration as libcni does. One that libcni cannot read is left to the plugin, which
// reports the error.
func inject(stdin []byte, given map[string]any) []byte {
	if len(given) == 0 {
		return stdin
	}
	var fields map[string]any
	if json.Unmarshal(stdin, &fields) != nil || fields == nil {
		return stdin
	}
	for key := range fields {
		for added := range given {
			if strings.EqualFold(key, added) {
				delete(fields, key)
			}
		}
	}
	maps.Copy(fields, given)
	whole, err := json.Marshal(fields)
	if err != nil {
		return stdin
	}
	return whole
}

// onCopy returns the ipam section that makes host-local work on a copy of its directory.
func onCopy(stdin []byte, dir string) map[string]any {
	var conf struct{ IPAM map[string]any }
	if json.Unmarshal(stdin, &conf) != nil || conf.IPAM == nil {
		conf.IPAM = map[string]any{}
	}
	for key := range conf.IPAM {
		if strings.EqualFold(key, "dataDir") {
			delete(conf.IPAM, key)
		}
	}
	conf.IPAM["dataDir"] = dir
	return conf.IPAM
}

// runtimeConfig returns the runtime's additions for the capabilities of the configuration.
func (h *Host) runtimeConfig(call conffile.Call, pod Pod) map[string]any {
	given := map[string]any{}
	if pod.PortMappings == nil {
		return given
	}
	var conf struct{ Capabilities map[string]bool }
	if err := json.Unmarshal(call.Stdin, &conf); (err != nil || !conf.Capabilities["portMappings"]) && !call.Delegate {
		h.guess("the runtime ignores the published ports, because the configuration lacks capabilities.portMappings")
		return given
	}
	given["runtimeConfig"] = map[string]any{"portMappings": pod.PortMappings}
	return given
}

// lease returns the subnet that flannel adds to the configuration.
func (h *Host) lease(call conffile.Call, pod Pod) string {
	if !call.Delegate || pod.Lease != "" {
		return pod.Lease
	}
	h.guess("flannel leases the subnet; %s is an example, and --flannel-subnet sets another one", conffile.ExampleLease)
	return conffile.ExampleLease
}

// copyReservations copies host-local's files of the network to a new directory. It does not follow links out of the
// network's directory.
func copyReservations(call conffile.Call) (dir string, err error) {
	from := call.DataDir
	if from == "" {
		from = ipam.DefaultDataDir
	}
	to, err := os.MkdirTemp("", "hcnctl-plan-")
	if err != nil {
		return "", fmt.Errorf("copy the reservations of %s: %w", call.Network, err)
	}
	root, err := os.OpenRoot(from)
	if errors.Is(err, fs.ErrNotExist) {
		return to, nil
	}
	if err == nil {
		defer root.Close()
		err = copyNetwork(root, call.Network, to)
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(to))
		return "", fmt.Errorf("copy the reservations of %s: %w", call.Network, err)
	}
	return to, nil
}

// copyNetwork copies a network's regular files. It skips those that are released meanwhile, and the lock.
func copyNetwork(from *os.Root, network, to string) error {
	entries, err := fs.ReadDir(from.FS(), network)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(to, network), 0o700); err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || e.Name() == "lock" {
			continue
		}
		text, err := from.ReadFile(path.Join(network, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, network, e.Name()), text, 0o600); err != nil { // #nosec G703 -- ReadDir rejected a network that leads elsewhere
			return err
		}
	}
	return nil
}
