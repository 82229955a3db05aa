package policy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// hnsVersions are on both sides of every backport: 9.5 is a patched Server 2019, 13.3 Server 2022.
var hnsVersions = []string{
	"9.2", "9.3", "9.5", "10.0", "10.3", "10.5", "11.0", "11.10", "11.11", "12.0", "12.1", "13.0", "13.1", "13.2",
	"13.3", "14.0", "15.0", "15.4", "16.0",
}

// TestSupported compares testdata/supported.txt: for every good configuration that not every HNS supports, the versions
// that reject it, and the message.
func TestSupported(t *testing.T) {
	files, _ := filepath.Glob("testdata/good/*.json")
	var got strings.Builder
	for _, file := range files {
		stdin, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if text := refusals(t, compiled(t, stdin)); text != "" {
			fmt.Fprintf(&got, "%s\n%s", strings.TrimSuffix(filepath.Base(file), ".json"), text)
		}
	}
	golden.Compare(t, "testdata/supported.txt", got.String())
}

func refusals(t *testing.T, set *Set) string {
	t.Helper()
	var refusing []string
	var message string
	for _, text := range hnsVersions {
		v, err := hcnspec.ParseVersion(text)
		if err != nil {
			t.Fatal(err)
		}
		if problems := set.Supported(v); len(problems) > 0 {
			refusing = append(refusing, text)
			message = problems.Error()
		}
	}
	if message == "" {
		return ""
	}
	return fmt.Sprintf("  refused by %s\n  %s\n", strings.Join(refusing, " "), message)
}

// TestPrioritiesRunOut: the configuration has ACLs at every priority from 1001 up, so only one port gets one.
func TestPrioritiesRunOut(t *testing.T) {
	c := &compiler{Report: &confdoc.Report{}, cfg: &netconf.Config{}, network: hcnspec.L2Bridge, set: &Set{}}
	c.ports.priorities = map[uint16]bool{}
	for p := uint16(1001); p != 0; p++ {
		c.ports.priorities[p] = true
	}
	acls := portACLs{c: c}
	acls.ports = []allowedPort{{protocol: netconf.TCP, port: 80, path: "first"}, {protocol: netconf.TCP, port: 81, path: "second"}}
	acls.rules()
	want := confdoc.Findings{{Path: "second", Message: "no free ACL priority is left for it"}}
	got, _ := c.Sorted()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestSetIsNotShared changes what a Set's methods return, which must not change the Set.
func TestSetIsNotShared(t *testing.T) {
	stdin, err := os.ReadFile("testdata/good/load_balancer.json")
	if err != nil {
		t.Fatal(err)
	}
	set := compiled(t, stdin)
	before := marshal(t, dumpOf(set, 1))
	lb := set.LoadBalancers()[0]
	lb.FrontendVIPs[0], lb.PortMappings[0].ExternalPort = "changed", 1
	set.Gates()[0] = Gate{}
	if diff := cmp.Diff(string(before), string(marshal(t, dumpOf(set, 1)))); diff != "" {
		t.Errorf("the Set changed:\n%s", diff)
	}
}
