package cniplugin

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestNamesThatWindowsReserves: container IDs and interface names of devices, with a final dot, as long as CNI allows,
// and a data directory beyond 260 characters, attach and detach like any other.
func TestNamesThatWindowsReserves(t *testing.T) {
	long := strings.Repeat("directory-of-30-characters-xx/", 10)
	for name, row := range map[string]struct{ id, ifName, data string }{
		"device":         {"NUL", "CON", ""},
		"serial port":    {"com1.x", "lpt1", ""},
		"final dot":      {"c1.", "eth0.", ""},
		"long":           {strings.Repeat("c", 128), "abcdefghijklmno", ""},
		"long directory": {"c1", "eth0", long},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPod(t)
			p.data = filepath.Join(p.dir, filepath.FromSlash(row.data), "host-local")
			for _, verb := range []string{"ADD", "ADD", "DEL"} {
				cmd := p.command(verb)
				cmd.Env = append(cmd.Env, "CNI_CONTAINERID="+row.id, "CNI_IFNAME="+row.ifName)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v: %s", verb, err, out)
				}
				if verb == "ADD" && !strings.Contains(p.state(), row.id+"_podnet") {
					t.Errorf("no endpoint of %q: %s", row.id, p.state())
				}
			}
			if after := p.state(); strings.Contains(after, "_podnet") {
				t.Errorf("left: %s", after)
			}
			if reserved, err := filepath.Glob(filepath.Join(p.data, "podnet", "[0-9]*")); err != nil || len(reserved) > 0 {
				t.Errorf("still reserved: %q, %v", reserved, err)
			}
		})
	}
}
