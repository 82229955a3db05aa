//go:build !windows

package privatedir

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

func base() string {
	if dir := os.Getenv("HCNEMU_DIR"); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), "hcnctl-"+strconv.Itoa(os.Getuid()))
}

// access is a directory's mode.
type access = os.FileMode

const (
	private  access = 0o700
	readable access = 0o755
)

func mkdir(dir string, mode access) error { return os.Mkdir(dir, mode) }

// checkOwner rejects a directory, or a link to one, of another user. The superuser may use any.
func checkOwner(dir string) error {
	if me := os.Getuid(); me != 0 {
		return checkOwnerAs(dir, me)
	}
	return nil
}

func checkOwnerAs(dir string, me int) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at directory %q: %w", dir, err)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 && int(stat.Uid) != me {
		return fmt.Errorf("directory %q belongs to user %d, not to %d: remove it", dir, stat.Uid, me)
	}
	return nil
}

// IsHeld returns false: on this system an open file is opened, renamed and removed like any other.
func IsHeld(error) bool { return false }
