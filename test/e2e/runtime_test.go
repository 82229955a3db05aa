package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/golden"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// TestVersions: the result of ADD, as printed for each CNI version.
func TestVersions(t *testing.T) {
	for _, version := range []string{"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"} {
		t.Run(version, func(t *testing.T) {
			f := newFixtureOf(t, bin(), hcnemu.Settings{}) // in order, for the golden files
			conf := strings.ReplaceAll(bridge, "1.1.0", version)
			o := f.run("sdnbridge", "ADD", f.local(conf))
			if o.Exit != 0 {
				t.Fatalf("%s %s", o.Stdout, o.Stderr)
			}
			golden.Compare(t, filepath.Join("testdata", "result-"+version+".json"), string(o.Stdout))
			if o := f.run("sdnbridge", "DEL", f.local(conf)); o.Exit != 0 || len(o.Stdout) > 0 {
				t.Errorf("DEL: exit %d, %s", o.Exit, o.Stdout)
			}
			f.empty()
		})
	}
}

// local points host-local at the node's own store.
func (f *fixture) local(conf string) string {
	return strings.ReplaceAll(conf, "DATADIR", filepath.ToSlash(f.HostLocalDir()))
}

// empty fails the test if an endpoint or a reserved address remains.
func (f *fixture) empty() {
	f.Helper()
	endpoints, err := f.Host.Service().Endpoints(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	reserved, err := f.Reserved()
	if err != nil {
		f.Fatal(err)
	}
	if len(endpoints) > 0 || len(reserved) > 0 {
		f.Errorf("left behind: endpoints %+v, addresses %q", endpoints, reserved)
	}
}

const bridge = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "master": "Ethernet",
	"capabilities": {"portMappings": true, "dns": true}, "dns": {"nameservers": ["10.96.0.10"], "search": ["svc.cluster.local"]},
	"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.244.3.0/24", "gateway": "10.244.3.1", "rangeStart": "10.244.3.10", "routes": [{"dst": "0.0.0.0/0"}]}}`

// perProfile has a list for each executable: with host-local, and with HNS's own addresses.
var perProfile = map[string]string{
	"nat":                   `{"cniVersion": "1.1.0", "name": "nat", "type": "nat", "capabilities": {"portMappings": true}, "ipam": {"subnet": "172.20.0.0/20"}}`,
	"sdnbridge":             bridge,
	"sdnbridge, HNS":        `{"cniVersion": "1.1.0", "name": "l2", "type": "sdnbridge", "capabilities": {"portMappings": true}, "ipam": {"subnet": "10.5.0.0/24"}}`,
	"sdnbridge, dual stack": `{"cniVersion": "1.1.0", "name": "dual", "type": "sdnbridge", "capabilities": {"portMappings": true}, "ipam": {"type": "host-local", "dataDir": "DATADIR", "ranges": [[{"subnet": "10.6.0.0/24"}], [{"subnet": "fd00:6::/64"}]]}}`,
	"sdnoverlay":            `{"cniVersion": "1.1.0", "name": "vxlan0", "type": "sdnoverlay", "vsid": 4096, "ipMasq": true, "ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.245.0.0/24"}}`,
	"sdntunnel":             `{"cniVersion": "1.1.0", "name": "tun", "type": "sdntunnel", "ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.246.0.0/24"}}`,
	"transparent":           `{"cniVersion": "1.1.0", "name": "lan", "type": "transparent", "master": "Ethernet", "ipam": {"subnet": "10.127.0.0/24", "routes": [{"gw": "10.127.0.1"}]}}`,
	"transparent, DHCP":     `{"cniVersion": "1.1.0", "name": "lan", "type": "transparent", "master": "Ethernet"}`,
}

// TestLife: every verb of CNI 1.1.0 over libcni, two pods for each profile.
func TestLife(t *testing.T) {
	for name, conf := range perProfile {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, hcnemu.Settings{})
			list, err := f.List([]byte(conf))
			if err != nil {
				t.Fatal(err)
			}
			f.live(list)
		})
	}
}

func (f *fixture) live(list *libcni.NetworkConfigList) {
	ctx := context.Background()
	// Under Wine the adapters are this machine's, not the emulated node's, so master is not among them.
	if err := f.CNI.GetStatusNetworkList(ctx, list); err != nil && !(*wine && strings.Contains(err.Error(), "master")) {
		f.Errorf("STATUS before: %v", err)
	}
	first := f.pod.Runtime(map[string]any{"portMappings": []any{map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}}})
	second := *first
	second.IfName = "net1"
	second.CapabilityArgs = nil
	for _, rt := range []*libcni.RuntimeConf{first, &second} {
		result, err := f.Node.Add(ctx, list, rt)
		if err != nil {
			f.Fatalf("ADD %s: %v", rt.IfName, err)
		}
		if result.Interfaces[0].Name != rt.IfName || len(result.IPs) == 0 {
			f.Errorf("ADD %s: %+v", rt.IfName, result)
		}
		if err := f.CNI.CheckNetworkList(ctx, list, rt); err != nil {
			f.Errorf("CHECK %s: %v", rt.IfName, err)
		}
	}
	if err := f.CNI.GetStatusNetworkList(ctx, list); err != nil {
		f.Errorf("STATUS: %v", err)
	}
	if err := f.CNI.DelNetworkList(ctx, list, first); err != nil {
		f.Errorf("DEL: %v", err)
	}
	if err := f.CNI.GCNetworkList(ctx, list, &libcni.GCArgs{ValidAttachments: []types.GCAttachment{}}); err != nil {
		f.Errorf("GC: %v", err)
	}
	f.empty()
}

// TestAtOnce: many processes on a node without the network create one network and an address for each pod.
func TestAtOnce(t *testing.T) {
	const pods = 16
	f := newFixture(t, hcnemu.Settings{})
	list, err := f.List([]byte(bridge))
	if err != nil {
		t.Fatal(err)
	}
	results := make([]*types100.Result, pods)
	errs := make([]error, pods)
	var wg sync.WaitGroup
	for i := range pods {
		pod, err := f.NewPod(context.Background(), fmt.Sprintf("pod%d", i))
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { results[i], errs[i] = f.Node.Add(context.Background(), list, pod.Runtime(nil)) })
	}
	wg.Wait()
	seen := map[string]bool{}
	for i, err := range errs {
		if err != nil {
			t.Fatalf("pod%d: %v", i, err)
		}
		seen[results[i].IPs[0].Address.String()] = true
	}
	networks, err := f.Host.Service().Networks(context.Background())
	if err != nil || len(networks) != 1 || len(seen) != pods {
		t.Errorf("%d networks and %d addresses, want 1 and %d (%v)", len(networks), len(seen), pods, err)
	}
}

// TestLog: one JSON line for each verb, with its outcome, in the file that the configuration names.
func TestLog(t *testing.T) {
	f := newFixture(t, hcnemu.Settings{})
	file := filepath.Join(f.Dir, "plugin.log")
	named := filepath.ToSlash(file)
	if *wine {
		named = "Z:" + named
	}
	conf := strings.Replace(f.local(bridge), `"type": "sdnbridge",`, `"type": "sdnbridge", "logFile": "`+named+`",`, 1)
	for _, verb := range []string{"ADD", "DEL"} {
		if o := f.run("sdnbridge", verb, conf); o.Exit != 0 {
			t.Fatalf("%s: %s", verb, o.Stdout)
		}
	}
	f.run("sdnbridge", "ADD", conf, func(v *harness.Verb) { v.Env = append(v.Env, "HCNEMU_FAULTS=HcnCreateEndpoint=0x803b000d") })
	f.run("sdnbridge", "ADD", strings.Replace(conf, "10.244.3.0/24", "10.244.3.0/33", 1))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"verb":"ADD"`, `"verb":"DEL"`, `"pod":"demo/web"`, `"network":"podnet"`, `"hcn_calls":13`, `"msg":"failed"`, "HCN_E_INVALID_POLICY", "prefix length 33 is over 32"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the log lacks %s:\n%s", want, text)
		}
	}
}
