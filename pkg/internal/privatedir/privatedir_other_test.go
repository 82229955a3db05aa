//go:build !windows

package privatedir

import (
	"os"
	"path/filepath"
	"testing"
)

func checkPrivate(t *testing.T, dir string) {
	t.Helper()
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o700 {
		t.Errorf("%s has mode %o, want 700", dir, mode)
	}
}

func TestPathFollowsTheEmulator(t *testing.T) {
	t.Setenv("HCNEMU_DIR", "/somewhere")
	if got := Path("log"); got != filepath.FromSlash("/somewhere/log") {
		t.Errorf("with HCNEMU_DIR=/somewhere: %q", got)
	}
}
