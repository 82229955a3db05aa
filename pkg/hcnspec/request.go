package hcnspec

import "encoding/json"

// Query is HostComputeQuery, the argument of the enumerate and query functions. Filter is a JSON
// object of fields that must be equal, as text: {"Name":"nat"}.
type Query struct {
	SchemaVersion Version
	Flags         uint32 `json:",omitempty"`
	Filter        string `json:",omitempty"`
}

// RequestType is the action of a modify request.
type RequestType string

// Request types.
const (
	RequestAdd     RequestType = "Add"
	RequestRemove  RequestType = "Remove"
	RequestUpdate  RequestType = "Update"
	RequestRefresh RequestType = "Refresh"
)

// ResourceType is the part of an object that a modify request changes.
type ResourceType string

// Resource types: networks accept Policy, DNS and Extension, endpoints Policy and Port, namespaces Container and
// Endpoint.
const (
	ResourcePolicy    ResourceType = "Policy"
	ResourceDNS       ResourceType = "DNS"
	ResourceExtension ResourceType = "Extension"
	ResourcePort      ResourceType = "Port"
	ResourceContainer ResourceType = "Container"
	ResourceEndpoint  ResourceType = "Endpoint"
)

// ModifyRequest is the document of the modify functions of networks, endpoints and namespaces. A load
// balancer is modified with its whole new document.
type ModifyRequest struct {
	ResourceType ResourceType    `json:",omitempty"`
	RequestType  RequestType     `json:",omitempty"`
	Settings     json.RawMessage `json:",omitempty"`
}

// PolicySettings is the Settings of a Policy request.
type PolicySettings struct {
	Policies []Policy `json:",omitempty"`
}

// NamespaceEndpointSettings is the Settings of an Endpoint request to a namespace.
type NamespaceEndpointSettings struct {
	EndpointID string `json:"EndpointId"`
}
