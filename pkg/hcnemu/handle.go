package hcnemu

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Handle stands for an open object in this process. The zero Handle is none.
type Handle uint64

// held is the object of a handle.
type held struct {
	kind  Kind
	id    string
	epoch uint64 // the run of the service that issued the handle
}

func (h *Host) grant(kind Kind, id string, epoch uint64) Handle {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	h.handles[h.last] = held{kind, id, epoch}
	return h.last
}

func (h *Host) release(kind Kind, handle Handle) (held, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	what, ok := h.handles[handle]
	if !ok || what.kind != kind {
		return held{}, false
	}
	delete(h.handles, handle)
	return what, true
}

// resolve returns the ID behind a handle. The object may have been deleted; loading it shows that.
func (h *Host) resolve(t *state.Tx, kind Kind, handle Handle) (string, error) {
	h.mu.Lock()
	what, ok := h.handles[handle]
	h.mu.Unlock()
	if !ok || what.kind != kind {
		return "", refusal.With(hostnet.CodeInvalidParameter, "no open %s has handle %d", kind, handle)
	}
	if what.epoch != t.Epoch {
		return "", refusal.With(hostnet.CodeObjectUsedAfterUnload, "the service was restarted after the %s was opened", kind)
	}
	return what.id, nil
}
