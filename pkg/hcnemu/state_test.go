package hcnemu

import (
	"slices"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// checkState fails the test unless the index leads to every object and to nothing else, and both ends of every
// attachment and reference agree.
func checkState(t *testing.T, h *Host) {
	t.Helper()
	if err := h.locked(true, func(tx *state.Tx) error { return checkObjects(t, tx) }); err != nil {
		t.Error(err)
	}
}

// checkObjects is checkState within a transaction.
func checkObjects(t *testing.T, tx *state.Tx) error {
	t.Helper()
	want := map[string]string{}
	for _, kind := range hostnet.Kinds() {
		for _, id := range tx.All(kind) {
			o := emptyObject(kind)
			if err := tx.Load(kind, id, o); err != nil {
				return err
			}
			for _, key := range o.Keys() {
				want[key] = id
			}
			checkMembers(t, tx, o)
		}
	}
	for key := range tx.KeysFrom("", "") {
		if want[key] != tx.Find(key) {
			t.Errorf("key %q leads to %s, want %s", key, tx.Find(key), want[key])
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("the index lacks %v", want)
	}
	return nil
}

func emptyObject(kind Kind) state.Object {
	switch kind {
	case KindNetwork:
		return &objects.Network{}
	case KindEndpoint:
		return &objects.Endpoint{}
	case KindNamespace:
		return &objects.Namespace{}
	case KindLoadBalancer:
		return &objects.LoadBalancer{}
	}
	return &objects.Route{}
}

func checkMembers(t *testing.T, tx *state.Tx, o state.Object) {
	t.Helper()
	switch o := o.(type) {
	case *objects.Namespace:
		for _, id := range o.Endpoints {
			if e, err := objects.LoadEndpoint(tx, id); err != nil || e.Namespace != o.ID {
				t.Errorf("namespace %s has endpoint %s: %v", o.ID, id, err)
			}
		}
	case *objects.Endpoint:
		if o.Namespace == "" {
			return
		}
		if ns, err := objects.LoadNamespace(tx, o.Namespace); err == nil && !slices.Contains(ns.Endpoints, o.ID) {
			t.Errorf("endpoint %s is not in namespace %s", o.ID, ns.ID)
		}
	}
}
