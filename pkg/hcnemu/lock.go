package hcnemu

import (
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lock waits until this process is the one that the node serves. The lock dies with the process.
func (h *Host) lock() (release func(), err error) {
	h.turn.Lock()
	file := flock.New(filepath.Join(h.dir, "hns.lock"))
	if err := file.Lock(); err != nil {
		h.turn.Unlock()
		return nil, fmt.Errorf("lock %s: %w", file.Path(), err)
	}
	return func() {
		_ = file.Close() // nothing to do about it: the lock is gone with the descriptor
		h.turn.Unlock()
	}, nil
}
