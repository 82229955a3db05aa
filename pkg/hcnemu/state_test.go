package hcnemu

import (
	"slices"
	"testing"
)

// checkState wants the index to lead to every object and to nothing else, and both ends of every
// attachment and reference to agree.
func checkState(t *testing.T, h *Host) {
	t.Helper()
	err := h.locked(true, func(tx *tx) error {
		want := map[string]string{}
		for _, kind := range Kinds() {
			for _, id := range tx.all(kind) {
				o := map[Kind]object{
					KindNetwork: &network{}, KindEndpoint: &endpoint{}, KindNamespace: &namespace{},
					KindLoadBalancer: &loadBalancer{}, KindSdnRoute: &route{},
				}[kind]
				if err := tx.load(kind, id, o); err != nil {
					return err
				}
				for _, key := range o.keys() {
					want[key] = id
				}
				checkMembers(t, tx, o)
			}
		}
		for key := range tx.keysFrom("", "") {
			if want[key] != tx.find(key) {
				t.Errorf("key %q leads to %s, want %s", key, tx.find(key), want[key])
			}
			delete(want, key)
		}
		if len(want) > 0 {
			t.Errorf("the index lacks %v", want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func checkMembers(t *testing.T, tx *tx, o object) {
	t.Helper()
	switch o := o.(type) {
	case *namespace:
		for _, id := range o.Endpoints {
			if e, err := tx.loadEndpoint(id); err != nil || e.Namespace != o.ID {
				t.Errorf("namespace %s has endpoint %s: %v", o.ID, id, err)
			}
		}
	case *endpoint:
		if o.Namespace == "" {
			return
		}
		if ns, err := tx.loadNamespace(o.Namespace); err == nil && !slices.Contains(ns.Endpoints, o.ID) {
			t.Errorf("endpoint %s is not in namespace %s", o.ID, ns.ID)
		}
	}
}
