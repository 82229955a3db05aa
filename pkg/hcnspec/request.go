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

// Request types. Only the schema page has Reset.
const (
	RequestAdd     RequestType = "Add"
	RequestRemove  RequestType = "Remove"
	RequestUpdate  RequestType = "Update"
	RequestRefresh RequestType = "Refresh"
	RequestReset   RequestType = "Reset"
)

// ResourceType is the part of an object that a modify request changes.
type ResourceType string

// Resource types: networks accept Policy, DNS, Extension, Subnet and IPSubnet, endpoints Policy and Port, namespaces
// Container and Endpoint.
const (
	ResourcePolicy    ResourceType = "Policy"
	ResourceDNS       ResourceType = "DNS"
	ResourceExtension ResourceType = "Extension"
	ResourceSubnet    ResourceType = "Subnet"
	ResourceIPSubnet  ResourceType = "IPSubnet"
	ResourcePort      ResourceType = "Port"
	ResourceContainer ResourceType = "Container"
	ResourceEndpoint  ResourceType = "Endpoint"
)

// ModifyRequest is the document of the modify functions of networks, endpoints and namespaces. A load
// balancer is modified with its whole new document.
type ModifyRequest struct {
	ResourceURI  string          `json:"ResourceUri,omitempty"`
	ResourceType ResourceType    `json:",omitempty"`
	RequestType  RequestType     `json:",omitempty"`
	Settings     json.RawMessage `json:",omitempty"`
}

// SubnetSettings is the Settings of a Subnet request to a network.
type SubnetSettings struct {
	Subnets []Subnet `json:",omitempty"`
}

// IPSubnetSettings is the Settings of an IPSubnet request to a network.
type IPSubnetSettings struct {
	SubnetID  string     `json:"SubnetId,omitempty"`
	IPSubnets []IPSubnet `json:"IpSubnets,omitempty"`
}

// VMEndpointSettings is the Settings of a Port request to an endpoint, which connects it to the virtual NIC of a
// utility VM (VmEndpointRequest of the schema page).
type VMEndpointSettings struct {
	PortID           string `json:"PortId,omitempty"`
	VirtualNICName   string `json:"VirtualNicName,omitempty"`
	VirtualMachineID string `json:"VirtualMachineId,omitempty"`
}

// PolicySettings is the Settings of a Policy request.
type PolicySettings struct {
	Policies []Policy `json:",omitempty"`
}

// NamespaceEndpointSettings is the Settings of an Endpoint request to a namespace.
type NamespaceEndpointSettings struct {
	EndpointID string `json:"EndpointId"`
}

// NamespaceContainerSettings is the Settings of a Container request to a namespace.
type NamespaceContainerSettings struct {
	ContainerID string `json:"ContainerId"`
}
