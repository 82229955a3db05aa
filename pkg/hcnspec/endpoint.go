package hcnspec

import "net/netip"

// EndpointFlags are bit flags of an endpoint.
type EndpointFlags uint32

// EndpointFlagRemote marks an endpoint that is on another node (kube-proxy and overlay CNIs create them).
const EndpointFlagRemote EndpointFlags = 1

// Endpoint is HostComputeEndpoint: a port on a network, attached to at most one namespace.
type Endpoint struct {
	ID   string `json:"ID,omitempty"`
	Name string `json:",omitempty"`
	// Network is the GUID of the network.
	Network string `json:"HostComputeNetwork,omitempty"`
	// Namespace is the GUID of the namespace it is attached to. HNS sets it; the bindings reject it on create.
	Namespace string        `json:"HostComputeNamespace,omitempty"`
	Policies  []Policy      `json:",omitempty"`
	IPConfigs []IPConfig    `json:"IpConfigurations,omitempty"`
	DNS       DNS           `json:"Dns,omitzero"`
	Routes    []Route       `json:",omitempty"`
	MAC       string        `json:"MacAddress,omitempty"` // dash-separated: 00-15-5D-00-00-01
	Flags     EndpointFlags `json:",omitempty"`
	Health    Health        `json:",omitzero"`

	SchemaVersion Version `json:",omitzero"`
}

// IPConfig is one address of an endpoint.
type IPConfig struct {
	IPAddress    string `json:"IpAddress,omitempty"`
	PrefixLength uint8  `json:",omitempty"`
}

// IPConfigOf returns an address with the length of its subnet's prefix.
func IPConfigOf(p netip.Prefix) IPConfig {
	return IPConfig{IPAddress: p.Addr().String(), PrefixLength: uint8(p.Bits())} // #nosec G115 -- at most 128
}

// EndpointState is the state that HNS keeps for an endpoint. It is not a field of the v2 document,
// but a query filter {"State":3} selects by it (Azure NPM uses that).
type EndpointState int

// Endpoint states, as hcsshim's internal/hns/hnsendpoint.go numbers them. A running pod's endpoint
// is in StateAttachedSharing.
const (
	StateUninitialized   EndpointState = 0
	StateCreated         EndpointState = 1
	StateAttached        EndpointState = 2
	StateAttachedSharing EndpointState = 3
	StateDetached        EndpointState = 4
	StateDegraded        EndpointState = 5
	StateDestroyed       EndpointState = 6
)
