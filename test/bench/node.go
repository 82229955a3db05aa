package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// node is an emulated node to measure on.
type node struct {
	*harness.Node
	bench *bench
	conf  string
	path  []string // CNI_PATH; empty: the executables' directory
	// launcher, if set, measures memory.
	launcher []string
}

// withNode runs f on a fresh node with the latency, on which the network exists.
func (b *bench) withNode(latency, conf string, f func(*node) error) error {
	dir, err := os.MkdirTemp("", "hcnctl-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	h, err := harness.NewNode(dir, b.bin, hcnemu.Settings{Latency: latency})
	if err != nil {
		return err
	}
	n := &node{Node: h, bench: b}
	n.conf = strings.ReplaceAll(conf, "DATADIR", filepath.ToSlash(h.HostLocalDir()))
	warm, err := n.NewPod(context.Background(), "warm")
	if err != nil {
		return err
	}
	for _, verb := range []string{"ADD", "DEL"} { // creates the network
		if _, err := n.verb(verb, warm, n.conf); err != nil {
			return err
		}
	}
	return f(n)
}

// verb runs a verb for a pod, which must succeed.
func (n *node) verb(command string, pod *harness.Pod, conf string) (harness.Outcome, error) {
	o, err := n.bench.bin.Run(context.Background(), harness.Verb{
		Plugin: pluginOf(conf), Command: command, ContainerID: pod.ID, Netns: pod.Namespace, IfName: "eth0",
		Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=" + pod.Name, Path: n.path,
		Stdin: []byte(conf), Env: n.Exec.Env, Launcher: n.launcher,
	})
	if err == nil && o.Exit != 0 {
		err = fmt.Errorf("%s: exit %d: %s %s", command, o.Exit, o.Stdout, o.Stderr)
	}
	return o, err
}

func pluginOf(conf string) string {
	var doc struct{ Type string }
	if json.Unmarshal([]byte(conf), &doc) != nil {
		return ""
	}
	return doc.Type
}

// calls returns the number of HCN calls of f, and the time that the service spent in them.
func (n *node) calls(f func() error) (count int, ms float64, err error) {
	before, err := n.Host.Journal()
	if err != nil {
		return 0, 0, err
	}
	if err := f(); err != nil {
		return 0, 0, err
	}
	after, err := n.Host.Journal()
	if err != nil {
		return 0, 0, err
	}
	for _, c := range after[len(before):] {
		ms += c.Ms
	}
	return len(after) - len(before), ms, nil
}

// fill creates that many endpoints of other pods: half of them on the network itself and half on another one, because a
// network has 4,096 MAC addresses.
func (n *node) fill(network string, count int) error {
	if count == 0 {
		return nil
	}
	service := n.Host.Service()
	own, err := service.NetworkByName(context.Background(), network)
	if err != nil {
		return err
	}
	crowd, err := service.CreateNetwork(context.Background(), &hcnspec.Network{
		Name: "crowd", Type: hcnspec.NAT, SchemaVersion: hcnspec.SchemaV2,
		Ipams: []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{{IPAddressPrefix: "10.200.0.0/16",
			Routes: []hcnspec.Route{{NextHop: "10.200.0.1", DestinationPrefix: hcnspec.DefaultRoute4}}}}}},
	})
	if err != nil {
		return err
	}
	for i := range count {
		e := &hcnspec.Endpoint{Network: own.ID, SchemaVersion: hcnspec.SchemaV2}
		e.Name = fmt.Sprintf("other%d_%s", i, network)
		address := fmt.Sprintf("10.64.%d.%d", 100+i/250, 1+i%250)
		if i%2 == 1 {
			e.Network, address = crowd.ID, fmt.Sprintf("10.200.%d.%d", 100+i/250, 1+i%250)
		}
		e.IPConfigs = []hcnspec.IPConfig{{IPAddress: address, PrefixLength: 16}}
		if _, err := service.CreateEndpoint(context.Background(), e); err != nil {
			return err
		}
	}
	return nil
}

// withPrevResult returns the configuration for CHECK.
func withPrevResult(conf string, result []byte) (string, error) {
	return withKeys(conf, map[string]any{"prevResult": json.RawMessage(result)})
}

func withKeys(conf string, keys map[string]any) (string, error) {
	var doc map[string]any
	if err := json.Unmarshal([]byte(conf), &doc); err != nil {
		return "", err
	}
	for k, v := range keys {
		doc[k] = v
	}
	out, err := json.Marshal(doc)
	return string(out), err
}
