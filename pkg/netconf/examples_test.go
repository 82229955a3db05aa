package netconf

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

const examplesDir = "../../cni-conf-examples"

// lease is the subnet of the flannel daemon in these examples.
const lease = "10.244.3.0/24"

// exampleWarnings are the warnings about the examples. All others have no warnings.
var exampleWarnings = map[string][]string{
	"l2bridge-wcn.conf": {
		"capabilities.dnsCapabilities true: has no effect; the capability is called dns",
	},
	"nat-containerd.conf": {
		`ipam.subnet "172.20.0.0/12": host bits are set; taken as 172.16.0.0/12`,
	},
	"nat-nerdctl-ci.conflist": {
		`ipam.subnet "172.20.0.0/12": host bits are set; taken as 172.16.0.0/12`,
	},
	"overlay-flannel-docker.conf": {
		"apiVersion 1: only version 2 of the HNS API is used; it serves this configuration too",
	},
}

// runtimeArgs is what a runtime passes for the capabilities of a configuration.
var runtimeArgs = map[string]any{
	"portMappings": []map[string]any{{"hostPort": 8080, "containerPort": 80, "protocol": "tcp", "hostIP": ""}},
	"dns":          map[string]any{"servers": []string{"10.96.0.10"}, "searches": []string{"default.svc.cluster.local"}, "options": []string{"ndots:5"}},
	"bandwidth":    map[string]any{"ingressRate": 0, "ingressBurst": 0, "egressRate": 8000000, "egressBurst": 4294967295},
	"ips":          []string{"10.4.0.77/24"},
	"mac":          "00-15-5D-0A-04-4D",
	"ipRanges":     [][]map[string]any{{{"subnet": "10.99.3.0/24"}}},
}

// TestExamples parses each plugin of each example as a runtime passes it, and compares the Config with
// testdata/examples.
func TestExamples(t *testing.T) {
	files := exampleFiles(t)
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			for _, stdin := range handedOver(t, file) {
				c, problems := Parse(Input{
					Verb: "ADD", Stdin: stdin, ContainerID: "c0ffee", Netns: "4d1a0ef2-3b0c-4c37-8a57-2f4b9a7a3d10", IfName: "eth0",
					Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=c0ffee;K8S_POD_UID=1",
				})
				if err := problems.Err(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(exampleWarnings[name], c.Warnings.Texts()); diff != "" {
					t.Errorf("warnings (-want +got):\n%s", diff)
				}
				golden.Compare(t, "testdata/examples/"+name+".golden.json", string(render(t, c)))
			}
		})
	}
	t.Logf("%d examples", len(files))
}

// TestExampleWarningsAreOfExamples: every row of the table belongs to an existing file.
func TestExampleWarningsAreOfExamples(t *testing.T) {
	for name := range exampleWarnings {
		if _, err := os.Stat(filepath.Join(examplesDir, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestExamplesAreListed: README.md has a line for each example.
func TestExamplesAreListed(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(examplesDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range exampleFiles(t) {
		name := filepath.Base(file)
		if !strings.Contains(string(readme), "| ["+name+"]("+name+") |") {
			t.Errorf("README.md does not list %s", name)
		}
	}
}

func exampleFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(examplesDir + "/*.conf*")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d examples found (%v), want at least 20", len(files), err)
	}
	return files
}

// handedOver returns the stdin of the plugins of a file: libcni reads the file and injects its fields, and a flannel
// entry is replaced with the delegate as the flannel plugin completes it.
func handedOver(t *testing.T, file string) [][]byte {
	t.Helper()
	var stdins [][]byte
	conf := confList(t, file)
	for _, plugin := range conf.Plugins {
		inject := map[string]any{"name": conf.Name, "cniVersion": conf.CNIVersion}
		if rc := runtimeConfig(plugin); len(rc) > 0 {
			inject["runtimeConfig"] = rc
		}
		plugin, err := libcni.InjectConf(plugin, inject)
		if err != nil {
			t.Fatal(err)
		}
		stdin := plugin.Bytes
		if plugin.Network.Type == "flannel" {
			stdin = flannelDelegate(t, stdin)
		}
		stdins = append(stdins, stdin)
	}
	return stdins
}

// confList reads a .conflist, or a .conf as a list of one.
func confList(t *testing.T, file string) *libcni.NetworkConfigList {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(file, ".conflist") {
		list, err := libcni.NetworkConfFromBytes(data)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		return list
	}
	plugin, err := libcni.NetworkPluginConfFromBytes(data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return &libcni.NetworkConfigList{
		Name: plugin.Network.Name, CNIVersion: plugin.Network.CNIVersion, Plugins: []*libcni.PluginConfig{plugin},
	}
}

func runtimeConfig(plugin *libcni.PluginConfig) map[string]any {
	rc := map[string]any{}
	for capability, wanted := range plugin.Network.Capabilities {
		if value, ok := runtimeArgs[capability]; ok && wanted {
			rc[capability] = value
		}
	}
	return rc
}

// flannelDelegate is the part of the flannel plugin that completes a delegate.
func flannelDelegate(t *testing.T, stdin []byte) []byte {
	t.Helper()
	var conf map[string]any
	if err := json.Unmarshal(stdin, &conf); err != nil {
		t.Fatal(err)
	}
	delegate := conf["delegate"].(map[string]any)
	for _, key := range []string{"name", "cniVersion", "runtimeConfig"} {
		if value, ok := conf[key]; ok {
			delegate[key] = value
		}
	}
	delegate["ipMasq"] = false
	delegate["ipMasqNetwork"] = "10.244.0.0/16"
	delegate["ipam"] = map[string]any{"type": "host-local", "subnet": lease}
	data, err := json.Marshal(delegate)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// render returns a Config as JSON, without its unchanged inputs.
func render(t *testing.T, c *Config) []byte {
	t.Helper()
	seen := *c
	seen.Stdin, seen.Args, seen.Document = nil, "", nil
	data, err := json.MarshalIndent(seen, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}
