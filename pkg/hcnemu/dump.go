package hcnemu

import (
	"bytes"
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// dump is the whole state as documents.
type dump struct {
	Networks      []hcnspec.Network
	Endpoints     []dumpedEndpoint
	Namespaces    []hcnspec.Namespace
	LoadBalancers []hcnspec.LoadBalancer
	SdnRoutes     []hcnspec.SDNRoute
}

// dumpedEndpoint is an endpoint with the state that its document does not show.
type dumpedEndpoint struct {
	hcnspec.Endpoint
	State    hcnspec.EndpointState
	Fault    string   `json:",omitempty"`
	Attached []string `json:",omitempty"` // containers, by the older API
}

// Dump returns the whole state as indented JSON: every object's document, in the order of the IDs, without Health,
// timestamps and counters. Two nodes with the same history have equal dumps, and so does one node before a change and
// after its undo.
func (h *Host) Dump() (string, error) {
	d := dump{
		Networks: []hcnspec.Network{}, Endpoints: []dumpedEndpoint{}, Namespaces: []hcnspec.Namespace{},
		LoadBalancers: []hcnspec.LoadBalancer{}, SdnRoutes: []hcnspec.SDNRoute{},
	}
	if err := h.locked(true, d.collect); err != nil {
		return "", err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(d)
	return out.String(), err
}

func (d *dump) collect(t *state.Tx) error {
	for _, kind := range hostnet.Kinds() {
		for _, id := range t.All(kind) {
			if err := d.add(t, kind, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dump) add(t *state.Tx, kind Kind, id string) error {
	if kind == KindEndpoint {
		e, err := objects.LoadEndpoint(t, id)
		if err != nil {
			return err
		}
		out := dumpedEndpoint{Endpoint: e.Returned(), State: e.State, Attached: e.Containers}
		out.Health = hcnspec.Health{}
		if e.Fault != hostnet.Code(0) {
			out.Fault = e.Fault.String()
		}
		d.Endpoints = append(d.Endpoints, out)
		return nil
	}
	doc, err := returned(t, kind, id)
	switch doc := doc.(type) {
	case hcnspec.Network:
		doc.Health = hcnspec.Health{}
		d.Networks = append(d.Networks, doc)
	case hcnspec.Namespace:
		d.Namespaces = append(d.Namespaces, doc)
	case hcnspec.LoadBalancer:
		d.LoadBalancers = append(d.LoadBalancers, doc)
	case hcnspec.SDNRoute:
		d.SdnRoutes = append(d.SdnRoutes, doc)
	}
	return err
}
