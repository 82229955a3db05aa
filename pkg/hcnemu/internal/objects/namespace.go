package objects

import (
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Namespace is a stored namespace. The Resources of its document are built from the two lists.
type Namespace struct {
	hcnspec.Namespace
	Endpoints  []string `json:",omitempty"`
	Containers []string `json:",omitempty"`
}

// ObjectID implements state.Object.
func (n *Namespace) ObjectID() string { return n.ID }

// Keys implements state.Object.
func (n *Namespace) Keys() []string {
	if n.NamespaceID == 0 {
		return nil // no container has started in it
	}
	return []string{state.KeyCompartment(n.NamespaceID)}
}

// Returned returns the document as HNS does.
func (n *Namespace) Returned() hcnspec.Namespace {
	doc := n.Namespace
	doc.SchemaVersion = hcnspec.SchemaV2
	doc.Resources = nil
	for _, id := range n.Containers {
		doc.Resources = append(doc.Resources, resource(hcnspec.NamespaceContainer, id))
	}
	for _, id := range n.Endpoints {
		doc.Resources = append(doc.Resources, resource(hcnspec.NamespaceEndpoint, id))
	}
	return doc
}

func resource(kind hcnspec.NamespaceResourceType, id string) hcnspec.NamespaceResource {
	data, err := json.Marshal(ResourceData{ID: id})
	if err != nil {
		data = nil // a string always marshals
	}
	return hcnspec.NamespaceResource{Type: kind, Data: data}
}

// ResourceData is the Data of a namespace's resource.
type ResourceData struct {
	ID string `json:"Id"`
}

// LoadNamespace reads a stored object, or fails with the not-found code of its kind.
func LoadNamespace(t *state.Tx, id string) (*Namespace, error) {
	n := new(Namespace)
	return n, t.Load(state.KindNamespace, id, n)
}
