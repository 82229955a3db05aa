// Package privatedir keeps the directories of locks and logs out of other users' hands: whoever can
// replace a lock or a log can make a plugin, which runs as SYSTEM, wait for ever or write elsewhere.
package privatedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Path returns where this project keeps its files of one kind ("lock", "log"): %ProgramData%\wincni\<kind>
// on Windows; elsewhere $HCNEMU_DIR/<kind> if that is set, else <temporary directory>/wincni-<uid>/<kind>.
func Path(kind string) string { return filepath.Join(base(), kind) }

// Create makes the directory and its missing parents, with access for administrators and SYSTEM only
// (elsewhere: for the calling user only). A directory that exists keeps its access rights, but is
// refused if it, or the parent to create it in, belongs to another user.
func Create(dir string) error {
	switch info, err := os.Stat(dir); {
	case err == nil && !info.IsDir():
		return fmt.Errorf("create directory %q: a file is there", dir)
	case err == nil:
		return checkOwner(dir)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at directory %q: %w", dir, err)
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := Create(parent); err != nil {
			return err
		}
	}
	if err := mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create directory %q: %w", dir, err)
	}
	return checkOwner(dir)
}
