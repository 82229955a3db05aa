package netconf

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

var verbs = []string{"ADD", "DEL", "CHECK", "GC", "STATUS"}

// FuzzParse: no input causes a panic, results are deterministic, every problem can be printed, and a configuration
// without problems satisfies the contract of Config.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, stdin []byte, args string) {
		for _, verb := range verbs {
			c, problems := Parse(Input{Verb: verb, Stdin: stdin, Args: args})
			again, same := Parse(Input{Verb: verb, Stdin: stdin, Args: args})
			if len(c.Policies) != len(again.Policies) {
				t.Fatalf("%s: %d policies, and %d the second time", verb, len(c.Policies), len(again.Policies))
			}
			// Trees are compared by the values read from them: walking them costs more than reading.
			policies := c.Policies
			c.Document, c.Policies, again.Document, again.Policies = nil, nil, nil, nil
			if !reflect.DeepEqual(problems, same) || !reflect.DeepEqual(c, again) {
				t.Fatalf("%s: another result the second time:\n%+v %v\n%+v %v", verb, c, problems, again, same)
			}
			c.Policies = policies
			for _, p := range problems {
				if p.Message == "" || p.Error() == "" {
					t.Errorf("%s: a problem without a text: %#v", verb, p)
				}
			}
			if len(problems) == 0 {
				usable(t, verb, c)
			}
		}
	})
}

func seed(f *testing.F) {
	f.Add([]byte(fullDocument), "IgnoreUnknown=1;IP=10.4.0.7,fd00::7;MAC=0e:2a:00:00:00:07;K8S_POD_NAME=web")
	files, err := os.ReadDir(badDir)
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(badDir + "/" + file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "")
	}
}

// TestCorpus: the fuzz corpus contains the examples as plugins receive them.
func TestCorpus(t *testing.T) {
	for _, file := range exampleFiles(t) {
		for _, stdin := range handedOver(t, file) {
			text := fmt.Sprintf("go test fuzz v1\n[]byte(%q)\nstring(%q)\n", stdin, "IgnoreUnknown=1;K8S_POD_NAME=web-0")
			golden.Compare(t, "testdata/fuzz/FuzzParse/"+filepath.Base(file), text)
		}
	}
}

// usable checks the contract of a Config without problems for every verb.
func usable(t *testing.T, verb string, c *Config) {
	if !validName(c.Name) || c.Timeout <= 0 || !slices.Contains(CNIVersions, c.CNIVersion) || c.LogLevel == "" {
		t.Errorf("%s: name %q, timeout %s, version %q, level %q", verb, c.Name, c.Timeout, c.CNIVersion, c.LogLevel)
	}
	for _, s := range c.IPAM.Subnets {
		if s.Prefix != s.Prefix.Masked() || s.Gateway.IsValid() && !s.Prefix.Contains(s.Gateway) {
			t.Errorf("%s: subnet %v", verb, s)
		}
	}
	for _, r := range append(slices.Clone(c.IPAM.Routes), c.Routes...) {
		if !r.Dst.IsValid() || r.Dst != r.Dst.Masked() || r.GW.IsValid() && r.GW.Is4() != r.Dst.Addr().Is4() {
			t.Errorf("%s: route %v", verb, r)
		}
	}
	for _, p := range c.Policies {
		if p.Type == "" || p.Body.Kind() != confdoc.Object || p.Settings != nil && p.Settings.Kind() != confdoc.Object {
			t.Errorf("%s: policy %+v", verb, p)
		}
	}
	for _, pm := range c.PortMappings {
		if pm.HostPort == 0 || pm.ContainerPort == 0 || pm.Protocol != TCP && pm.Protocol != UDP {
			t.Errorf("%s: port mapping %+v", verb, pm)
		}
	}
	if c.MAC != nil && len(c.MAC) != 6 || c.VLAN > hcnspec.MaxVLAN {
		t.Errorf("%s: MAC %s, VLAN %d", verb, c.MAC, c.VLAN)
	}
}
