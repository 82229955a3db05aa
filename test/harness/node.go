// Package harness adds pods to emulated nodes as a runtime does: the built executables, started by libcni. The demo,
// the end-to-end tests, the crash matrix, the soak and the benchmark share it.
package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containernetworking/cni/libcni"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Node is one emulated node: its own HNS, its host-local store, and a runtime's CNI state.
type Node struct {
	Dir  string // everything of the node
	Host *hcnemu.Host
	Exec *Exec
	CNI  *libcni.CNIConfig
}

// NewNode creates a node below dir whose plugins are the executables of bin. The emulator takes its host profile and
// its seed from settings; its Dir is set here.
func NewNode(dir string, bin Bin, settings hcnemu.Settings) (*Node, error) {
	settings.Dir = filepath.Join(dir, "hns")
	host, err := hcnemu.Open(hcnemu.Settings{Dir: settings.Dir, HostProfile: settings.HostProfile, Seed: settings.Seed})
	if err != nil {
		return nil, err
	}
	exec := &Exec{Runner: bin.Runner, Env: environment(settings)}
	return &Node{
		Dir: dir, Host: host, Exec: exec,
		CNI: libcni.NewCNIConfigWithCacheDir([]string{bin.Dir}, filepath.Join(dir, "cni-cache"), exec),
	}, nil
}

func environment(s hcnemu.Settings) []string {
	return []string{
		"HCNEMU_DIR=" + s.Dir, "HCNEMU_HOST=" + s.HostProfile,
		"HCNEMU_LATENCY=" + s.Latency, "HCNEMU_FAULTS=" + s.Faults, "HCNEMU_SEED=" + s.Seed,
	}
}

// Pod is a sandbox: a container ID and an HCN namespace.
type Pod struct {
	ID        string
	Namespace string
	Name      string // K8S_POD_NAME, in the Kubernetes namespace "demo"
}

// NewPod creates the namespace, as a runtime does before ADD.
func (n *Node) NewPod(ctx context.Context, name string) (*Pod, error) {
	ns, err := n.Host.Service().CreateNamespace(ctx, &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		return nil, fmt.Errorf("pod %s: %w", name, err)
	}
	return &Pod{ID: name + "-sandbox", Namespace: ns.ID, Name: name}, nil
}

// Remove deletes the pod's namespace, as a runtime does after DEL.
func (n *Node) Remove(ctx context.Context, pod *Pod) error {
	return n.Host.Service().DeleteNamespace(ctx, pod.Namespace)
}

// Runtime returns what a runtime passes for the pod's first interface.
func (p *Pod) Runtime(capabilities map[string]any) *libcni.RuntimeConf {
	return &libcni.RuntimeConf{
		ContainerID: p.ID, NetNS: p.Namespace, IfName: "eth0",
		Args: [][2]string{
			{"IgnoreUnknown", "1"}, {"K8S_POD_NAMESPACE", "demo"}, {"K8S_POD_NAME", p.Name},
			{"K8S_POD_INFRA_CONTAINER_ID", p.ID},
		},
		CapabilityArgs: capabilities,
	}
}

// Add runs ADD of a network list and returns its result in the newest version.
func (n *Node) Add(ctx context.Context, list *libcni.NetworkConfigList, rt *libcni.RuntimeConf) (*types100.Result, error) {
	result, err := n.CNI.AddNetworkList(ctx, list, rt)
	if err != nil {
		return nil, err
	}
	return types100.NewResultFromResult(result)
}

// Load reads a .conf or .conflist and, if a plugin uses host-local, sets its directory to the node's store.
func (n *Node) Load(file string) (*libcni.NetworkConfigList, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return n.List(data)
}

// List is Load for a document in memory.
func (n *Node) List(data []byte) (*libcni.NetworkConfigList, error) {
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if _, isList := doc["plugins"]; !isList {
		doc = map[string]any{"cniVersion": doc["cniVersion"], "name": doc["name"], "plugins": []any{doc}}
	}
	plugins, _ := doc["plugins"].([]any)
	for _, p := range plugins {
		conf, _ := p.(map[string]any)
		if ipam, ok := conf["ipam"].(map[string]any); ok && ipam["type"] == "host-local" {
			ipam["dataDir"] = n.HostLocalDir()
		}
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return libcni.NetworkConfFromBytes(data)
}

// HostLocalDir returns the node's host-local store.
func (n *Node) HostLocalDir() string { return filepath.Join(n.Dir, "host-local") }

// Reserved returns the addresses that host-local has reserved: one file each, named after the address.
func (n *Node) Reserved() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(n.HostLocalDir(), "*", "[0-9]*"))
	if err != nil {
		return nil, err
	}
	var addrs []string
	for _, f := range files {
		addrs = append(addrs, filepath.Base(filepath.Dir(f))+"/"+filepath.Base(f))
	}
	return addrs, nil
}
