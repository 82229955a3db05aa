package hcnemu

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// HCN returns the raw functions of the emulated node, with the same interface as a real HNS.
func (h *Host) HCN() hostnet.HCN { return raw{h} }

// raw opens and closes the handles that hostnet.HCN hides.
type raw struct{ host *Host }

// Enumerate implements hostnet.HCN.
func (r raw) Enumerate(kind Kind, query string) (string, error) {
	return r.host.Enumerate(kind, query)
}

// Create implements hostnet.HCN.
func (r raw) Create(kind Kind, network, id, document string) error {
	create := func(parent Handle) error {
		handle, err := r.host.Create(kind, parent, id, document)
		if err != nil {
			return err
		}
		return r.host.CloseHandle(kind, handle)
	}
	if kind != KindEndpoint {
		return create(0)
	}
	return r.opened(KindNetwork, network, create)
}

// Modify implements hostnet.HCN.
func (r raw) Modify(kind Kind, id, request string) error {
	return r.opened(kind, id, func(h Handle) error { return r.host.Modify(kind, h, request) })
}

// Query implements hostnet.HCN.
func (r raw) Query(kind Kind, id, query string) (document string, err error) {
	err = r.opened(kind, id, func(h Handle) (err error) {
		document, err = r.host.Query(kind, h, query)
		return err
	})
	return document, err
}

// Delete implements hostnet.HCN.
func (r raw) Delete(kind Kind, id string) error { return r.host.Delete(kind, id) }

// HNSCall implements hostnet.HCN.
func (r raw) HNSCall(method, path, request string) (string, error) {
	return r.host.HNSCall(method, path, request)
}

func (r raw) opened(kind Kind, id string, f func(Handle) error) error {
	handle, err := r.host.Open(kind, id)
	if err != nil {
		return err
	}
	if err := f(handle); err != nil {
		_ = r.host.CloseHandle(kind, handle) // the call's error is the one that matters
		return err
	}
	return r.host.CloseHandle(kind, handle)
}
