package hcnemu

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Stop stops the service for every process: calls fail until Start, and handles from before never
// work again. Stopping a stopped service does nothing.
func (h *Host) Stop() error {
	return h.control("stop", func(t *tx) error {
		if t.down {
			return nil
		}
		if _, err := t.count(metaEpoch); err != nil {
			return err
		}
		return t.setCounter(metaDown, 1)
	})
}

// Start starts the service again. It finds all objects as they were (k8s#139519).
func (h *Host) Start() error {
	return h.control("start", func(t *tx) error { return t.setCounter(metaDown, 0) })
}

// Reboot restarts the node: endpoints, namespaces, load balancers and routes are gone, and so are
// networks with the flag EnableNonPersistent. The service is up afterwards.
func (h *Host) Reboot() error {
	return h.control("reboot", func(t *tx) error {
		for _, kind := range []Kind{KindSdnRoute, KindLoadBalancer, KindNamespace, KindEndpoint} {
			for _, id := range t.all(kind) {
				if err := t.remove(kind, id); err != nil {
					return err
				}
			}
		}
		for _, id := range t.all(KindNetwork) {
			n, err := t.loadNetwork(id)
			if err != nil {
				return err
			}
			if n.Flags&hcnspec.NetworkFlagEnableNonPersistent == 0 {
				continue
			}
			if err := t.remove(KindNetwork, id); err != nil {
				return err
			}
		}
		if _, err := t.count(metaEpoch); err != nil {
			return err
		}
		return t.setCounter(metaDown, 0)
	})
}

// control changes the node from outside: no call, no journal, no latency.
func (h *Host) control(what string, body func(*tx) error) error {
	err := h.locked(false, body)
	if err != nil {
		return fmt.Errorf("%s the emulated node in %s: %w", what, h.dir, err)
	}
	return nil
}

// locked runs the body in a transaction under the node's lock.
func (h *Host) locked(readOnly bool, body func(*tx) error) error {
	release, err := h.lock()
	if err != nil {
		return err
	}
	defer release()
	return h.transact(readOnly, body)
}
