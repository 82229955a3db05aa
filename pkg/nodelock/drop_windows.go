package nodelock

import (
	"errors"
	"os"

	"github.com/gofrs/flock"
	"golang.org/x/sys/windows"
)

// drop gives the lock back and removes its file. Windows removes no file that somebody has open, so a
// file that is waited for stays; what cannot be removed is left for the next owner.
func drop(lock *flock.Flock) {
	_ = lock.Unlock()
	_ = os.Remove(lock.Path())
}

// passing reports whether the error is one of opening a file that is just being removed.
func passing(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) ||
		errors.Is(err, windows.ERROR_DELETE_PENDING)
}
