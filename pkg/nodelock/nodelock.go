// Package nodelock keeps the processes of one node out of each other's way. A lock is a lock on a file,
// so the operating system gives it back when its owner ends, however that ends.
package nodelock

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/Microsoft/windows-container-networking/pkg/internal/privatedir"
)

// Waiting: a file lock has no queue, so whoever waits asks again, soon and not all at the same time.
const (
	shortestPause = time.Millisecond
	longestPause  = 10 * time.Millisecond
	// openTries bounds how often a lock file that cannot be opened is tried again: on Windows that
	// happens for a moment while its last owner removes it.
	openTries = 50
)

// Acquire waits until this process has the lock of that name or ctx ends, whose error is then returned.
// The name may be any text; two names that differ are two locks. It is not reentrant. release may be
// called more than once.
func Acquire(ctx context.Context, name string) (release func(), err error) {
	dir := privatedir.Path("lock")
	if err := privatedir.Create(dir); err != nil {
		return nil, fmt.Errorf("lock %q: %w", name, err)
	}
	lock := flock.New(filepath.Join(dir, fileName(name)))
	if err := wait(ctx, lock); err != nil {
		return nil, fmt.Errorf("lock %q: %w", name, err)
	}
	return sync.OnceFunc(func() { drop(lock) }), nil
}

func wait(ctx context.Context, lock *flock.Flock) error {
	for failures := 0; ; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("wait for its owner: %w", err)
		}
		ok, err := try(lock)
		if ok {
			return nil
		}
		if err != nil {
			if failures++; failures == openTries || !passing(err) {
				return err
			}
		}
		pause(ctx)
	}
}

func pause(ctx context.Context) {
	timer := time.NewTimer(shortestPause + rand.N(longestPause-shortestPause))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// try takes the lock if it is free. A file that its last owner removed in the meantime locks nothing.
func try(lock *flock.Flock) (bool, error) {
	ok, err := lock.TryLock()
	if err != nil || !ok {
		return false, err
	}
	mine, err := lock.Stat()
	if err == nil {
		var there os.FileInfo
		if there, err = os.Stat(lock.Path()); err == nil && os.SameFile(mine, there) {
			return true, nil
		}
	}
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return false, errors.Join(err, lock.Unlock())
}

// shownOfName is how much of a name its file name shows, for the eyes of an administrator.
const shownOfName = 40

// fileName returns a file name for any text: a hash of the whole, and what of it is harmless. The hash
// goes first, for to Windows a name that begins with "NUL." or "COM1." is a device.
func fileName(name string) string {
	shown := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name)
	hash := fnv.New128a()
	hash.Write([]byte(name))
	return fmt.Sprintf("%x.%.*s.lock", hash.Sum(nil), shownOfName, shown)
}
