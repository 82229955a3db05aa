package attach

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// node is an emulated node for one test.
type node struct {
	t    *testing.T
	dir  string
	host *hcnemu.Host
	svc  hostnet.Service
	log  strings.Builder
}

func newNode(t *testing.T, settings hcnemu.Settings) *node {
	t.Helper()
	settings.Dir = t.TempDir()
	settings.Seed = seedOf(t, settings.Seed)
	t.Setenv("HCNEMU_DIR", settings.Dir) // also for locks and intents
	host, err := hcnemu.Open(settings)
	if err != nil {
		t.Fatal(err)
	}
	return &node{t: t, dir: settings.Dir, host: host, svc: host.Service()}
}

// inOrder is the seed of a node whose HNS assigns the first free values, for golden files.
const inOrder = "in order"

// seedOf returns the seed of a node: a new one in each run unless the test sets one, so that nothing depends on the
// addresses that HNS chooses. A failing test reports it.
func seedOf(t *testing.T, seed string) string {
	switch seed {
	case inOrder:
		return ""
	case "":
		seed = strconv.FormatUint(rand.Uint64(), 10)
		t.Cleanup(func() {
			if t.Failed() {
				t.Logf("the node's seed is %s", seed)
			}
		})
	}
	return seed
}

// attacher returns the verbs of a profile on this node. host-local runs in process because CNI_PATH is empty.
func (n *node) attacher(p Profile) *Attacher {
	log := slog.New(slog.NewTextHandler(&n.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return New(p, hostnet.NewPatient(n.svc), "", log)
}

// namespace creates a namespace for a pod.
func (n *node) namespace() string {
	n.t.Helper()
	ns, err := n.svc.CreateNamespace(context.Background(), &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		n.t.Fatal(err)
	}
	return ns.ID
}

// conf parses a configuration for a verb; DATADIR in it is the node's host-local store.
func (n *node) conf(verb, netns, stdin string) *netconf.Config {
	n.t.Helper()
	conf, problems := netconf.Parse(n.input(verb, netns, stdin))
	if len(problems) > 0 {
		n.t.Fatal(problems)
	}
	return conf
}

// input returns the input that a runtime gives a plugin of this node.
func (n *node) input(verb, netns, stdin string) netconf.Input {
	return netconf.Input{
		Verb: verb, Stdin: []byte(strings.ReplaceAll(stdin, "DATADIR", filepath.ToSlash(n.storeDir()))),
		ContainerID: "c1", Netns: netns, IfName: "eth0",
		Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=web",
	}
}

func (n *node) storeDir() string { return filepath.Join(n.dir, "host-local") }

// reserved returns host-local's reservations.
func (n *node) reserved() []string {
	files, err := filepath.Glob(filepath.Join(n.storeDir(), "*", "[0-9]*"))
	if err != nil {
		n.t.Fatal(err)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	return files
}

func (n *node) dump() string {
	n.t.Helper()
	dump, err := n.host.Dump()
	if err != nil {
		n.t.Fatal(err)
	}
	return dump
}

// with returns the configuration with some top-level keys set.
func with(t *testing.T, stdin string, keys map[string]any) string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(stdin), &doc); err != nil {
		t.Fatal(err)
	}
	for k, v := range keys {
		doc[k] = v
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
