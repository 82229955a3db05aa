//go:build !windows

package privatedir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func checkAccess(t *testing.T, dir string, want access) {
	t.Helper()
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != want {
		t.Errorf("%s has mode %o, want %o", dir, mode, want)
	}
}

// stranger is a user that no test runs as.
const stranger = 4242

func TestCheckOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only the superuser can give a directory away")
	}
	dir := t.TempDir()
	for _, name := range []string{"theirs", "mine"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("mine", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"theirs", "link"} {
		if err := os.Lchown(filepath.Join(dir, name), stranger, stranger); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"mine": "", "theirs": "belongs to user 4242, not to 7", "link": "belongs to user 4242, not to 7"} {
		err := checkOwnerAs(filepath.Join(dir, name), 7)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

func TestPathFollowsTheEmulator(t *testing.T) {
	t.Setenv("HCNEMU_DIR", "/somewhere")
	if got := Path("log"); got != filepath.FromSlash("/somewhere/log") {
		t.Errorf("with HCNEMU_DIR=/somewhere: %q", got)
	}
}
