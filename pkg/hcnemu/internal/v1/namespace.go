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
	ID            string                      `json:",omitempty"`
	IsDefault     bool                        `json:",omitempty"`
	ResourceList  []hcnspec.NamespaceResource `json:",omitempty"`
	CompartmentID uint32                      `json:"CompartmentId,omitempty"`
}

func namespaceToV1(n *objects.Namespace) v1Namespace {
	doc := n.Returned()
	return v1Namespace{
		ID: n.ID, IsDefault: n.Type == hcnspec.NamespaceHostDefault,
		ResourceList: doc.Resources, CompartmentID: n.NamespaceID,
	}
}

func (t Rules) v1Namespaces(r v1Request) (any, error) {
	if r.id == "" && r.method == "POST" {
		return t.v1CreateNamespace(r.body)
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
	return namespaceToV1(n), nil
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
	return namespaceToV1(n), nil
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
