package clients

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// node is an emulated node on which other projects' programs are installed next to this project's plugins.
type node struct {
	*testing.T
	*harness.Node
	theirs string // directory of other projects' programs
}

func newNode(t *testing.T, programs ...string) *node {
	t.Helper()
	bin := harness.WineBin(harness.Root())
	theirs := filepath.Join(harness.Root(), "out", "conformance")
	for _, file := range append([]string{bin.Runner[0], filepath.Join(bin.Dir, "sdnbridge.exe")}, programs...) {
		if !filepath.IsAbs(file) {
			file = filepath.Join(theirs, file+".exe")
		}
		if _, err := os.Stat(file); err != nil {
			t.Skipf("%v: make conformance builds it", err)
		}
	}
	n, err := harness.NewNode(t.TempDir(), bin, hcnemu.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	n.CNI = libcni.NewCNIConfigWithCacheDir([]string{bin.Dir, theirs}, filepath.Join(n.Dir, "cni-cache"), n.Exec)
	return &node{t, n, theirs}
}

// start runs one of the other projects' programs and returns what it printed.
func (n *node) start(program string, args ...string) string {
	n.Helper()
	cmd := exec.Command(n.Exec.Runner[0], append([]string{filepath.Join(n.theirs, program+".exe")}, args...)...)
	cmd.Env = append(os.Environ(), n.Exec.Env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		n.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// list returns a configuration of a plugin with host-local, which leaves 10.244.3.2 to the host.
func (n *node) list(plugin, network, subnet, more string) *libcni.NetworkConfigList {
	n.Helper()
	l, err := n.List(fmt.Appendf(nil, `{"cniVersion": "1.0.0", "name": %q, "type": %q, "apiVersion": 2%s,
		"ipam": {"type": "host-local", "subnet": %q, "rangeStart": "10.244.3.3"}}`, network, plugin, more, subnet))
	if err != nil {
		n.Fatal(err)
	}
	return l
}

// pod is an attached pod.
type pod struct {
	n    *node
	list *libcni.NetworkConfigList
	rt   *libcni.RuntimeConf
	IP   string // with prefix length
}

// add attaches a new pod and checks its endpoint, which every plugin names and attaches in the same way.
func (n *node) add(name string, list *libcni.NetworkConfigList) pod {
	n.Helper()
	ctx := context.Background()
	sandbox, err := n.NewPod(ctx, name)
	if err != nil {
		n.Fatal(err)
	}
	p := pod{n: n, list: list, rt: sandbox.Runtime(nil)}
	result, err := n.Add(ctx, list, p.rt)
	if err != nil {
		n.Fatalf("ADD of %s by %s: %v", name, list.Plugins[0].Network.Type, err)
	}
	p.IP = result.IPs[0].Address.String()
	e := n.endpoint(sandbox.ID + "_" + list.Name)
	if !strings.EqualFold(e.Namespace, sandbox.Namespace) || !holds(e, result) {
		n.Errorf("%s: the result %+v is not the endpoint %+v", name, result, e)
	}
	return p
}

func holds(e *hcnspec.Endpoint, result *types100.Result) bool {
	return len(e.IPConfigs) == 1 && result.IPs[0].Address.IP.String() == e.IPConfigs[0].IPAddress
}

func (p pod) check() {
	p.n.Helper()
	if err := p.n.CNI.CheckNetworkList(context.Background(), p.list, p.rt); err != nil {
		p.n.Errorf("CHECK of %s by %s: %v", p.rt.ContainerID, p.list.Plugins[0].Network.Type, err)
	}
}

// del detaches the pod twice, as runtimes may do, and checks that nothing of it remains.
func (p pod) del() {
	p.n.Helper()
	for range 2 {
		if err := p.n.CNI.DelNetworkList(context.Background(), p.list, p.rt); err != nil {
			p.n.Errorf("DEL of %s by %s: %v", p.rt.ContainerID, p.list.Plugins[0].Network.Type, err)
		}
	}
	if e := p.n.endpoint(p.rt.ContainerID + "_" + p.list.Name); e != nil {
		p.n.Errorf("DEL left %+v", e)
	}
}

// endpoint returns the endpoint of the name, or nil.
func (n *node) endpoint(name string) *hcnspec.Endpoint {
	n.Helper()
	all, err := n.Host.Service().Endpoints(context.Background())
	if err != nil {
		n.Fatal(err)
	}
	for _, e := range all {
		if e.Name == name {
			return &e
		}
	}
	return nil
}

// empty fails the test unless no address is reserved and only the given endpoints exist.
func (n *node) empty(left ...string) {
	n.Helper()
	if reserved, err := n.Reserved(); err != nil || len(reserved) > 0 {
		n.Errorf("addresses left: %q, %v", reserved, err)
	}
	all, err := n.Host.Service().Endpoints(context.Background())
	if err != nil || len(all) != len(left) {
		n.Errorf("endpoints %+v, %v; want %q alone", all, err, left)
	}
}

// network creates an HNS network from its document.
func (n *node) network(document string) {
	n.Helper()
	var doc hcnspec.Network
	if err := json.Unmarshal([]byte(document), &doc); err != nil {
		n.Fatal(err)
	}
	if _, err := n.Host.Service().CreateNetwork(context.Background(), &doc); err != nil {
		n.Fatal(err)
	}
}

func (n *node) dump() string {
	n.Helper()
	all, err := n.Host.Dump()
	if err != nil {
		n.Fatal(err)
	}
	return all
}
