package hcnspec

import "encoding/json"

// NamespaceType is the place of a namespace (a network compartment).
type NamespaceType string

// Namespace types. Guest namespaces belong to Hyper-V isolated pods.
const (
	NamespaceHost         NamespaceType = "Host"
	NamespaceHostDefault  NamespaceType = "HostDefault"
	NamespaceGuest        NamespaceType = "Guest"
	NamespaceGuestDefault NamespaceType = "GuestDefault"
)

// Namespace is HostComputeNamespace. Its ID is what a runtime passes as CNI_NETNS.
type Namespace struct {
	ID            string              `json:"ID,omitempty"`
	Name          string              `json:",omitempty"`
	NamespaceID   uint32              `json:"NamespaceId,omitempty"`   // the compartment's number
	NamespaceGUID string              `json:"NamespaceGuid,omitempty"` // the compartment's
	Type          NamespaceType       `json:",omitempty"`
	Resources     []NamespaceResource `json:",omitempty"`
	Health        Health              `json:",omitzero"`
	SchemaVersion Version             `json:",omitzero"`
	Base
}

// NamespaceResourceType is the kind of an object in a namespace.
type NamespaceResourceType string

// The kinds of objects in a namespace.
const (
	NamespaceContainer NamespaceResourceType = "Container"
	NamespaceEndpoint  NamespaceResourceType = "Endpoint"
)

// NamespaceResource is one object in a namespace; Data is {"ID": "<guid>"} (HNS writes the key as "Id").
type NamespaceResource struct {
	Type NamespaceResourceType
	Data json.RawMessage
}

// EndpointIDs returns the IDs of the endpoints in the namespace. It skips resources that cannot be decoded.
func (n *Namespace) EndpointIDs() []string {
	var ids []string
	for _, r := range n.Resources {
		var data struct{ ID string }
		if r.Type == NamespaceEndpoint && json.Unmarshal(r.Data, &data) == nil {
			ids = append(ids, data.ID)
		}
	}
	return ids
}
