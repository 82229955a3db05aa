package hcnspec

import "net/netip"

// EndpointFlags are bit flags of an endpoint.
type EndpointFlags uint32

// Flags of an endpoint, with the numbers of Microsoft's hns.v2.psm1
// (https://github.com/microsoft/SDN/blob/master/Kubernetes/windows/hns.v2.psm1).
const (
	// EndpointFlagRemote marks an endpoint that is on another node (kube-proxy and overlay CNIs create them).
	EndpointFlagRemote                 EndpointFlags = 1
	EndpointFlagDisableICC             EndpointFlags = 2 // no traffic to other endpoints of the network
	EndpointFlagEnableMirroring        EndpointFlags = 4
	EndpointFlagLowInterfaceMetric     EndpointFlags = 8
	EndpointFlagOverrideDNSServerOrder EndpointFlags = 16
	EndpointFlagEnableDHCP             EndpointFlags = 32
)

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
	Base
}

// IPConfig is one address of an endpoint.
type IPConfig struct {
	IPAddress    string `json:"IpAddress,omitempty"`
	PrefixLength uint8  `json:",omitempty"`
	IPSubnetID   string `json:"IpSubnetId,omitempty"` // of the subnet's IPSubnet
}

// IPConfigOf returns an address with the length of its subnet's prefix.
func IPConfigOf(p netip.Prefix) IPConfig {
	return IPConfig{IPAddress: p.Addr().String(), PrefixLength: uint8(p.Bits())} // #nosec G115 -- at most 128
}

// EndpointState is the state that HNS keeps for an endpoint. The bindings do not show it, but a query
// filter {"State":3} selects by it (Azure NPM uses that).
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
