package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/containernetworking/cni/libcni"
	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

const examples = "../../cni-conf-examples"

// twoUplinks is a node on which every example works: some bind to a second adapter. Its HNS has all features.
const twoUplinks = `{"version": "16.0", "adapters": [
	{"name": "Ethernet", "mac": "00:15:5d:7f:00:0a", "addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"},
	{"name": "Ethernet 2", "mac": "00:15:5d:7f:01:0a", "addresses": ["10.128.0.10/24"], "gateway": "10.128.0.1"}]}`

// TestExamples adds a pod with every example on a fresh node, compares the result and every HCN document
// with the golden file of the example's name, and deletes the pod again.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examples, "*.conf*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, stdin := range pluginsOf(t, file) {
				addAndDelete(t, filepath.Base(file), stdin)
			}
		})
	}
}

// pluginsOf returns what libcni would pass to each plugin of a file; for flannel, what flannel passes to its delegate.
func pluginsOf(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	plugins, isList := doc["plugins"].([]any)
	if !isList {
		plugins = []any{doc}
	}
	var all []string
	for _, p := range plugins {
		conf := p.(map[string]any)
		conf["name"], conf["cniVersion"] = doc["name"], doc["cniVersion"]
		if conf["type"] == "flannel" {
			conf = delegateOf(conf)
		}
		if ipam, ok := conf["ipam"].(map[string]any); ok && ipam["type"] == "host-local" {
			ipam["dataDir"] = "DATADIR"
		}
		conf["runtimeConfig"] = runtimeFor(conf)
		out, err := json.Marshal(conf)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(out))
	}
	return all
}

// delegateOf returns the delegate as the flannel plugin completes it on Windows.
func delegateOf(conf map[string]any) map[string]any {
	delegate := conf["delegate"].(map[string]any)
	if delegate["type"] == nil {
		delegate["type"] = "win-bridge"
	}
	delegate["name"], delegate["cniVersion"], delegate["capabilities"] = conf["name"], conf["cniVersion"], conf["capabilities"]
	delegate["ipMasq"], delegate["ipMasqNetwork"] = true, "10.244.0.0/16"
	delegate["ipam"] = map[string]any{"type": "host-local", "subnet": "10.244.5.0/24"}
	return delegate
}

// runtimeFor gives the capabilities that a configuration declares, as a runtime does.
func runtimeFor(conf map[string]any) map[string]any {
	offers := map[string]any{
		"portMappings": []any{map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}},
		"dns":          map[string]any{"servers": []any{"10.96.0.10"}, "searches": []any{"demo.svc.cluster.local"}},
		"bandwidth":    map[string]any{"egressRate": 8000000, "egressBurst": 4294967295},
	}
	given := map[string]any{}
	capabilities, _ := conf["capabilities"].(map[string]any)
	for name, offer := range offers {
		if capabilities[name] == true {
			given[name] = offer
		}
	}
	return given
}

func addAndDelete(t *testing.T, name, stdin string) {
	n := newNode(t, hcnemu.Settings{Seed: inOrder, HostProfile: twoUplinks})
	netns := n.namespace()
	conf := n.conf("ADD", netns, stdin)
	profile, err := ProfileFor(conf.Type)
	if err != nil {
		t.Skip("not a type of this project: " + conf.Type)
	}
	if conf.IPAM.Type != "" && conf.IPAM.Type != "host-local" {
		t.Skip("needs the IPAM plugin " + conf.IPAM.Type)
	}
	a := n.attacher(profile)
	if !conf.CreateNetwork {
		made := *conf
		made.CreateNetwork = true
		makeNetwork(t, a, &made)
	}
	if conf.Flags.ForceBridgeGateway {
		makeNetwork(t, a, conf)
		n.hostEndpoint(conf)
	}
	result, err := a.Add(context.Background(), conf)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, filepath.Join("testdata", "examples", name+".golden"), "CNI result:\n"+string(text)+"\n\nHNS:\n"+n.dump())
	if again, err := a.Add(context.Background(), conf); err != nil || !cmp.Equal(result, again) {
		t.Errorf("the same ADD again: %v\n%s", err, cmp.Diff(result, again))
	}
	checkExample(t, n, a, netns, stdin, conf.CNIVersion, result)
	if err := a.Del(context.Background(), n.conf("DEL", netns, stdin)); err != nil {
		t.Fatal(err)
	}
	n.dropHostEndpoint(conf)
	n.isEmpty()
}

// hostEndpoint creates the host's endpoint with the address .2, as flanneld does.
func (n *node) hostEndpoint(conf *netconf.Config) {
	n.t.Helper()
	network, err := n.svc.NetworkByName(context.Background(), conf.Name)
	n.must(err)
	subnet := conf.IPAM.Subnets[0].Prefix
	_, err = n.svc.CreateEndpoint(context.Background(), &hcnspec.Endpoint{
		Name: conf.Name + "_ep", Network: network.ID, SchemaVersion: hcnspec.SchemaV2,
		IPConfigs: []hcnspec.IPConfig{{IPAddress: subnet.Addr().Next().Next().String(), PrefixLength: uint8(subnet.Bits())}},
	})
	n.must(err)
}

func (n *node) dropHostEndpoint(conf *netconf.Config) {
	n.t.Helper()
	endpoints, err := n.svc.EndpointsByName(context.Background(), conf.Name+"_ep")
	n.must(err)
	for _, e := range endpoints {
		n.must(n.svc.DeleteEndpoint(context.Background(), e.ID))
	}
}

// checkExample runs CHECK on what ADD just created.
func checkExample(t *testing.T, n *node, a *Attacher, netns, stdin, version string, result *types100.Result) {
	t.Helper()
	previous, err := result.GetAsVersion(version)
	if err != nil {
		t.Fatal(err)
	}
	check := n.conf("CHECK", netns, with(t, stdin, map[string]any{"prevResult": previous}))
	if err := a.Check(context.Background(), check); err != nil {
		t.Errorf("CHECK right after ADD: %v", err)
	}
}

func makeNetwork(t *testing.T, a *Attacher, conf *netconf.Config) {
	t.Helper()
	p, err := a.newPlan(conf)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.findOrCreateNetwork(context.Background(), p); err != nil {
		t.Fatal(err)
	}
}

// isEmpty fails the test if anything of an attachment remains.
func (n *node) isEmpty() {
	n.t.Helper()
	endpoints, err := n.svc.Endpoints(context.Background())
	if err != nil {
		n.t.Fatal(err)
	}
	lbs, err := n.svc.LoadBalancers(context.Background())
	if err != nil {
		n.t.Fatal(err)
	}
	if reserved := n.reserved(); len(endpoints) > 0 || len(lbs) > 0 || len(reserved) > 0 {
		n.t.Errorf("left behind: endpoints %v, load balancers %v, addresses %v", endpoints, lbs, reserved)
	}
}

// The examples are read with libcni: one that it cannot read is not a valid example.
func TestExamplesLoadInLibcni(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(examples, "*.conf*"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := func() error { _, err := libcni.NetworkPluginConfFromBytes(data); return err }
		if strings.HasSuffix(file, ".conflist") {
			read = func() error { _, err := libcni.NetworkConfFromBytes(data); return err }
		}
		if err := read(); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

const bridge = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "master": "Ethernet",
	"capabilities": {"portMappings": true},
	"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.244.3.0/24", "gateway": "10.244.3.1", "rangeStart": "10.244.3.10"}}`

const bridgeHNS = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "master": "Ethernet",
	"ipam": {"subnet": "10.244.3.0/24", "routes": [{"GW": "10.244.3.1"}]}}`

// inBubble gives a test a clock that moves only while everything waits, so that no machine is too slow for
// hnsTimeoutSeconds. Calls that hang need the real clock because they never end.
func inBubble(f func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, f) }
}

// hurried is bridge with a short hnsTimeoutSeconds, for the tests in which HNS stays broken.
func hurried(t *testing.T) string { return with(t, bridge, map[string]any{"hnsTimeoutSeconds": 2}) }

// TestAddRefuses: the error names the place in the rejected configuration, and the host is unchanged.
func TestAddRefuses(t *testing.T) {
	rows := []struct {
		name    string
		profile Profile
		conf    string
		want    string
	}{
		{"another profile's type", NAT, bridge, `type "sdnbridge": this is nat, which serves nat; use the executable sdnbridge`},
		{"IPv6 on NAT", NAT, `{"name": "nat", "type": "nat", "ipam": {"subnet": "fd00:1::/64"}}`, `ipam.subnet "fd00:1::/64": NAT networks carry IPv4 only`},
		{"no such adapter", SDNBridge, with(t, bridgeHNS, map[string]any{"master": "Wi-Fi"}), `master "Wi-Fi": this host has no such adapter; it has ["Ethernet"]`},
		{"network not to be made", SDNBridge, with(t, bridge, map[string]any{"createNetwork": false}), `network "podnet" does not exist, and createNetwork is not true`},
		{"policy beyond this HNS", SDNBridge, with(t, bridge, map[string]any{"policies": []any{map[string]any{"name": "EndpointPolicy", "value": map[string]any{
			"Type": "TierAcl", "Settings": map[string]any{"Name": "t", "Direction": "In", "Order": 1, "TierAclRules": []any{map[string]any{"TierAclRuleAction": "Allow", "Priority": 200}}}}}}}), `needs HNS 14.0+ (TierAcl); this node has 13.3`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			before := n.dump()
			_, err := n.attacher(row.profile).Add(context.Background(), n.conf("ADD", netns, row.conf))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v\nwant %s", err, row.want)
			}
			if diff := cmp.Diff(before, n.dump()); diff != "" {
				t.Errorf("the host changed: %s", diff)
			}
		})
	}
}

// TestAddUndoes: whichever step fails, HNS is unchanged except for the network, and no address is reserved.
func TestAddUndoes(t *testing.T) {
	rows := []struct {
		faults string
		want   error
		code   hostnet.Code
	}{
		{"HcnCreateEndpoint=0x803b000d", nil, hostnet.CodeInvalidPolicy},
		{"HcnModifyNamespace#1=0x803b0015", nil, hostnet.CodeRequestUnsupported},
		{"HcnModifyNamespace=0x803b002e", nil, hostnet.CodeNamespaceAttachFailed},
		{"HcnCreateEndpoint=0x6ba", hostnet.ErrTryLater, hostnet.CodeRPCServerUnavailable},
	}
	for _, row := range rows {
		t.Run(row.faults, inBubble(func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			conf := n.conf("ADD", netns, hurried(t))
			makeNetwork(t, n.attacher(SDNBridge), conf)
			before := n.dump()
			n.breakWith(row.faults)
			_, err := n.attacher(SDNBridge).Add(context.Background(), conf)
			if hostnet.CodeOf(err) != row.code || row.want != nil && !errors.Is(err, row.want) {
				t.Errorf("got %v, want code %v and %v", err, row.code, row.want)
			}
			if diff := cmp.Diff(before, n.dump()); diff != "" {
				t.Errorf("the host changed: %s", diff)
			}
			if errors.Is(err, hostnet.ErrNoAnswer) { // time ran out in the middle of a call: the address is left for DEL
				n.svc = n.host.Service()
				n.must(n.attacher(SDNBridge).Del(context.Background(), n.conf("DEL", netns, bridge)))
			}
			if reserved := n.reserved(); len(reserved) > 0 {
				t.Errorf("reserved: %v", reserved)
			}
		}))
	}
}

// breakWith makes every later call of the node's service fail.
func (n *node) breakWith(faults string) {
	n.t.Helper()
	host, err := hcnemu.Open(hcnemu.Settings{Dir: n.dir, Faults: faults})
	if err != nil {
		n.t.Fatal(err)
	}
	n.svc = host.Service()
}

// TestAddRecovers: recoverable failures end in success and exactly one endpoint.
func TestAddRecovers(t *testing.T) {
	for _, faults := range []string{
		"HcnCreateEndpoint#1=0x6be", "HcnModifyNamespace#1=0x803b0020", "HcnModifyNamespace#1=0x803b002e",
		"HcnCreateEndpoint#1=0x803b0017", "HcnOpenNetwork#2=0x803b0001", "HcnEnumerateNetworks#1=0x426", "HcnCreateEndpoint#1=0x803b0007",
	} {
		t.Run(faults, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			conf := n.conf("ADD", netns, bridge)
			makeNetwork(t, n.attacher(SDNBridge), conf)
			n.breakWith(faults)
			if _, err := n.attacher(SDNBridge).Add(context.Background(), conf); err != nil {
				t.Fatal(err)
			}
			n.attached("c1_podnet", netns)
		})
	}
}

// attached fails the test unless exactly one endpoint of that name is in the namespace, and returns it.
func (n *node) attached(name, netns string) hcnspec.Endpoint {
	n.t.Helper()
	endpoints, err := n.host.Service().EndpointsByName(context.Background(), name)
	if err != nil {
		n.t.Fatal(err)
	}
	if len(endpoints) != 1 || !hostnet.SameID(endpoints[0].Namespace, netns) {
		n.t.Fatalf("endpoints %q: %+v, want one in namespace %s", name, endpoints, netns)
	}
	return endpoints[0]
}

// TestNetworkRace: many simultaneous pods on a node without the network create exactly one.
func TestNetworkRace(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	const pods = 12
	var wg sync.WaitGroup
	errs := make([]error, pods)
	for i := range pods {
		netns := n.namespace()
		conf := *n.conf("ADD", netns, bridgeHNS)
		conf.Attachment.ContainerID = "pod" + string(rune('a'+i))
		wg.Go(func() { _, errs[i] = n.attacher(SDNBridge).Add(context.Background(), &conf) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	networks, err := n.svc.Networks(context.Background())
	if err != nil || len(networks) != 1 {
		t.Errorf("%d networks, want 1 (%v)", len(networks), err)
	}
	endpoints, err := n.svc.Endpoints(context.Background())
	seen := map[string]bool{}
	for _, e := range endpoints {
		seen[e.IPConfigs[0].IPAddress] = true
	}
	if err != nil || len(seen) != pods {
		t.Errorf("%d addresses, want %d (%v)", len(seen), pods, err)
	}
}

// TestSecondNAT: published ports on two NAT networks can hang HNS, so a second one must be requested explicitly.
func TestSecondNAT(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	a := n.attacher(NAT)
	first := `{"cniVersion": "1.0.0", "name": "nat", "type": "nat", "ipam": {"subnet": "10.4.0.0/24"}}`
	second := `{"cniVersion": "1.0.0", "name": "other", "type": "nat", "ipam": {"subnet": "10.4.1.0/24"}}`
	netns := n.namespace()
	if _, err := a.Add(context.Background(), n.conf("ADD", netns, first)); err != nil {
		t.Fatal(err)
	}
	before := n.dump()
	_, err := a.Add(context.Background(), n.conf("ADD", netns, second))
	if !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), `the NAT network "nat" exists`) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(before, n.dump()); diff != "" {
		t.Errorf("the host changed: %s", diff)
	}
	asked := n.conf("ADD", netns, with(t, second, map[string]any{"createNetwork": true}))
	if _, err := a.Add(context.Background(), asked); err != nil {
		t.Errorf("asked for: %v", err)
	}
}

// TestReportFails: if the caller cannot accept the result, what this ADD created is undone, and nothing of an earlier
// one; so after a panic.
func TestReportFails(t *testing.T) {
	ctx := context.Background()
	boo := errors.New("boo")
	reports := map[string]func(t *testing.T) error{
		"error": func(*testing.T) error { return boo },
		"panic": func(*testing.T) error { panic("boo") },
		"hang":  func(t *testing.T) error { <-t.Context().Done(); return boo },
	}
	for name, report := range reports {
		t.Run(name, inBubble(func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			a := n.attacher(SDNBridge)
			conf := n.conf("ADD", n.namespace(), with(t, behindVIP(t), map[string]any{"hnsTimeoutSeconds": 1}))
			makeNetwork(t, a, conf)
			add := func() (err error) {
				defer func() {
					if p := recover(); p != nil {
						err = fmt.Errorf("panic: %v", p)
					}
				}()
				return a.AddAndReport(ctx, conf, func(*types100.Result) error { return report(t) })
			}
			for _, earlier := range []bool{false, true} {
				if earlier {
					_, err := a.Add(ctx, conf)
					n.must(err)
				}
				before, reserved := n.dump(), n.reserved()
				if err := add(); err == nil {
					t.Error("ADD succeeds")
				}
				if diff := cmp.Diff(before, n.dump()); diff != "" || !cmp.Equal(reserved, n.reserved()) {
					t.Errorf("earlier ADD %v: reserved %q, was %q; %s", earlier, n.reserved(), reserved, diff)
				}
			}
		}))
	}
}
