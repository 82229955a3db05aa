package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Whatever is planned, HNS and host-local's files are unchanged afterwards.
func TestPlanTouchesNothing(t *testing.T) {
	tr := newTranscript(t, "")
	tr.run("hcnctl -q network create podnet --type l2bridge --subnet 10.244.3.0/24 --yes")
	before := tr.everything()
	examples, err := filepath.Glob(filepath.Join(moduleRoot, "cni-conf-examples", "*.conf*"))
	if err != nil || len(examples) == 0 {
		t.Fatal(examples, err)
	}
	planned := 0
	for _, file := range append(examples, filepath.Join(moduleRoot, "cmd/hcnctl/internal/cli/testdata/hostlocal.conflist")) {
		got := tr.run("hcnctl -q plan " + file)
		if strings.Contains(got, "HcnModifyNamespace: attach") && strings.Contains(got, "The result:") {
			planned++
		} else if !strings.Contains(got, "[exit status 1]") {
			t.Errorf("plan %s:\n%s", filepath.Base(file), got)
		}
	}
	if planned < 20 {
		t.Errorf("only %d of %d examples could be planned", planned, len(examples))
	}
	if diff := cmp.Diff(before, tr.everything()); diff != "" {
		t.Error(diff)
	}
}

// TestPlanLeavesAReplacement: a plan leaves the record of a load balancer that a killed process was replacing, and
// takes no lock.
func TestPlanLeavesAReplacement(t *testing.T) {
	tr := newTranscript(t, "")
	tr.run("hcnctl -q network create podnet --type l2bridge --subnet 10.244.3.0/24 --yes")
	file := filepath.Join(tr.root, "vip.conf")
	conf := `{"cniVersion": "1.0.0", "name": "podnet", "type": "sdnbridge", "ipam": {"subnet": "10.244.3.0/24"},
		"policies": [{"name": "LoadBalancerPolicy", "value": {"Type": "LoadBalancer", "Settings": {"FrontendVIPs": ["10.96.0.99"],
		"PortMappings": [{"Protocol": 6, "InternalPort": 80, "ExternalPort": 80}]}}}]}`
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	lb := hcnspec.LoadBalancer{FrontendVIPs: []string{"10.96.0.99"}, Endpoints: []string{"8EA92AC2-63F2-4F8B-A96A-DF015C894472"},
		PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 6, InternalPort: 80, ExternalPort: 80}}}
	if err := attach.ReplacementsOfNode().Begin(lb); err != nil {
		t.Fatal(err)
	}
	before := tr.everything()
	if got := tr.run("hcnctl -q plan " + file); !strings.Contains(got, "HcnCreateLoadBalancer") {
		t.Errorf("plan:\n%s", got)
	}
	if diff := cmp.Diff(before, tr.everything()); diff != "" {
		t.Error(diff)
	}
	if begun, err := attach.ReplacementsOfNode().Unfinished(lb); begun == nil || err != nil {
		t.Errorf("after the plan: %v, %v; want the replacement", begun, err)
	}
}

// everything returns HNS's state, and all files of the node with their content, except the emulator's own.
func (tr *transcript) everything() []string {
	tr.t.Helper()
	host, err := hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
	if err != nil {
		tr.t.Fatal(err)
	}
	dump, err := host.Dump()
	if err != nil {
		tr.t.Fatal(err)
	}
	all := []string{dump}
	emulator := map[string]bool{"hns.db": true, "journal.jsonl": true}
	err = filepath.WalkDir(tr.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Dir(path) == filepath.Join(tr.root, "hns") && emulator[entry.Name()] {
			return err
		}
		if !entry.Type().IsRegular() {
			all = append(all, path)
			return nil
		}
		text, err := os.ReadFile(path)
		all = append(all, path+": "+string(text))
		return err
	})
	if err != nil {
		tr.t.Fatal(err)
	}
	return all
}
