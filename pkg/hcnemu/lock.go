package hcnemu

import (
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lock waits until this process has the lock of the node. The lock ends with the process.
func (h *Host) lock() (release func(), err error) {
	h.turn.Lock()
	file := flock.New(filepath.Join(h.dir, "hns.lock"))
	if err := file.Lock(); err != nil {
		h.turn.Unlock()
		return nil, fmt.Errorf("lock %s: %w", file.Path(), err)
	}
	return func() {
		_ = file.Close() // the lock ends with the descriptor in any case
		h.turn.Unlock()
	}, nil
}
