package reservation

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// host-local's own names: its lock and its last address are no reservations, and on Windows colons are
// underscores.
func TestAll(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"cbr0/10.244.3.2":                "pod\r\neth0",
		"cbr0/10.244.3.10":               "old",
		"cbr0/last_reserved_ip.0":        "10.244.3.10",
		"cbr0/lock":                      "",
		"six/fd00_10__7":                 "pod6\r\nnet1",
		"kube-proxy-is-no-directory.txt": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := All([]string{dir, filepath.Join(dir, "absent")})
	if err != nil {
		t.Fatal(err)
	}
	want := []Reservation{
		{"cbr0", netip.MustParseAddr("10.244.3.2"), "pod", "eth0", filepath.Join(dir, "cbr0/10.244.3.2")},
		{"cbr0", netip.MustParseAddr("10.244.3.10"), "old", "", filepath.Join(dir, "cbr0/10.244.3.10")},
		{"six", netip.MustParseAddr("fd00:10::7"), "pod6", "net1", filepath.Join(dir, "six/fd00_10__7")},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// An address that was given to another container meanwhile is not released.
func TestRelease(t *testing.T) {
	file := filepath.Join(t.TempDir(), "10.244.3.2")
	r := Reservation{Network: "cbr0", Address: netip.MustParseAddr("10.244.3.2"), Container: "pod", IfName: "eth0", File: file}
	if err := os.WriteFile(file, []byte("other\r\neth0"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := `release 10.244.3.2: it is container "other"'s by now`
	if err := Release(r); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if err := os.WriteFile(file, []byte("pod\r\neth0"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing to release
		if err := Release(r); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Fatalf("the file is there still: %v", err)
		}
	}
}
