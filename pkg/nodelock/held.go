package nodelock

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

// nameOffset is the position of the lock's name in its file. Windows locks the byte before it, which only the owner may
// read.
const nameOffset = 1

// Held returns the names of the announced locks that are held and begin with prefix, in no particular order.
func (l Locks) Held(prefix string) ([]string, error) {
	files, err := privatedir.Names(l.dir)
	if err != nil {
		return nil, fmt.Errorf("list the locks: %w", err)
	}
	var names []string
	for _, f := range files {
		file := filepath.Join(l.dir, f)
		name, err := readName(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // released meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("list the locks: %w", err)
		}
		if !strings.HasPrefix(name, prefix) || f != fileName(name) {
			continue
		}
		held, err := isHeld(file)
		if err != nil {
			return nil, fmt.Errorf("list the locks: %w", err)
		}
		if held {
			names = append(names, name)
		}
	}
	return names, nil
}

// isHeld tries the lock. If it is free, its file was left by a process that was killed, and is removed.
func isHeld(file string) (bool, error) {
	lock := flock.New(file, flock.SetFlag(os.O_RDONLY))
	free := false
	err := privatedir.Patiently(func() (err error) {
		free, err = try(lock)
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case free:
		drop(lock)
		return false, nil
	}
	return true, nil
}

// open waits up to a second for a process that opened the file exclusively. A lock that cannot be read is an error, and
// does not count as free: the ADD of its owner may be in progress.
func open(file string, flag int) (f *os.File, err error) {
	err = privatedir.Patiently(func() (err error) {
		f, err = os.OpenFile(file, flag, 0) // #nosec G304 -- in the plugins' own directory of locks
		return err
	})
	return f, err
}

func writeName(file, name string) error {
	f, err := open(file, os.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(name), nameOffset)
	return errors.Join(err, f.Close())
}

func readName(file string) (string, error) {
	f, err := open(file, os.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	const longest = 4096
	name, err := io.ReadAll(io.NewSectionReader(f, nameOffset, longest))
	return string(name), err
}
