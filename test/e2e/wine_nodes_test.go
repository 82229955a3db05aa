package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// needWine skips a test of the Windows executables unless they are under test.
func needWine(t *testing.T) {
	t.Helper()
	if !*wine {
		t.Skip("about the Windows executables: go test ./test/e2e -wine")
	}
}

var allVerbs = []string{"ADD", "DEL", "CHECK", "GC", "STATUS"}

// unusable are nodes whose host network service is missing, incomplete or too old.
var unusable = []struct {
	name   string
	prefix []string // arguments of build/wine/prefix.sh; none is the complete prefix
	host   string   // HCNEMU_HOST
	verbs  []string
	want   []string // in the message and details
	warm   bool     // the network already exists
}{
	{name: "no DLL", prefix: []string{"no-dll"}, verbs: allVerbs, want: []string{"computenetwork.dll", "Containers"}},
	{name: "no function to start with", prefix: []string{"without", "HcnEnumerateNetworks", "HcnEnumerateEndpoints", "HNSCall"}, verbs: allVerbs, want: []string{"is not usable: ", "Failed to find H", ".dll"}},
	{name: "older Windows, with HNSCall", prefix: []string{"without", "HcnEnumerateNetworks"}, verbs: []string{"ADD", "STATUS"}, want: []string{"HcnEnumerateNetworks", "computenetwork.dll"}},
	{name: "no function half-way", prefix: []string{"without", "HcnModifyNamespace"}, verbs: []string{"ADD"}, want: []string{"HcnModifyNamespace", "computenetwork.dll"}, warm: true},
	{name: "HNS 8.1", host: `{"version": "8.1"}`, verbs: allVerbs, want: []string{"HNS 9.2", "8.1"}},
}

// TestUnusableNodes: a CNI error that names what is missing, exit 1, and nothing left behind, for each verb.
func TestUnusableNodes(t *testing.T) {
	needWine(t)
	for _, node := range unusable {
		t.Run(node.name, func(t *testing.T) {
			where := bin()
			if node.prefix != nil {
				where.Runner = []string{makePrefix(t, node.prefix)}
			}
			for _, verb := range node.verbs {
				t.Run(verb, func(t *testing.T) {
					f := newFixture(t, hcnemu.Settings{})
					if node.warm {
						f.warm()
					}
					f.bin = where
					f.refused(verb, node.host, node.want)
				})
			}
		})
	}
}

// warm leaves the network behind.
func (f *fixture) warm() {
	f.Helper()
	for _, verb := range []string{"ADD", "DEL"} {
		if o := f.run("sdnbridge", verb, f.local(bridge)); o.Exit != 0 {
			f.Fatalf("%s: %s", verb, o.Stdout)
		}
	}
}

func (f *fixture) refused(verb, host string, want []string) {
	f.Helper()
	before := f.dump()
	o := f.run("sdnbridge", verb, f.complete(verb), func(v *harness.Verb) { v.Env = append(v.Env, "HCNEMU_HOST="+host) })
	e := cniError(f.T, o)
	code := uint(100)
	if verb == "STATUS" {
		code = 50
	}
	if e.Code != code {
		f.Errorf("code %d, want %d", e.Code, code)
	}
	for _, part := range want {
		if text := e.Msg + " " + e.Details; !strings.Contains(text, part) || strings.Contains(text, "panic") {
			f.Errorf("%q, want %q in it and no panic", text, part)
		}
	}
	f.Logf("code %d: %s", e.Code, strings.TrimSpace(e.Msg+" "+e.Details))
	if strings.Contains(string(o.Stderr), "goroutine ") {
		f.Errorf("stderr: %s", o.Stderr)
	}
	if diff := cmp.Diff(before, f.dump()); diff != "" {
		f.Errorf("the host changed: %s", diff)
	}
	f.empty()
}

// complete returns a configuration with the additional fields that the verb needs.
func (f *fixture) complete(verb string) string {
	more := map[string]string{
		"CHECK": `"prevResult": {"cniVersion": "1.1.0", "interfaces": [{"name": "eth0", "sandbox": "` + f.pod.Namespace + `"}], "ips": [{"interface": 0, "address": "10.244.3.10/24"}]},`,
		"GC":    `"cni.dev/valid-attachments": [],`,
	}
	return strings.Replace(f.local(bridge), `"type": "sdnbridge",`, `"type": "sdnbridge",`+more[verb], 1)
}

// TestOldestUsable: HNS 9.2, the first with the API, is sufficient for configurations that need no newer feature.
func TestOldestUsable(t *testing.T) {
	f := newFixture(t, hcnemu.Settings{HostProfile: `{"version": "9.2"}`})
	if _, err := f.Host.Service().CreateNetwork(context.Background(), &hcnspec.Network{
		Name: "podnet", Type: hcnspec.L2Bridge, SchemaVersion: hcnspec.SchemaV2,
		Ipams: []hcnspec.Ipam{{Subnets: []hcnspec.Subnet{{IPAddressPrefix: "10.244.3.0/24",
			Routes: []hcnspec.Route{{NextHop: "10.244.3.1", DestinationPrefix: hcnspec.DefaultRoute4}}}}}},
	}); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"STATUS", "ADD", "DEL"} {
		if o := f.run("sdnbridge", verb, f.local(bridge)); o.Exit != 0 {
			t.Errorf("%s: %s", verb, o.Stdout)
		}
	}
	f.empty()
}

// makePrefix returns the runner of a new prefix, which is in out/wine so that it can share files by hard links.
func makePrefix(t *testing.T, kind []string) string {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Join(harness.Root(), "out", "wine"), "node-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if output, err := exec.Command(filepath.Join(dir, "run"), "--stop").CombinedOutput(); err != nil {
			t.Errorf("stop the prefix: %v\n%s", err, output)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	script := filepath.Join(harness.Root(), "build", "wine", "prefix.sh")
	if output, err := exec.CommandContext(t.Context(), script, append([]string{dir}, kind...)...).CombinedOutput(); err != nil {
		t.Fatalf("prefix.sh: %v\n%s", err, output)
	}
	return filepath.Join(dir, "run")
}
