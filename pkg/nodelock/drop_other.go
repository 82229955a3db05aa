//go:build !windows

package nodelock

import (
	"os"

	"github.com/gofrs/flock"
)

// drop removes the file while it is still locked, and releases the lock. A process that had opened the file before
// detects the removal and opens a new one.
func drop(lock *flock.Flock) {
	_ = os.Remove(lock.Path())
	_ = lock.Unlock()
}
