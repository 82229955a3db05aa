package nodelock

import (
	"os"

	"github.com/gofrs/flock"
)

// drop releases the lock and removes its file. Windows does not remove a file that another process has open, so the
// file of a contended lock stays; the next owner removes it.
func drop(lock *flock.Flock) {
	_ = lock.Unlock()
	_ = os.Remove(lock.Path())
}
