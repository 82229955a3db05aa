package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/version"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/dryrun"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/reservation"
)

// stdin returns what the runtime would give the plugin, but with host-local on a copy of its reservations,
// and what removes the copy.
func (p *planFlags) stdin(plugin ourPlugin, host *dryrun.Host) (text []byte, done func(), err error) {
	conf, err := libcni.NetworkPluginConfFromBytes(plugin.Stdin)
	if err != nil {
		return nil, nil, err
	}
	var section struct {
		IPAM         map[string]any
		Capabilities map[string]bool
	}
	if err := json.Unmarshal(plugin.Stdin, &section); err != nil {
		return nil, nil, err
	}
	if plugin.Delegate && section.IPAM == nil {
		section.IPAM = map[string]any{"type": "host-local", "subnet": p.leased(host)}
	}
	given, err := p.runtimeConfig(section.Capabilities["portMappings"] || plugin.Delegate, host)
	if err != nil {
		return nil, nil, err
	}
	done = func() {}
	if section.IPAM["type"] == "host-local" {
		copied, err := copyReservations(section.IPAM, plugin.Network)
		if err != nil {
			return nil, nil, err
		}
		done = func() { os.RemoveAll(copied) }
		section.IPAM["dataDir"], section.IPAM["inProcess"] = copied, true
	}
	if section.IPAM != nil {
		given["ipam"] = section.IPAM
	}
	if conf, err = libcni.InjectConf(conf, given); err != nil {
		done()
		return nil, nil, err
	}
	return conf.Bytes, done, nil
}

// runtimeConfig is what the runtime adds to the configuration: what it has a capability for.
func (p *planFlags) runtimeConfig(capable bool, host *dryrun.Host) (map[string]any, error) {
	mappings, err := portMappings(p.publish)
	if err != nil || len(mappings) == 0 {
		return map[string]any{}, err
	}
	if !capable {
		host.Notes = append(host.Notes, "the runtime keeps the published ports to itself, because the configuration lacks capabilities.portMappings")
		return map[string]any{}, nil
	}
	return map[string]any{"runtimeConfig": map[string]any{"portMappings": mappings}}, nil
}

// leased is the subnet that flannel would put into the configuration.
func (p *planFlags) leased(host *dryrun.Host) string {
	if p.lease != "" {
		return p.lease
	}
	const example = "10.244.0.0/24"
	host.Notes = append(host.Notes, "flannel leases the subnet; "+example+" is an example, --flannel-subnet says another one")
	return example
}

// copyReservations copies host-local's files of the network to a directory of our own.
func copyReservations(section map[string]any, network string) (string, error) {
	from, _ := section["dataDir"].(string)
	if from == "" {
		from = reservation.DefaultDir
	}
	to, err := os.MkdirTemp("", "hcnctl-plan-")
	if err != nil {
		return "", err
	}
	source := filepath.Join(from, network)
	if _, err := os.Stat(source); err != nil {
		return to, nil
	}
	// A regular file that vanishes meanwhile was released, and another pod's lock is not for us.
	err = filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == "lock" {
			return ignoreAbsent(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return ignoreAbsent(err)
		}
		target := filepath.Join(to, network, d.Name())
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o600)
	})
	if err != nil {
		os.RemoveAll(to)
		return "", fmt.Errorf("copy the reservations of %s: %w", network, err)
	}
	return to, nil
}

func ignoreAbsent(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// foreignIPAM returns the IPAM plugin of the configuration, unless it is host-local or HNS.
func foreignIPAM(stdin []byte) string {
	var c struct{ IPAM struct{ Type string } }
	if json.Unmarshal(stdin, &c) != nil || c.IPAM.Type == "host-local" {
		return ""
	}
	return c.IPAM.Type
}

// trimArgs returns the arguments to append to others.
func trimArgs(args string) string {
	if args = strings.Trim(args, ";"); args != "" {
		return ";" + args
	}
	return ""
}

// givenAddress answers for an IPAM plugin, which could only be asked by reserving an address.
type givenAddress struct{ address string }

var _ invoke.Exec = givenAddress{}

func (g givenAddress) FindInPath(plugin string, _ []string) (string, error) { return plugin, nil }

func (g givenAddress) ExecPlugin(_ context.Context, _ string, _ []byte, _ []string) ([]byte, error) {
	return json.Marshal(map[string]any{"cniVersion": "1.0.0", "ips": []any{map[string]any{"address": g.address}}})
}

func (g givenAddress) Decode(text []byte) (version.PluginInfo, error) {
	return new(version.PluginDecoder).Decode(text)
}
