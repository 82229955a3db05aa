// Command demo is what `make demo` runs: the built plugins, driven by libcni as a runtime drives them, add two pods to
// each of three networks of an emulated node, and delete them again. Its exit status reports whether all of that
// succeeded and nothing remains.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/containernetworking/cni/libcni"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// confs are the networks of the demo.
var confs = []string{"nat.conf", "sdnbridge.conf", "sdnoverlay.conf"}

// host is a node with two uplinks: an L2Bridge and an Overlay cannot share one.
const host = `{"version": "13.3", "adapters": [
	{"name": "Ethernet", "mac": "00:15:5d:7f:00:0a", "addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"},
	{"name": "Ethernet 2", "mac": "00:15:5d:7f:01:0a", "addresses": ["10.128.0.10/24"], "gateway": "10.128.0.1"}]}`

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "demo failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "hcnctl-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	root := harness.Root()
	node, err := harness.NewNode(dir, harness.NativeBin(root), hcnemu.Settings{HostProfile: host})
	if err != nil {
		return err
	}
	fmt.Println("An emulated Windows node; the plugins are started by libcni, as containerd does.")
	var pods []attached
	port := 8080
	for _, conf := range confs {
		more, err := addPods(ctx, node, filepath.Join(root, "test", "demo", "confs", conf), &port)
		if err != nil {
			return fmt.Errorf("%s: %w", conf, err)
		}
		pods = append(pods, more...)
	}
	if err := printTable(ctx, node, pods); err != nil {
		return err
	}
	for _, p := range pods {
		if err := errors.Join(node.CNI.DelNetworkList(ctx, p.list, p.rt), node.Remove(ctx, p.pod)); err != nil {
			return fmt.Errorf("delete %s: %w", p.pod.Name, err)
		}
	}
	return printRest(ctx, node)
}

// attached is a pod on a network.
type attached struct {
	pod    *harness.Pod
	list   *libcni.NetworkConfigList
	rt     *libcni.RuntimeConf
	result *types100.Result
}

// addPods adds two pods to the network of a file; each publishes the next port of the node.
func addPods(ctx context.Context, node *harness.Node, file string, nextPort *int) ([]attached, error) {
	list, err := node.Load(file)
	if err != nil {
		return nil, err
	}
	var pods []attached
	for i := range 2 {
		pod, err := node.NewPod(ctx, fmt.Sprintf("%s-%d", list.Name, i+1))
		if err != nil {
			return nil, err
		}
		rt := pod.Runtime(map[string]any{
			"portMappings": []map[string]any{{"hostPort": *nextPort, "containerPort": 80, "protocol": "tcp"}},
			"dns":          map[string]any{"servers": []string{"10.96.0.10"}, "searches": []string{"demo.svc.cluster.local"}},
		})
		result, err := node.Add(ctx, list, rt)
		if err != nil {
			return nil, fmt.Errorf("add %s: %w", pod.Name, err)
		}
		*nextPort++
		pods = append(pods, attached{pod, list, rt, result})
	}
	return pods, nil
}

// printTable shows the pods' addresses from the CNI result, and their policies from the emulated HNS.
func printTable(ctx context.Context, node *harness.Node, pods []attached) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nPOD\tNETWORK\tTYPE\tIP\tGATEWAY\tMAC\tPOLICIES")
	for _, p := range pods {
		network, err := node.Host.Service().NetworkByName(ctx, p.list.Name)
		if err != nil {
			return err
		}
		endpoints, err := node.Host.Service().EndpointsByName(ctx, p.pod.ID+"_"+p.list.Name)
		if err != nil {
			return err
		}
		if len(endpoints) != 1 || len(p.result.IPs) == 0 || len(p.result.Interfaces) == 0 {
			return fmt.Errorf("pod %s: %d endpoints, result %v", p.pod.Name, len(endpoints), p.result)
		}
		ip := p.result.IPs[0]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.pod.Name, network.Name, network.Type,
			ip.Address.String(), ip.Gateway, p.result.Interfaces[0].Mac, policyTypes(endpoints[0].Policies))
	}
	return w.Flush()
}

func policyTypes(policies []hcnspec.Policy) string {
	var types []string
	for _, p := range policies {
		types = append(types, string(p.Type))
	}
	return strings.Join(types, ",")
}

// printRest shows what the deleted pods left behind, which must be nothing.
func printRest(ctx context.Context, node *harness.Node) error {
	endpoints, err := node.Host.Service().Endpoints(ctx)
	if err != nil {
		return err
	}
	reserved, err := node.Reserved()
	if err != nil {
		return err
	}
	fmt.Printf("\nAfter DEL: endpoints %d, reserved addresses %d\n", len(endpoints), len(reserved))
	if len(endpoints) != 0 || len(reserved) != 0 {
		return fmt.Errorf("left behind: endpoints %v, addresses %v", endpoints, reserved)
	}
	return nil
}
