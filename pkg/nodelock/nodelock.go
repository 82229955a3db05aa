// Package nodelock excludes the processes of one node from each other. A lock is a lock on a file, so the operating
// system releases it when its owner ends, in whatever way.
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

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

// Waiting: a file lock has no queue, so waiters retry after short random pauses.
const (
	shortestPause = time.Millisecond
	longestPause  = 10 * time.Millisecond
)

// heldPatience limits how long opening a lock file is retried: on Windows it fails while the last owner removes the
// file, or while a virus scanner reads it.
const heldPatience = time.Second

// Locks are the locks of one directory. A lock's file exists while the lock is held, or waited for.
type Locks struct{ dir string }

// OfNode returns the locks that all processes of this node share.
func OfNode() Locks { return In(privatedir.Path("lock")) }

// In returns the locks of a directory, which is created when first needed.
func In(dir string) Locks { return Locks{dir} }

// Acquire waits until this process has the lock of that name or ctx ends; then errors.Is(err, ErrWaiting) holds. Any
// other error concerns the directory, and persists until the directory is repaired. The name may be any text; different
// names are different locks. It is not reentrant. release may be called more than once.
func (l Locks) Acquire(ctx context.Context, name string) (release func(), err error) {
	if err := privatedir.Create(l.dir); err != nil {
		return nil, fmt.Errorf("lock %q: %w", name, err)
	}
	lock := flock.New(filepath.Join(l.dir, fileName(name)))
	if err := wait(ctx, lock); err != nil {
		return nil, fmt.Errorf("lock %q: %w", name, err)
	}
	return sync.OnceFunc(func() { drop(lock) }), nil
}

// Announce is Acquire of a lock that Held shows to other processes once Announce has returned.
func (l Locks) Announce(ctx context.Context, name string) (release func(), err error) {
	release, err = l.Acquire(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := writeName(filepath.Join(l.dir, fileName(name)), name); err != nil {
		release()
		return nil, fmt.Errorf("lock %q: %w", name, err)
	}
	return release, nil
}

// ErrWaiting reports that another process held the lock until the context ended.
var ErrWaiting = errors.New("another process holds the lock")

func wait(ctx context.Context, lock *flock.Flock) error {
	for opened := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%w: %w", ErrWaiting, err)
		}
		ok, err := try(lock)
		switch {
		case ok:
			return nil
		case err == nil:
			opened = time.Now()
		case !privatedir.IsHeld(err) || time.Since(opened) >= heldPatience:
			return err
		}
		pause(ctx)
	}
}

func pause(ctx context.Context) {
	timer := time.NewTimer(shortestPause + rand.N(longestPause-shortestPause)) // #nosec G404 -- a pause is no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// try takes the lock if it is free. A file that its last owner removed in the meantime is no longer a lock.
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

// shownOfName is the length of the part of a name that its file name shows, for administrators.
const shownOfName = 40

// fileName returns a file name for any text: a hash of the whole, and its harmless characters. The hash is first
// because on Windows a name that begins with "NUL." or "COM1." is a device.
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
