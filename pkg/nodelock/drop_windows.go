package nodelock

import (
	"errors"
	"os"

	"github.com/gofrs/flock"
	"golang.org/x/sys/windows"
)

// drop releases the lock and removes its file. Windows does not remove a file that another process has open, so the
// file of a contended lock stays; the next owner removes it.
func drop(lock *flock.Flock) {
	_ = lock.Unlock()
	_ = os.Remove(lock.Path())
}

// passing reports whether the error is one of opening a file that is just being removed.
func passing(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) ||
		errors.Is(err, windows.ERROR_DELETE_PENDING)
}
