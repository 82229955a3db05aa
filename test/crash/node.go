package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// node is an emulated node with a runtime's view of its pods.
type node struct {
	dir     string
	variant variant
	bin     harness.Bin
	host    *hcnemu.Host
	wrapper string // directory of the IPAM wrapper
	seed    string // of HNS's choices
}

func openNode(dir string, v variant, m *matrix) (*node, error) {
	n := &node{dir: dir, variant: v, bin: m.bin, wrapper: m.wrapperDir, seed: strconv.FormatUint(m.seed, 10)}
	var err error
	n.host, err = hcnemu.Open(hcnemu.Settings{Dir: n.hnsDir(), HostProfile: v.host(), Seed: n.seed})
	return n, err
}

func (n *node) hnsDir() string   { return filepath.Join(n.dir, "hns") }
func (n *node) storeDir() string { return filepath.Join(n.dir, "host-local") }

// pod is a sandbox. Its namespace belongs to the runtime and stays until the case is over.
type pod struct {
	Name      string
	Namespace string
	Port      int    // the first port it publishes
	Result    []byte // of its ADD
}

func (p *pod) id() string       { return p.Name + "-sandbox" }
func (p *pod) endpoint() string { return p.id() + "_" + network }

// newPod creates the namespace, as a runtime does before ADD.
func (n *node) newPod(name string, port int) (*pod, error) {
	ns, err := n.host.Service().CreateNamespace(context.Background(),
		&hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		return nil, fmt.Errorf("namespace of pod %s: %w", name, err)
	}
	return &pod{Name: name, Namespace: ns.ID, Port: port}, nil
}

// start describes one start of the plugin in a case.
type start struct {
	command string
	faults  string // HCNEMU_FAULTS
	ipam    string // the IPAM wrapper's action in place of host-local: "ADD=kill-after"; see ipamwrapper.go
	timeout int    // hnsTimeoutSeconds
	noNetns bool   // CNI_NETNS is empty, as containerd has it after a reboot
	more    map[string]any
}

// hardLimit is the time after which a plugin that does not end is killed, even on the slowest machine.
const hardLimit = 10 * time.Minute

// run starts the plugin for a pod.
func (n *node) run(p *pod, s start) (harness.Outcome, error) {
	options := confOptions{storeDir: n.bin.Path(n.storeDir()), timeout: s.timeout, ports: p.Port, more: s.more}
	verb := harness.Verb{
		Plugin: n.variant.plugin, Command: s.command, ContainerID: p.id(), Netns: p.Namespace, IfName: "eth0",
		Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=" + p.Name,
		Env: []string{"HCNEMU_DIR=" + n.hnsDir(), "HCNEMU_HOST=" + n.variant.host(), "HCNEMU_LATENCY=", "HCNEMU_FAULTS=" + s.faults,
			"HCNEMU_SEED=" + n.seed},
	}
	if s.noNetns {
		verb.Netns = ""
	}
	if s.ipam != "" {
		options.ipamType = wrapperName
		verb.Path = []string{n.bin.Dir, n.wrapper}
		verb.Env = append(verb.Env, wrapperEnv+"="+s.ipam, pluginEnv+"="+filepath.Join(n.bin.Dir, n.variant.plugin))
	}
	var err error
	if verb.Stdin, err = n.variant.conf(options); err != nil {
		return harness.Outcome{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), hardLimit)
	defer cancel()
	o, err := n.bin.Run(ctx, verb)
	if errors.Is(err, context.DeadlineExceeded) {
		return o, fmt.Errorf("%s of %s does not end: killed after %s", s.command, p.Name, hardLimit)
	}
	return o, err
}

// copyTree copies a template node, without its journal, which is not part of the case.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == "journal.jsonl" {
			return err
		}
		rel, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o600)
	})
}
