package hcnemu

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/networks"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// service is hostnet.Service over the raw calls, in the order in which hnslib/hcn makes them; what that library itself
// rejects is rejected here without a call. Contexts are ignored: a call of HNS cannot be cancelled (hostnet.Patient
// abandons one that hangs).
type service struct{ host *Host }

var _ hostnet.Service = service{}

// Service returns the node as the plugins see it.
func (h *Host) Service() hostnet.Service { return service{h} }

// query returns a HostComputeQuery that selects objects by one field; no field selects all.
func query(field, value string) string {
	q := hcnspec.Query{SchemaVersion: hcnspec.SchemaV2}
	if field != "" {
		q.Filter = mustJSON(map[string]string{field: value})
	}
	return mustJSON(q)
}

// mustJSON marshals documents of strings, numbers and policies. A policy whose settings are not JSON becomes a document
// that HNS rejects.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "not JSON: " + err.Error()
	}
	return string(text)
}

// listObjects enumerates and then opens, queries and closes each object. An object that is deleted meanwhile fails the
// whole list, as in the library.
func listObjects[T any](h *Host, kind Kind, query string) ([]T, error) {
	ids, err := h.Enumerate(kind, query)
	if err != nil {
		return nil, err
	}
	var list []string
	if err := json.Unmarshal([]byte(ids), &list); err != nil {
		return nil, refusal.AsError(kind.EnumerateAPI(), err, "")
	}
	docs := make([]T, 0, len(list))
	for _, id := range list {
		doc, err := get[T](h, kind, id, query)
		if err != nil {
			return nil, err
		}
		docs = append(docs, *doc)
	}
	return docs, nil
}

func get[T any](h *Host, kind Kind, id, query string) (*T, error) {
	handle, err := h.Open(kind, id)
	if err != nil {
		return nil, err
	}
	return finish[T](h, kind, handle, query)
}

// finish queries an object and closes it. A failed query leaves the handle open, as the library does.
func finish[T any](h *Host, kind Kind, handle Handle, query string) (*T, error) {
	text, err := h.Query(kind, handle, query)
	if err != nil {
		return nil, err
	}
	if err := h.CloseHandle(kind, handle); err != nil {
		return nil, err
	}
	doc := new(T)
	if err := json.Unmarshal([]byte(text), doc); err != nil {
		return nil, refusal.AsError(kind.QueryAPI(), err, "")
	}
	return doc, nil
}

// create creates an object without a parent and returns the service's document of it.
func create[T any](h *Host, kind Kind, doc any) (*T, error) {
	handle, err := h.Create(kind, 0, "", mustJSON(doc))
	if err != nil {
		return nil, err
	}
	return finish[T](h, kind, handle, query("", ""))
}

// change opens, modifies, queries and closes an object.
func change[T any](h *Host, kind Kind, id, settings string) error {
	if err := wellFormed(kind.OpenAPI(), id); err != nil {
		return err
	}
	handle, err := h.Open(kind, id)
	if err != nil {
		return err
	}
	if err := h.Modify(kind, handle, settings); err != nil {
		return err
	}
	_, err = finish[T](h, kind, handle, query("", ""))
	return err
}

// remove deletes an object.
func remove(h *Host, kind Kind, id string) error {
	if err := wellFormed(kind.DeleteAPI(), id); err != nil {
		return err
	}
	return h.Delete(kind, id)
}

// wellFormed rejects, without a call, an ID that the library does not accept as a GUID.
func wellFormed(api, id string) error {
	_, err := state.ParseID(id)
	return refusal.AsError(api, err, "")
}

// Version implements hostnet.Service.
func (s service) Version(context.Context) (hcnspec.Version, error) {
	text, err := s.host.HNSCall("GET", "/globals/version", "")
	if err != nil {
		return hcnspec.Version{}, err
	}
	var reply struct{ Output hcnspec.Version }
	err = json.Unmarshal([]byte(text), &reply)
	return reply.Output, refusal.AsError(hnsCallAPI, err, "")
}

// Adapters implements hostnet.Service.
func (s service) Adapters(context.Context) ([]hostnet.Adapter, error) {
	var adapters []hostnet.Adapter
	err := s.host.locked(true, func(t *state.Tx) error {
		var err error
		adapters, err = networks.On(t).Adapters()
		return err
	})
	return adapters, refusal.AsError("GetAdaptersAddresses", err, "")
}

// NetworkByName implements hostnet.Service.
func (s service) NetworkByName(_ context.Context, name string) (*hcnspec.Network, error) {
	networks, err := s.networks(query("Name", name))
	if err != nil {
		return nil, err
	}
	if len(networks) == 0 {
		return nil, notListed(KindNetwork, hostnet.CodeNetworkNotFound, "no network is called %q", name)
	}
	return &networks[0], nil
}

// Networks implements hostnet.Service.
func (s service) Networks(context.Context) ([]hcnspec.Network, error) {
	return s.networks(query("", ""))
}

func (s service) networks(query string) ([]hcnspec.Network, error) {
	networks, err := listObjects[hcnspec.Network](s.host, KindNetwork, query)
	for i := range networks {
		nameNAT(&networks[i])
	}
	return networks, err
}

// nameNAT adds the type to a document from which HNS omitted it.
func nameNAT(n *hcnspec.Network) {
	if n.Type == "" {
		n.Type = hcnspec.NAT
	}
}

// CreateNetwork implements hostnet.Service.
func (s service) CreateNetwork(_ context.Context, n *hcnspec.Network) (*hcnspec.Network, error) {
	if err := checkGateways(n); err != nil {
		return nil, refusal.AsError(KindNetwork.CreateAPI(), err, "")
	}
	made, err := create[hcnspec.Network](s.host, KindNetwork, n)
	if err != nil {
		return nil, err
	}
	nameNAT(made)
	return made, nil
}

// checkGateways is the library's own rule: every subnet has a default route, every route a next hop.
func checkGateways(n *hcnspec.Network) error {
	for _, subnet := range n.Subnets() {
		if subnet.IPAddressPrefix == "" {
			continue
		}
		if slices.ContainsFunc(subnet.Routes, func(r hcnspec.Route) bool { return r.NextHop == "" }) {
			return refusal.With(hostnet.CodeInvalidNetwork, "subnet %s has a route without a next hop", subnet.IPAddressPrefix)
		}
		if !slices.ContainsFunc(subnet.Routes, func(r hcnspec.Route) bool {
			return r.DestinationPrefix == hcnspec.DefaultRoute4 || r.DestinationPrefix == hcnspec.DefaultRoute6
		}) {
			return refusal.With(hostnet.CodeInvalidNetwork, "subnet %s has no default route", subnet.IPAddressPrefix)
		}
	}
	return nil
}

// DeleteNetwork implements hostnet.Service.
func (s service) DeleteNetwork(_ context.Context, id string) error {
	return remove(s.host, KindNetwork, id)
}

// notListed is the error of a lookup whose enumeration did not list the object.
func notListed(kind Kind, code hostnet.Code, format string, args ...any) error {
	err := refusal.AsError(kind.EnumerateAPI(), refusal.With(code, format, args...), "")
	var failed *hostnet.Error
	if errors.As(err, &failed) {
		failed.NotListed = true
	}
	return err
}
