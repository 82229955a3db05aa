package hcnemu

import (
	"errors"
	"sync"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// call is one raw call on its way through the emulator.
type call struct {
	api       string
	id        string // the object, as the journal names it
	readOnly  bool
	whileDown bool   // works while the service is stopped
	epoch     uint64 // the run of the service that served it
}

// call takes a call through faults, the lock of the node, latency, the transaction and the journal. The body runs at
// most once, and takes effect if and only if it returned nil (and the state was written: an emulator that cannot write
// fails with E_FAIL).
func (h *Host) call(c *call, body func(*state.Tx) error) error {
	if !apiNames()[c.api] {
		return refusal.AsError(c.api, refusal.With(hostnet.CodeProcNotFound, "there is no such function"), h.profile.Language)
	}
	fault := h.faults.next(c.api)
	switch {
	case fault.hang:
		hang()
	case fault.kill:
		die()
	}
	release, err := h.lock()
	if err != nil {
		return refusal.AsError(c.api, err, h.profile.Language)
	}
	defer release()
	start := time.Now()
	if d := h.latency.of(c.api) + fault.delay; d > 0 {
		h.sleep(d)
	}
	err = h.serve(c, fault, body)
	if errJournal := h.record(c, time.Since(start), err); errJournal != nil && err == nil {
		err = errJournal
	}
	if fault.killAfter {
		die()
	}
	return refusal.AsError(c.api, err, h.profile.Language)
}

// serve runs the body in a transaction, unless a fault or a stopped service prevents it.
func (h *Host) serve(c *call, fault action, body func(*state.Tx) error) error {
	if fault.code != 0 {
		return refusal.With(fault.code, "fault set by HCNEMU_FAULTS")
	}
	return h.state().Transact(c.readOnly, func(t *state.Tx) error {
		c.epoch = t.Epoch
		if t.Down && !c.whileDown {
			return refusal.With(downCode(c.api), "the service is stopped")
		}
		if c.api != hnsCallAPI && !c.whileDown && !hcnspec.FeatureV2API.In(t.Version()) {
			return refusal.With(hostnet.CodeNotImplemented, "HCN's v2 documents need HNS %s, this is HNS %s",
				hcnspec.FeatureV2API.Versions(), t.Version())
		}
		return body(t)
	})
}

// downCode returns the code of a stopped service: the older API through the service manager, HCN's own functions
// through the manager of the objects.
func downCode(api string) hostnet.Code {
	if api == hnsCallAPI {
		return hostnet.CodeServiceNotActive
	}
	return hostnet.CodeManagerStopped
}

// hang never returns. It sleeps because an empty select in the last goroutine is a crash in Go.
func hang() {
	for {
		time.Sleep(time.Hour)
	}
}

// codeOf returns the code that a call's error carries, for the journal.
func codeOf(err error) hostnet.Code {
	if err == nil {
		return 0
	}
	var r *refusal.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return hostnet.CodeFail
}

// apiNames lists every function of the emulator.
var apiNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{hnsCallAPI: true}
	for _, k := range hostnet.Kinds() {
		for _, name := range []string{
			k.EnumerateAPI(), k.CreateAPI(), k.OpenAPI(), k.ModifyAPI(), k.QueryAPI(), k.DeleteAPI(), k.CloseAPI(),
		} {
			names[name] = true
		}
	}
	return names
})
