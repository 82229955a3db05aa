package agree

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/dryrun"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// testCase is a configuration, a node and a pod.
type testCase struct {
	file    string
	text    []byte
	call    conffile.Call // the file's first call of one of this project's plugins
	calls   bool          // whether it exists
	profile attach.Profile
	host    string // HCNEMU_HOST
	svc     hostnet.Service
	node    []string // existing objects, for the report
	narrow  bool     // the network is smaller than the subnets of most configurations
	full    bool     // the pool is full, or something that the configuration publishes is taken
	pod     dryrun.Pod
	plain   bool // the pod requests nothing
	ipams   []string
	foreign string // the address that foreign IPAM plugins return
}

func (c *testCase) String() string {
	return fmt.Sprintf("%s on %s with %v, IPAM plugins %v, pod %+v\n%s", c.file, c.host, c.node, c.ipams, c.pod, c.text)
}

var versions = []string{"9.5", "10.4", "11.9", "11.10", "12.0", "13.0", "13.3", "14.0", "15.0", "15.1", "15.5", "16.0"}

func newCase(t *testing.T, sources []source, r *rand.Rand) *testCase {
	t.Helper()
	s := pick(sources, r)
	var doc map[string]any
	if err := json.Unmarshal(s.text, &doc); err != nil || doc == nil {
		doc = map[string]any{}
	}
	for range r.IntN(3) {
		mutate(doc, r)
	}
	c := &testCase{file: s.name, foreign: "10.244.3.77/24"}
	c.moveData(doc, t.TempDir())
	c.text, _ = json.Marshal(doc)
	if filepath.Ext(c.file) == ".json" {
		c.file = strings.TrimSuffix(c.file, ".json") + ".conf"
	}
	c.findCall(t)
	if r.IntN(4) > 0 {
		c.ipams = []string{"host-local", "azure-vnet-ipam", "azure-cns", "dhcp"}
	}
	c.makeNode(t, r)
	c.makePod(r)
	return c
}

// moveData separates host-local's files of this case from those of the machine.
func (c *testCase) moveData(v any, dir string) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if section, ok := value.(map[string]any); ok && strings.EqualFold(key, "ipam") {
				for name := range section {
					if strings.EqualFold(name, "dataDir") || strings.EqualFold(name, "resolvConf") {
						delete(section, name)
					}
				}
				section["dataDir"] = dir
			}
			c.moveData(value, dir)
		}
	case []any:
		for _, item := range v {
			c.moveData(item, dir)
		}
	}
}

// findCall finds the first call of one of this project's plugins. It gives a delegate's call the lease and a directory,
// so that it is like any other.
func (c *testCase) findCall(t *testing.T) {
	calls, problems := conffile.Read(c.file, c.text)
	if len(problems) > 0 {
		return
	}
	for _, call := range calls {
		conf, _ := netconf.Parse(netconf.Input{Verb: "STATUS", Stdin: call.WithLease(conffile.ExampleLease)})
		profile, err := attach.ProfileOf(conf)
		if err != nil {
			continue
		}
		if call.Delegate {
			var fields map[string]any
			if err := json.Unmarshal(call.WithLease(conffile.ExampleLease), &fields); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			fields["ipam"].(map[string]any)["dataDir"] = dir
			call.Stdin, _ = json.Marshal(fields)
			call.Delegate, call.DataDir = false, dir
		}
		c.call, c.profile, c.calls = call, profile, true
		return
	}
}

func (c *testCase) makePod(r *rand.Rand) {
	c.pod = dryrun.Pod{ID: "pod", IfName: "eth0"}
	if c.plain = r.IntN(2) == 0 && !strings.Contains(string(c.text), "runtimeConfig"); !c.plain {
		switch r.IntN(5) {
		case 0:
			c.pod.IP = []string{"1.2.3.4", "10.244.3.1", "10.244.3.5", "10.244.3.255", "10.244.3.9", "fd00:10::9", "x"}[r.IntN(7)]
		case 1:
			c.pod.MAC = []string{"00:15:5d:01:02:03", "0e:2a:0a:f4:03:05", "x"}[r.IntN(3)]
		case 2:
			c.pod.ID = []string{"a b", "", "web.1"}[r.IntN(3)]
		case 3:
			c.pod.IfName = []string{"eth1", "a/b", ""}[r.IntN(3)]
		default:
			c.pod.PortMappings = []map[string]any{{"hostPort": []int{80, 8080, 8081, 0, 70000}[r.IntN(5)], "containerPort": 80, "protocol": "tcp"}}
		}
	}
	if c.call.IPAM != "" && c.call.IPAM != "host-local" {
		c.pod.IP = c.foreign
	}
}

// makeNode creates an emulated node: an HNS version, adapters, perhaps the network, and the objects of other pods.
func (c *testCase) makeNode(t *testing.T, r *rand.Rand) {
	t.Helper()
	adapter := "Ethernet"
	if r.IntN(5) == 0 {
		adapter = "Ethernet 2"
	}
	c.host = fmt.Sprintf(`{"version": %q, "adapters": [{"name": %q, "addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"}]}`,
		versions[r.IntN(len(versions))], adapter)
	h, err := hcnemu.Open(hcnemu.Settings{Dir: t.TempDir(), HostProfile: c.host, Seed: strconv.FormatUint(r.Uint64(), 10)})
	if err != nil {
		t.Fatal(err)
	}
	c.svc = h.Service()
	if r.IntN(6) == 0 {
		c.network(t, "other", hcnspec.NAT, "172.20.0.0/20")
	}
	if !c.calls || c.call.Network == "" || r.IntN(2) == 0 {
		return
	}
	kind := c.profile.Type
	if r.IntN(8) == 0 {
		kind = hcnspec.Transparent
	}
	prefix := []string{"10.244.3.0/24", "10.244.3.0/29", "10.244.3.0/30", "172.27.0.0/20"}[r.IntN(4)]
	c.narrow = strings.HasSuffix(prefix, "/29") || strings.HasSuffix(prefix, "/30")
	if network := c.network(t, c.call.Network, kind, prefix); network != nil {
		c.neighbours(t, network, r)
	}
}

func (c *testCase) network(t *testing.T, name string, kind hcnspec.NetworkType, prefix string) *hcnspec.Network {
	t.Helper()
	subnet := hcnspec.Subnet{IPAddressPrefix: prefix, Routes: []hcnspec.Route{{NextHop: strings.Split(prefix, ".0/")[0] + ".1", DestinationPrefix: hcnspec.DefaultRoute4}}}
	if kind == hcnspec.Overlay {
		subnet.Policies = []hcnspec.Policy{hcnspec.NewPolicy(hcnspec.VSID, hcnspec.IsolationSetting{IsolationID: 4096})}
	}
	made, err := c.svc.CreateNetwork(t.Context(), &hcnspec.Network{Name: name, Type: kind, SchemaVersion: hcnspec.SchemaV2,
		Ipams: []hcnspec.Ipam{{Type: hcnspec.IpamStatic, Subnets: []hcnspec.Subnet{subnet}}}})
	if err != nil {
		return nil // such as a second network of the same prefix
	}
	c.node = append(c.node, fmt.Sprintf("%s %q %s", kind, name, prefix))
	return made
}

// neighbours are other pods: none, one with an address and ports, or as many as fit on the network.
func (c *testCase) neighbours(t *testing.T, network *hcnspec.Network, r *rand.Rand) {
	t.Helper()
	many := []int{0, 1, 1, 7}[r.IntN(4)]
	for i := range many {
		e := &hcnspec.Endpoint{Name: fmt.Sprintf("other%d_%s", i, network.Name), Network: network.ID, SchemaVersion: hcnspec.SchemaV2}
		if i == 0 && network.Type != hcnspec.Transparent {
			e.Policies = []hcnspec.Policy{hcnspec.NewPolicy(hcnspec.PortMapping, hcnspec.PortMappingSetting{Protocol: 6, InternalPort: 80, ExternalPort: 8080})}
		}
		if _, err := c.svc.CreateEndpoint(t.Context(), e); err != nil {
			c.full = true
			break
		}
		c.node = append(c.node, e.Name)
	}
}
