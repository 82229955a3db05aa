package ipam

import (
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// host-local's file names: its lock and its last address are not reservations, and on Windows colons are underscores.
func TestReservations(t *testing.T) {
	dir := write(t, map[string]string{
		"cbr0/10.244.3.2":                "pod\r\neth0",
		"cbr0/10.244.3.10":               "old",
		"cbr0/last_reserved_ip.0":        "10.244.3.10",
		"cbr0/lock":                      "",
		"six/fd00_10__7":                 "pod6\r\nnet1",
		"kube-proxy-is-no-directory.txt": "",
	})
	got, err := Reservations([]string{dir, filepath.Join(dir, "absent")})
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

// An address that was meanwhile assigned to another container is not released.
func TestReleaseOfAReservation(t *testing.T) {
	file := filepath.Join(write(t, map[string]string{"cbr0/10.244.3.2": "other\r\neth0"}), "cbr0", "10.244.3.2")
	r := Reservation{Network: "cbr0", Address: netip.MustParseAddr("10.244.3.2"), Container: "pod", IfName: "eth0", File: file}
	want := `release 10.244.3.2: container "other" has it now`
	if err := r.Release(t.Context()); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if err := os.WriteFile(file, []byte("pod\r\neth0"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing to release
		if err := r.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Fatalf("the file still exists: %v", err)
		}
	}
}

// An attachment's reservations are released whatever its IPAM section contains.
func TestReleaseWithUnreadableIPAM(t *testing.T) {
	for _, section := range []string{`"type":5`, `"type":"../x"`} {
		dir := t.TempDir()
		add(t, localRequest(dir, "c1"))
		add(t, localRequest(dir, "c2"))
		r := localRequest(dir, "c1")
		r.Stdin = []byte(strings.Replace(string(r.Stdin), `"type":"host-local"`, section, 1))
		for range 2 {
			if known, err := (Client{}).ReleaseHostLocal(t.Context(), r); err != nil || !known {
				t.Errorf("%s: %v, %v", section, known, err)
			}
			expect(t, dir, "10.0.0.3 c2/eth0", "fd00::3 c2/eth0")
		}
	}
	// Without a directory in the IPAM section, or without a valid section, the default directory is used.
	for _, section := range []string{`[]`, `"x"`, `null`, `{"dataDir":5}`} {
		w, err := readHostLocalConf([]byte(`{"name":"net","ipam":` + section + `}`))
		if err != nil || dirOf(w.network, w.dataDir) != filepath.Join(DefaultDataDir, "net") {
			t.Errorf("%s: %+v, %v", section, w, err)
		}
	}
}

// showsLinks reports whether this system distinguishes links from their targets.
func showsLinks(t *testing.T) bool {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("target", link); err != nil {
		t.Skip(err)
	}
	info, err := os.Lstat(link)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

// A link in the directory is neither followed nor written through.
func TestPlantedLinks(t *testing.T) {
	rows := map[string]string{"lock": "not a regular file", "last_reserved_ip.0": "not a regular file", "10.0.0.2": ""}
	if !showsLinks(t) {
		t.Skip("Wine shows a link as what it leads to, so that no program can tell them apart")
	}
	for name, complaint := range rows {
		dir := write(t, map[string]string{"precious": "c1\r\neth0", "net/10.0.0.7": "other"})
		if err := os.Symlink("../precious", filepath.Join(dir, "net", name)); err != nil {
			t.Skip(err)
		}
		_, _, err := Client{}.Add(t.Context(), localRequest(dir, "c1"))
		if complaint == "" && err != nil || complaint != "" && (err == nil || !strings.Contains(err.Error(), complaint)) {
			t.Errorf("%s: Add: %v, want %q", name, err, complaint)
		}
		if complaint == "" {
			expect(t, dir, "10.0.0.3 c1/eth0", "10.0.0.7 other", "fd00::2 c1/eth0")
		} else {
			expect(t, dir, "10.0.0.7 other")
		}
		if text, err := os.ReadFile(filepath.Join(dir, "precious")); err != nil || string(text) != "c1\r\neth0" {
			t.Errorf("%s: the file behind the link holds %q, %v", name, text, err)
		}
	}
}

func TestFileNames(t *testing.T) {
	if got := fileName("fd00::1"); runtime.GOOS == "windows" && got != "fd00__1" || runtime.GOOS != "windows" && got != "fd00::1" {
		t.Errorf("fd00::1 is kept in %q", got)
	}
}
