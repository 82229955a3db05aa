package hcnemu

import (
	"encoding/json"

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

func (n *namespace) v1() v1Namespace {
	doc := n.returned()
	return v1Namespace{
		ID: n.ID, IsDefault: n.Type == hcnspec.NamespaceHostDefault,
		ResourceList: doc.Resources, CompartmentID: n.NamespaceID,
	}
}

func (t *tx) v1Namespaces(r v1Request) (any, error) {
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
		return nil, t.deleteNamespace(id)
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
	n, err := t.loadNamespace(id)
	if err != nil {
		return nil, err
	}
	return n.v1(), nil
}

func (t *tx) v1CreateNamespace(body string) (any, error) {
	var doc v1Namespace
	if err := decode(body, &doc); err != nil {
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
	id, err := t.createNamespace("", string(settings))
	if err != nil {
		return nil, err
	}
	n, err := t.loadNamespace(id)
	if err != nil {
		return nil, err
	}
	return n.v1(), nil
}

func (t *tx) v1Resource(id, body string, how hcnspec.RequestType) error {
	var request struct {
		Type string
		Data resourceData
	}
	if err := decode(body, &request); err != nil {
		return err
	}
	switch request.Type {
	case string(hcnspec.NamespaceEndpoint):
		return t.modifyMembership(id, request.Data.ID, how)
	case string(hcnspec.NamespaceContainer):
		return t.modifyContainers(id, request.Data.ID, how)
	}
	return refuse(hostnet.CodeRequestUnsupported, "namespaces have no resource %q", request.Type)
}
