package hcnemu

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/addresses"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/endpoints"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/namespaces"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/networks"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
)

// Stop stops the service for every process: calls fail until Start, and existing handles become invalid permanently.
// Stopping a stopped service does nothing.
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

// Start starts the service again. All objects are preserved (k8s#139519), except endpoints if the host profile has
// restartDropsEndpoints (calico#5164).
func (h *Host) Start() error {
	return h.control("start", func(t *state.Tx) error {
		if t.Down && t.Profile.RestartDropsEndpoints {
			for _, id := range t.All(KindEndpoint) {
				if err := endpoints.On(t).Delete(id); err != nil {
					return err
				}
			}
		}
		return t.SetCounter(state.CounterDown, 0)
	})
}

// Reboot restarts the node. It deletes endpoints, namespaces, load balancers and routes, NAT and ICS networks, which
// HNS does not persist from 9.x on (moby#38358, #39098, docker/for-win#14268), and networks with the flag
// EnableNonPersistent. Networks on an adapter persist (ACN#2911, flannel#1391); with the profile's rebootKeepsAddresses
// the addresses of their endpoints stay reserved (moby#47576). The service is running afterwards.
func (h *Host) Reboot() error {
	return h.control("reboot", func(t *state.Tx) error {
		if t.Profile.RebootKeepsAddresses {
			if err := addresses.On(t).ReserveTaken(); err != nil {
				return err
			}
		}
		for _, kind := range []Kind{KindSdnRoute, KindLoadBalancer, KindNamespace, KindEndpoint} {
			for _, id := range t.All(kind) {
				if err := t.Remove(kind, id); err != nil {
					return err
				}
			}
		}
		if err := networks.On(t).DropNonPersistent(); err != nil {
			return err
		}
		if err := namespaces.On(t).CreateDefault(); err != nil {
			return err
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

// state returns the persistent state of the node.
func (h *Host) state() state.State {
	return state.State{Dir: h.dir, Profile: h.profile, First: func(t *state.Tx) error { return namespaces.On(t).CreateDefault() }}
}

// locked runs the body in a transaction under the node's lock.
func (h *Host) locked(readOnly bool, body func(*state.Tx) error) error {
	release, err := h.lock()
	if err != nil {
		return err
	}
	defer release()
	return h.state().Transact(readOnly, body)
}
