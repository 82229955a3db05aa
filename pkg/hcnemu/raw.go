package hcnemu

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/v1"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Every function of this file is one call of HNS. Errors are *hostnet.Error with the function, the
// code, and as Detail the JSON error record that HNS would return.

// Enumerate returns the IDs of the objects that the query selects, as a JSON array. The query is a
// HostComputeQuery document; empty selects all.
func (h *Host) Enumerate(kind Kind, query string) (string, error) {
	var ids []string
	err := h.call(&call{api: kind.EnumerateAPI(), readOnly: true}, func(t *state.Tx) error {
		var err error
		ids, err = enumerate(t, kind, query)
		if kind == KindEndpoint || kind == KindLoadBalancer {
			for i := range ids {
				ids[i] = strings.ToLower(ids[i]) // as their documents have them
			}
		}
		return err
	})
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(ids)
	return string(list), refusal.AsError(kind.EnumerateAPI(), err, h.profile.Language)
}

// Create creates an object from its document and returns a handle to it. The parent is the network's handle for an
// endpoint and ignored otherwise. The object's ID is the document's, else id, else one that the emulator derives from a
// counter in its state; an empty or all-zero id counts as missing.
func (h *Host) Create(kind Kind, parent Handle, id, settings string) (Handle, error) {
	c := &call{api: kind.CreateAPI()}
	err := h.call(c, func(t *state.Tx) error {
		network := ""
		if kind == KindEndpoint {
			p, err := h.resolve(t, KindNetwork, parent)
			if err != nil {
				return err
			}
			network = p
		}
		var err error
		c.id, err = createObject(t, kind, network, id, settings)
		return err
	})
	if err != nil {
		return 0, err
	}
	return h.grant(kind, c.id, c.epoch), nil
}

// Open returns a handle to the object with that ID.
func (h *Host) Open(kind Kind, id string) (Handle, error) {
	c := &call{api: kind.OpenAPI(), id: state.IDForm(id), readOnly: true}
	err := h.call(c, func(t *state.Tx) error {
		canonical, err := state.ParseID(id)
		if err != nil {
			return err
		}
		c.id = canonical
		if !t.Has(kind, canonical) {
			return refusal.Plain(kind.NotFound())
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return h.grant(kind, c.id, c.epoch), nil
}

// Modify applies a modify request (ModifyRequest, or a load balancer's whole document) to the object.
func (h *Host) Modify(kind Kind, handle Handle, settings string) error {
	c := &call{api: kind.ModifyAPI()}
	return h.call(c, func(t *state.Tx) error {
		id, err := h.resolve(t, kind, handle)
		if err != nil {
			return err
		}
		c.id = id
		return modifyObject(t, kind, id, settings)
	})
}

// Query returns the object's document. The query is checked and otherwise ignored: a filter selects
// objects in Enumerate only.
func (h *Host) Query(kind Kind, handle Handle, query string) (string, error) {
	c := &call{api: kind.QueryAPI(), readOnly: true}
	var document string
	err := h.call(c, func(t *state.Tx) error {
		id, err := h.resolve(t, kind, handle)
		if err != nil {
			return err
		}
		c.id = id
		if _, err := parseQuery(query); err != nil {
			return err
		}
		document, err = documentOf(t, kind, id)
		return err
	})
	return document, err
}

// Delete deletes the object with that ID. Open handles to it stay valid as handles, without an object.
func (h *Host) Delete(kind Kind, id string) error {
	c := &call{api: kind.DeleteAPI(), id: state.IDForm(id)}
	return h.call(c, func(t *state.Tx) error {
		canonical, err := state.ParseID(id)
		if err != nil {
			return err
		}
		c.id = canonical
		return deleteObject(t, kind, canonical)
	})
}

// CloseHandle closes a handle. It is a call like the others (journal, faults, latency), but works while the service is
// down.
func (h *Host) CloseHandle(kind Kind, handle Handle) error {
	c := &call{api: kind.CloseAPI(), readOnly: true, whileDown: true}
	return h.call(c, func(*state.Tx) error {
		held, ok := h.release(kind, handle)
		if !ok {
			return refusal.With(hostnet.CodeInvalidParameter, "no open %s has handle %d", kind, handle)
		}
		c.id = held.id
		return nil
	})
}

const hnsCallAPI = "HNSCall"

// HNSCall makes a call of the older API and returns its reply, {"Success":true,"Output":…}.
func (h *Host) HNSCall(method, path, request string) (string, error) {
	c := &call{api: hnsCallAPI, id: method + " " + path, readOnly: method == "GET"}
	var output json.RawMessage
	err := h.call(c, func(t *state.Tx) error {
		var err error
		output, err = v1.On(t).Serve(method, path, request)
		return err
	})
	if err != nil {
		return "", err
	}
	reply, err := json.Marshal(struct {
		Success bool
		Output  json.RawMessage `json:",omitempty"`
	}{true, output})
	return string(reply), refusal.AsError(hnsCallAPI, err, h.profile.Language)
}
