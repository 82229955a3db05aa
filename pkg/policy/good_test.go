package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// TestGood compiles testdata/good: configurations with every policy in every spelling. The resulting documents are in
// the .golden file next to each.
func TestGood(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no good configurations (%v)", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			stdin, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cfg := mustParse(t, stdin)
			set := compiled(t, stdin)
			golden.Compare(t, strings.TrimSuffix(file, ".json")+".golden", string(marshal(t, dumpOf(set, max(1, len(cfg.IPAM.Subnets))))))
			again := compiled(t, stdin)
			if diff := cmp.Diff(marshal(t, dumpOf(set, 2)), marshal(t, dumpOf(again, 2))); diff != "" {
				t.Errorf("a second Compile differs:\n%s", diff)
			}
		})
	}
}

// TestEveryTypeHasAGoodRow fails when a type is added to the catalog and not to testdata/good.
func TestEveryTypeHasAGoodRow(t *testing.T) {
	made := map[hcnspec.PolicyType]bool{loadBalancer: true, loopbackDSR: true}
	files, _ := filepath.Glob("testdata/good/*.json")
	for _, file := range files {
		stdin, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := compiled(t, stdin)
		for _, p := range append(append(set.Network(), set.SubnetAt(0)...), set.Endpoint(hcnspec.DualStack)...) {
			made[p.Type] = true
		}
	}
	for _, e := range catalog() {
		if !made[e.name] {
			t.Errorf("no configuration under testdata/good makes a policy of type %s", e.name)
		}
	}
}
