package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// The objects that flanneld creates before its plugin runs: the network and, on a bridge, the host's own endpoint.
const (
	cbr0 = `{"Name": "cbr0", "Type": "L2Bridge", "SchemaVersion": {"Major": 2, "Minor": 0},
		"Ipams": [{"Type": "Static", "Subnets": [{"IpAddressPrefix": "10.244.3.0/24",
			"Routes": [{"NextHop": "10.244.3.1", "DestinationPrefix": "0.0.0.0/0"}]}]}],
		"Policies": [{"Type": "NetAdapterName", "Settings": {"NetworkAdapterName": "Ethernet"}}]}`
	flannel4096 = `{"Name": "flannel.4096", "Type": "Overlay", "Flags": 8, "SchemaVersion": {"Major": 2, "Minor": 0},
		"Ipams": [{"Type": "Static", "Subnets": [{"IpAddressPrefix": "10.244.3.0/24",
			"Routes": [{"NextHop": "10.244.3.1", "DestinationPrefix": "0.0.0.0/0"}],
			"Policies": [{"Type": "VSID", "Settings": {"IsolationId": 4096}}]}]}],
		"Policies": [{"Type": "NetAdapterName", "Settings": {"NetworkAdapterName": "Ethernet"}}, {"Type": "HostRoute"}],
		"MacPool": {"Ranges": [{"StartMacAddress": "0E-2A-00-00-00-00", "EndMacAddress": "0E-2A-FF-FF-FF-FF"}]}}`
	subnetEnv = "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.3.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n"
)

// flannelPod is the outcome for a pod: the result and the endpoint.
type flannelPod struct {
	Address, Gateway string
	Endpoint         string
	MAC              string
	DNS              hcnspec.DNS
	Policies         []string
}

type flannelRow struct {
	name, conf, network string
	hostEndpoint        string // address of the host's endpoint on the network
	want                flannelPod
}

var flannelRows = []flannelRow{
	{
		name: "bridge", conf: "l2bridge-flannel.conf", network: cbr0, hostEndpoint: "10.244.3.2",
		want: flannelPod{
			Address: "10.244.3.3/24", Gateway: "10.244.3.2", Endpoint: "web-sandbox_cbr0", MAC: "00:15:5d:00:10:01",
			DNS: hcnspec.DNS{Search: []string{"demo.svc.cluster.local"}, ServerList: []string{"10.96.0.10"}},
			Policies: []string{
				`OutBoundNAT {"Exceptions":["10.244.0.0/16","10.96.0.0/12","10.127.0.0/24"]}`,
				`SDNRoute {"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}`,
				`SDNRoute {"DestinationPrefix":"10.127.130.35/32","NeedEncap":true}`,
				`PortMapping {"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1}`,
			},
		},
	},
	{
		name: "overlay", conf: "overlay-flannel-sigwin.conf", network: flannel4096,
		want: flannelPod{
			Address: "10.244.3.2/24", Gateway: "10.244.3.1", Endpoint: "web-sandbox_flannel.4096", MAC: "0e:2a:0a:f4:03:02",
			Policies: []string{
				`OutBoundNAT {"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}`,
				`SDNRoute {"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}`,
				`ProviderAddress {"ProviderAddress":"10.127.130.35"}`,
				`PortMapping {"Protocol":6,"InternalPort":80,"ExternalPort":8080}`,
			},
		},
	},
}

// TestFlannel: flannel's plugin delegates to this project's, which delegates to host-local, on a network of flanneld's.
// flannel gives host-local the whole subnet, including the address of the host's own endpoint, which no pod may get.
func TestFlannel(t *testing.T) {
	for _, row := range flannelRows {
		t.Run(row.name, func(t *testing.T) {
			f := newFlannelNode(t)
			f.flanneld(row.network, row.hostEndpoint)
			f.liveWithFlannel(row, f.flannelList(row.conf))
			f.flannelEmpty(row.hostEndpoint)
		})
	}
}

func (f *fixture) liveWithFlannel(row flannelRow, list *libcni.NetworkConfigList) {
	f.Helper()
	ctx := context.Background()
	rt := f.pod.Runtime(map[string]any{"portMappings": []any{map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}}})
	result, err := f.Node.Add(ctx, list, rt)
	if err != nil {
		f.Fatal(err)
	}
	if diff := cmp.Diff(row.want, f.flannelPod(result)); diff != "" {
		f.Errorf("-want +got:\n%s", diff)
	}
	before := f.dump()
	if _, err := f.Node.Add(ctx, list, rt); err != nil || f.dump() != before {
		f.Errorf("ADD again: %v; want the same endpoint", err)
	}
	for range 2 {
		if err := f.CNI.DelNetworkList(ctx, list, rt); err != nil {
			f.Errorf("DEL: %v", err)
		}
	}
}

// newFlannelNode needs flannel's executable, and a host-local store that flannel cannot choose on Windows:
// \var\lib\cni\networks of the current drive, which is set to that of the prefix.
func newFlannelNode(t *testing.T) *fixture {
	t.Helper()
	f := newFixtureOf(t, bin(), hcnemu.Settings{}) // MAC addresses in order, as the rows have them
	if _, err := f.Exec.FindInPath("flannel", []string{f.bin.Dir}); err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatalf("%v: run make flannel", err)
		}
		t.Skipf("%v: run make flannel", err)
	}
	if *wine {
		if err := os.RemoveAll(f.flannelStore()); err != nil {
			t.Fatal(err)
		}
		t.Chdir(filepath.Join(harness.Root(), "out", "wine", "prefix", "drive_c"))
	}
	return f
}

// flannelStore is where host-local keeps addresses for flannel.
func (f *fixture) flannelStore() string {
	if len(f.bin.Runner) == 0 {
		return f.HostLocalDir()
	}
	return filepath.Join(filepath.Dir(f.bin.Runner[0]), "prefix", "drive_c", "var", "lib", "cni", "networks")
}

func (f *fixture) flanneld(network, hostEndpoint string) {
	f.Helper()
	var doc hcnspec.Network
	if err := json.Unmarshal([]byte(network), &doc); err != nil {
		f.Fatal(err)
	}
	made, err := f.Host.Service().CreateNetwork(context.Background(), &doc)
	if err != nil {
		f.Fatal(err)
	}
	if hostEndpoint != "" {
		own := &hcnspec.Endpoint{
			Name: doc.Name + "_ep", Network: made.ID, SchemaVersion: hcnspec.SchemaV2,
			IPConfigs: []hcnspec.IPConfig{{IPAddress: hostEndpoint, PrefixLength: 24}},
		}
		if _, err := f.Host.Service().CreateEndpoint(context.Background(), own); err != nil {
			f.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(f.Dir, "subnet.env"), []byte(subnetEnv), 0o600); err != nil {
		f.Fatal(err)
	}
}

// flannelList returns an example with flannel's files in the node's directory.
func (f *fixture) flannelList(example string) *libcni.NetworkConfigList {
	f.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(f.bin.Dir)), "cni-conf-examples", example))
	if err != nil {
		f.Fatal(err)
	}
	var conf map[string]any
	if err := json.Unmarshal(text, &conf); err != nil {
		f.Fatal(err)
	}
	conf["subnetFile"] = f.bin.Path(filepath.Join(f.Dir, "subnet.env"))
	conf["dataDir"] = f.bin.Path(f.scratch())
	conf["ipam"] = map[string]any{"type": "host-local", "dataDir": f.flannelStore()}
	if text, err = json.Marshal(map[string]any{"cniVersion": conf["cniVersion"], "name": conf["name"], "plugins": []any{conf}}); err != nil {
		f.Fatal(err)
	}
	list, err := libcni.NetworkConfFromBytes(text)
	if err != nil {
		f.Fatal(err)
	}
	return list
}

// scratch is where flannel keeps the delegate's configuration for DEL.
func (f *fixture) scratch() string { return filepath.Join(f.Dir, "flannel") }

func (f *fixture) flannelPod(result *types100.Result) flannelPod {
	f.Helper()
	all, err := f.Host.Service().Endpoints(context.Background())
	if err != nil || len(result.IPs) != 1 || len(result.Interfaces) != 1 {
		f.Fatalf("%+v, %v: want an address and an interface", result, err)
	}
	p := flannelPod{Address: result.IPs[0].Address.String(), Gateway: result.IPs[0].Gateway.String(), MAC: result.Interfaces[0].Mac}
	for _, e := range all {
		if !strings.EqualFold(e.Namespace, f.pod.Namespace) {
			continue
		}
		p.Endpoint, p.DNS = e.Name, e.DNS
		for _, policy := range e.Policies {
			p.Policies = append(p.Policies, string(policy.Type)+" "+string(policy.Settings))
		}
	}
	return p
}

// flannelEmpty fails the test if anything but flanneld's own objects remains.
func (f *fixture) flannelEmpty(hostEndpoint string) {
	f.Helper()
	endpoints, err := f.Host.Service().Endpoints(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	var own int
	if hostEndpoint != "" {
		own = 1
	}
	if len(endpoints) != own {
		f.Errorf("endpoints left: %+v", endpoints)
	}
	for what, pattern := range map[string]string{
		"addresses": filepath.Join(f.flannelStore(), "*", "[0-9]*"), "scratch files": filepath.Join(f.scratch(), "*"),
	} {
		if left, err := filepath.Glob(pattern); err != nil || len(left) > 0 {
			f.Errorf("%s left: %q (%v)", what, left, err)
		}
	}
}
