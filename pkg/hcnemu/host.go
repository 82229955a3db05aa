package hcnemu

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Stop stops the service for every process: calls fail until Start, and handles from before never
// work again. Stopping a stopped service does nothing.
func (h *Host) Stop() error {
	return h.control("stop", func(t *state.Tx) error {
		if t.Down {
			return nil
		}
		if _, err := t.Count(state.CounterEpoch); err != nil {
			return err
		}
		return t.SetCounter(state.CounterDown, 1)
	})
}

// Start starts the service again. It finds all objects as they were (k8s#139519).
func (h *Host) Start() error {
	return h.control("start", func(t *state.Tx) error { return t.SetCounter(state.CounterDown, 0) })
}

// Reboot restarts the node: endpoints, namespaces, load balancers and routes are gone, and so are
// networks with the flag EnableNonPersistent. The service is up afterwards.
func (h *Host) Reboot() error {
	return h.control("reboot", func(t *state.Tx) error {
		for _, kind := range []Kind{KindSdnRoute, KindLoadBalancer, KindNamespace, KindEndpoint} {
			for _, id := range t.All(kind) {
				if err := t.Remove(kind, id); err != nil {
					return err
				}
			}
		}
		for _, id := range t.All(KindNetwork) {
			n, err := objects.LoadNetwork(t, id)
			if err != nil {
				return err
			}
			if n.Flags&hcnspec.NetworkFlagEnableNonPersistent == 0 {
				continue
			}
			if err := t.Remove(KindNetwork, id); err != nil {
				return err
			}
		}
		if _, err := t.Count(state.CounterEpoch); err != nil {
			return err
		}
		return t.SetCounter(state.CounterDown, 0)
	})
}

// control changes the node from outside: no call, no journal, no latency.
func (h *Host) control(what string, body func(*state.Tx) error) error {
	err := h.locked(false, body)
	if err != nil {
		return fmt.Errorf("%s the emulated node in %s: %w", what, h.dir, err)
	}
	return nil
}

// locked runs the body in a transaction under the node's lock.
func (h *Host) locked(readOnly bool, body func(*state.Tx) error) error {
	release, err := h.lock()
	if err != nil {
		return err
	}
	defer release()
	return state.Transact(h.dir, h.profile, readOnly, body)
}
