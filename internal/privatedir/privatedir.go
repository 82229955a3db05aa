// Package privatedir protects the directories of locks and logs from other users: a user who can replace a lock or a
// log can make a plugin, which runs as SYSTEM, wait forever or write elsewhere.
package privatedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// Create creates a directory of this project, as Make does, and fails if it or its parent belongs to another user, who
// could replace it. For a link, the owner of the link counts, because only he controls its target.
func Create(dir string) error {
	if err := Make(dir, checkOwner); err != nil {
		return err
	}
	return errors.Join(checkOwner(filepath.Dir(dir)), checkOwner(dir))
}

// Names returns the sorted names in a directory; none if the directory does not exist. os.ReadDir would add 10 KB to
// every plugin.
func Names(dir string) ([]string, error) {
	d, err := os.Open(dir) // #nosec G304 -- the caller's directory
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	names, err := d.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// Make creates the directory and its missing parents, with access for administrators and SYSTEM only (elsewhere: for
// the calling user only). Existing directories keep their access rights. If check is not nil, it is called for the
// directory in which the first one is created.
func Make(dir string, check func(string) error) error { return makeAll(dir, private, check) }

// MakeReadable creates the directory and its missing parents, in which administrators and SYSTEM may write and every
// user may read and execute (elsewhere: mode 755). Existing directories keep their access rights. Below C:\ an
// inherited access list would let every user add files, and thereby run executables and configurations as SYSTEM.
func MakeReadable(dir string) error { return makeAll(dir, readable, nil) }

func makeAll(dir string, who access, check func(string) error) error {
	switch info, err := os.Stat(dir); {
	case err == nil && !info.IsDir():
		return fmt.Errorf("create directory %q: it is a file", dir)
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
