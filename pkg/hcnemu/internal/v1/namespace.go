package v1

import (
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/namespaces"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1Namespace is a namespace's document in schema 1.
type v1Namespace struct {
	ID        string `json:",omitempty"`
	IsDefault bool   `json:",omitempty"`
}

func (t Rules) v1Namespaces(r v1Request) (any, error) {
	switch {
	case r.id == "" && r.method == "POST":
		return t.v1CreateNamespace(r.body)
	case r.id == "" && r.method == "GET":
		return t.v1NamespaceList()
	}
	id, err := r.v1ID()
	if err != nil {
		return nil, err
	}
	switch r.method + " " + r.verb {
	case "GET ":
	case "DELETE ":
		return nil, namespaces.On(t.Tx).Delete(id)
	case "POST addresource":
		err = t.v1Resource(id, r.body, hcnspec.RequestAdd)
	case "POST removeresource":
		err = t.v1Resource(id, r.body, hcnspec.RequestRemove)
	default:
		err = r.unsupported("namespaces")
	}
	if err != nil {
		return nil, err
	}
	n, err := objects.LoadNamespace(t.Tx, id)
	if err != nil {
		return nil, err
	}
	return t.namespaceToV1(n), nil
}

func (t Rules) v1CreateNamespace(body string) (any, error) {
	var doc v1Namespace
	if err := state.Decode(body, &doc); err != nil {
		return nil, err
	}
	v2 := hcnspec.Namespace{ID: doc.ID, Type: hcnspec.NamespaceHost}
	if doc.IsDefault {
		v2.Type = hcnspec.NamespaceHostDefault
	}
	settings, err := json.Marshal(v2)
	if err != nil {
		return nil, err
	}
	id, err := namespaces.On(t.Tx).Create("", string(settings))
	if err != nil {
		return nil, err
	}
	n, err := objects.LoadNamespace(t.Tx, id)
	if err != nil {
		return nil, err
	}
	return t.namespaceToV1(n), nil
}

func (t Rules) v1Resource(id, body string, how hcnspec.RequestType) error {
	var request struct {
		Type string
		Data objects.ResourceData
	}
	if err := state.Decode(body, &request); err != nil {
		return err
	}
	switch request.Type {
	case string(hcnspec.NamespaceEndpoint):
		return namespaces.On(t.Tx).ModifyMembership(id, request.Data.ID, how)
	case string(hcnspec.NamespaceContainer):
		return namespaces.On(t.Tx).ModifyContainers(id, request.Data.ID, how)
	}
	return refusal.With(hostnet.CodeRequestUnsupported, "namespaces have no resource %q", request.Type)
}

func (t Rules) v1NamespaceList() (any, error) {
	docs := []returnedNamespace{}
	for _, id := range t.All(state.KindNamespace) {
		n, err := objects.LoadNamespace(t.Tx, id)
		if err != nil {
			return nil, err
		}
		docs = append(docs, t.namespaceToV1(n))
	}
	return docs, nil
}
