package dryrun

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/containernetworking/cni/libcni"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
)

// hostLocal is the IPAM plugin that a dry run carries out itself, on a copy of its files.
const hostLocal = "host-local"

// stdin returns what the runtime would give the plugin, but with host-local in this process and on a copy of
// its reservations, and what removes the copy.
func (h *Host) stdin(call conffile.Call, pod Pod) (text []byte, done func(), err error) {
	given, err := h.runtimeConfig(call, pod)
	if err != nil {
		return nil, nil, err
	}
	done = func() {}
	stdin := call.WithLease(h.lease(call, pod))
	if call.IPAM == hostLocal {
		copied, err := copyReservations(call)
		if err != nil {
			return nil, nil, err
		}
		done = func() { os.RemoveAll(copied) }
		section, err := onCopy(stdin, copied)
		if err != nil {
			done()
			return nil, nil, err
		}
		given["ipam"] = section
	}
	conf, err := libcni.NetworkPluginConfFromBytes(stdin)
	if err == nil {
		conf, err = libcni.InjectConf(conf, given)
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("make the plugin's stdin: %w", err)
	}
	return conf.Bytes, done, nil
}

// onCopy returns the ipam section that makes host-local work on a copy of its directory.
func onCopy(stdin []byte, dir string) (map[string]any, error) {
	var conf struct{ IPAM map[string]any }
	if err := json.Unmarshal(stdin, &conf); err != nil {
		return nil, fmt.Errorf("ipam: %w", err)
	}
	conf.IPAM["dataDir"], conf.IPAM["inProcess"] = dir, true
	return conf.IPAM, nil
}

// runtimeConfig is what the runtime adds to the configuration: what it has a capability for.
func (h *Host) runtimeConfig(call conffile.Call, pod Pod) (map[string]any, error) {
	given := map[string]any{}
	if pod.PortMappings == nil {
		return given, nil
	}
	var conf struct{ Capabilities map[string]bool }
	if err := json.Unmarshal(call.Stdin, &conf); err != nil {
		return nil, fmt.Errorf("capabilities: %w", err)
	}
	if !conf.Capabilities["portMappings"] && !call.Delegate {
		h.guess("the runtime ignores the published ports, because the configuration lacks capabilities.portMappings")
		return given, nil
	}
	given["runtimeConfig"] = map[string]any{"portMappings": pod.PortMappings}
	return given, nil
}

// lease is the subnet that flannel puts into the configuration.
func (h *Host) lease(call conffile.Call, pod Pod) string {
	if !call.Delegate || pod.Lease != "" {
		return pod.Lease
	}
	h.guess("flannel leases the subnet; %s is an example, and --flannel-subnet sets another one", conffile.ExampleLease)
	return conffile.ExampleLease
}

// copyReservations copies host-local's files of the network to a directory of our own. Links are not followed
// out of it.
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
		os.RemoveAll(to)
		return "", fmt.Errorf("copy the reservations of %s: %w", call.Network, err)
	}
	return to, nil
}

// copyNetwork copies a network's regular files. One that vanishes meanwhile was released, and another pod's
// lock is not for us.
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
		if err := os.WriteFile(filepath.Join(to, network, e.Name()), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
