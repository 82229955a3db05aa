// Package privatedir keeps the directories of locks and logs out of other users' hands: whoever can
// replace a lock or a log can make a plugin, which runs as SYSTEM, wait forever or write elsewhere.
package privatedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Path returns where this project keeps its files of one kind ("lock", "log"), as an absolute path:
// %ProgramData%\hcnctl\<kind> on Windows; elsewhere $HCNEMU_DIR/<kind> if that is set, else
// <temporary directory>/hcnctl-<uid>/<kind>.
func Path(kind string) string {
	dir := filepath.Join(base(), kind)
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// Create makes a directory of this project's own, as Make does, and refuses it if it or its parent
// belongs to another user, who could put something else in its place. Of a link the owner counts, not
// what it leads to: only the owner decides that.
func Create(dir string) error {
	if err := Make(dir, checkOwner); err != nil {
		return err
	}
	return errors.Join(checkOwner(filepath.Dir(dir)), checkOwner(dir))
}

// Make makes the directory and its missing parents, with access for administrators and SYSTEM only
// (elsewhere: for the calling user only). What exists keeps its access rights. The directory in which the
// first one is made is checked before, if check is not nil.
func Make(dir string, check func(string) error) error { return makeAll(dir, private, check) }

// MakeReadable makes the directory and its missing parents, in which administrators and SYSTEM write and every
// user may read and execute (elsewhere: mode 755). What exists keeps its access rights. Below C:\ an inherited
// access list would let every user add files, which for executables and configurations is to run as SYSTEM.
func MakeReadable(dir string) error { return makeAll(dir, readable, nil) }

func makeAll(dir string, who access, check func(string) error) error {
	switch info, err := os.Stat(dir); {
	case err == nil && !info.IsDir():
		return fmt.Errorf("create directory %q: a file is there", dir)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at directory %q: %w", dir, err)
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeAll(parent, who, check); err != nil {
			return err
		}
	}
	if check != nil {
		if err := check(parent); err != nil {
			return err
		}
	}
	if err := mkdir(dir, who); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create directory %q: %w", dir, err)
	}
	return nil
}
