//go:build !windows

package dlltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// nodes are Windows nodes whose host network service is unusable or barely usable.
var nodes = []struct {
	name   string
	prefix []string // arguments of prefix.sh; none is the complete prefix
	host   string   // HCNEMU_HOST
	want   []string // parts of the probe's outcome; a panic has none of them
}{
	{name: "complete", want: []string{"not found"}},
	{name: "no DLL", prefix: []string{"no-dll"}, want: []string{"unusable: ", "computenetwork.dll"}},
	{name: "no export", prefix: []string{"without", "HcnOpenNetwork", "HcnEnumerateNetworks"}, want: []string{"unusable: ", "HcnEnumerateNetworks"}},
	{name: "too old", host: `{"version":"9.1"}`, want: []string{"error: HcnEnumerateNetworks: E_NOTIMPL", "HNS 9.2+", "HNS 9.1"}},
	{name: "old enough", host: `{"version":"9.2"}`, want: []string{"not found"}},
}

func TestUnusableNodes(t *testing.T) {
	wine := os.Getenv("WINE_OUT")
	if wine == "" {
		t.Skip("needs Wine: make test-wine")
	}
	probe := buildProbe(t)
	for _, node := range nodes {
		t.Run(node.name, func(t *testing.T) {
			runner := filepath.Join(wine, "run")
			if node.prefix != nil {
				runner = makePrefix(t, node.prefix)
			}
			cmd := exec.CommandContext(t.Context(), runner, probe, "nat")
			cmd.Env = append(os.Environ(), "HCNEMU_DIR="+t.TempDir(), "HCNEMU_HOST="+node.host)
			output, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("probe: %v", err)
			}
			for _, part := range node.want {
				if !strings.Contains(string(output), part) {
					t.Errorf("outcome %q, want %q in it", output, part)
				}
			}
		})
	}
}

func buildProbe(t *testing.T) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "probe.exe")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", exe, "./probe")
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the probe: %v\n%s", err, output)
	}
	return exe
}

// makePrefix returns the runner of a new prefix, which is under WINE_OUT so that it can share files by hard links.
func makePrefix(t *testing.T, kind []string) string {
	t.Helper()
	dir, err := os.MkdirTemp(os.Getenv("WINE_OUT"), "node-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removePrefix(t, dir) })
	cmd := exec.CommandContext(t.Context(), "../../../build/wine/prefix.sh", append([]string{dir}, kind...)...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("prefix.sh: %v\n%s", err, output)
	}
	return filepath.Join(dir, "run")
}

func removePrefix(t *testing.T, dir string) {
	if output, err := exec.Command(filepath.Join(dir, "run"), "--stop").CombinedOutput(); err != nil {
		t.Errorf("stop the prefix: %v\n%s", err, output)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
}
