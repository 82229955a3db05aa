package v1

import (
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// returnedNamespace is a namespace as schema 1 returns it: containers are separate from the other resources.
type returnedNamespace struct {
	base
	CompartmentGUID string `json:"CompartmentGuid,omitempty"`
	CompartmentID   uint32 `json:"CompartmentId"`
	Containers      []string
	Flags           int
	IsDefault       bool
	Policies        []json.RawMessage
	ResourceList    []hcnspec.NamespaceResource
	SchemaVersion   *hcnspec.Version `json:",omitempty"`
}

func (t Rules) namespaceToV1(n *objects.Namespace) returnedNamespace {
	doc := returnedNamespace{
		base: t.base(n.ID, 1), IsDefault: n.Type == hcnspec.NamespaceHostDefault, CompartmentID: n.NamespaceID,
		Containers: append([]string{}, n.Containers...), Policies: []json.RawMessage{}, ResourceList: []hcnspec.NamespaceResource{},
	}
	if n.NamespaceID != 0 {
		doc.CompartmentGUID = state.DerivedID("compartment", n.ID)
	} else {
		doc.SchemaVersion = &hcnspec.Version{}
	}
	for _, r := range n.Returned().Resources {
		if r.Type == hcnspec.NamespaceEndpoint {
			doc.ResourceList = append(doc.ResourceList, r)
		}
	}
	return doc
}
