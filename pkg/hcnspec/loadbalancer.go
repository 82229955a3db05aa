package hcnspec

// LoadBalancer is HostComputeLoadBalancer: front-end addresses spread over local and remote endpoints.
type LoadBalancer struct {
	ID            string                    `json:"ID,omitempty"`
	Name          string                    `json:",omitempty"`
	Network       string                    `json:"HostComputeNetwork,omitempty"` // of its endpoints; HNS sets it
	Endpoints     []string                  `json:"HostComputeEndpoints,omitempty"`
	SourceVIP     string                    `json:",omitempty"`
	FrontendVIPs  []string                  `json:",omitempty"`
	PortMappings  []LoadBalancerPortMapping `json:",omitempty"`
	Health        Health                    `json:",omitzero"`
	SchemaVersion Version                   `json:",omitzero"`
	Flags         LoadBalancerFlags         `json:",omitempty"`
	Base
}

// LoadBalancerPortMapping is one port of a front end.
type LoadBalancerPortMapping struct {
	Protocol         uint32                       `json:",omitempty"` // IANA number: TCP 6, UDP 17
	InternalPort     uint16                       `json:",omitempty"`
	ExternalPort     uint16                       `json:",omitempty"`
	DistributionType LoadBalancerDistribution     `json:",omitempty"`
	Flags            LoadBalancerPortMappingFlags `json:",omitempty"`
}

// LoadBalancerFlags are bit flags of a load balancer.
type LoadBalancerFlags uint32

// Flags of a load balancer.
const (
	// LoadBalancerDSR is direct server return. Needs FeatureDSR.
	LoadBalancerDSR  LoadBalancerFlags = 1
	LoadBalancerIPv6 LoadBalancerFlags = 2
)

// LoadBalancerPortMappingFlags are bit flags of one port.
type LoadBalancerPortMappingFlags uint32

// Flags of a load balancer's port.
const (
	LoadBalancerPortILB            LoadBalancerPortMappingFlags = 1
	LoadBalancerPortLocalRoutedVIP LoadBalancerPortMappingFlags = 2
	LoadBalancerPortUseMux         LoadBalancerPortMappingFlags = 4
	LoadBalancerPortPreserveDIP    LoadBalancerPortMappingFlags = 8
)

// LoadBalancerDistribution selects which connections go to the same endpoint.
type LoadBalancerDistribution uint32

// Distributions. Anything but none needs FeatureSessionAffinity.
const (
	DistributionNone             LoadBalancerDistribution = 0 // each connection
	DistributionSourceIPProtocol LoadBalancerDistribution = 1 // a client's traffic of one protocol
	DistributionSourceIP         LoadBalancerDistribution = 2 // a client's traffic
)

// SDNRoute is HostComputeRoute, which the bindings use for routes between endpoints of one network.
type SDNRoute struct {
	ID        string   `json:"ID,omitempty"`
	Name      string   `json:",omitempty"`
	Network   string   `json:"HostComputeNetwork,omitempty"` // of its endpoints; HNS sets it
	Endpoints []string `json:"HostComputeEndpoints,omitempty"`
	// Setting is what the bindings call the routes, Routes what the schema page calls them. Which HNS reads is not
	// known; the bindings' integration tests pass with theirs.
	Setting       []SDNRouteSetting `json:"Setting,omitempty"`
	Routes        []SDNRouteSetting `json:",omitempty"`
	Health        Health            `json:",omitzero"`
	SchemaVersion Version           `json:",omitzero"`
	Base
}

// SDNRouteSetting is one route of an SDNRoute object and the settings of an SDNRoute endpoint policy.
type SDNRouteSetting struct {
	DestinationPrefix string `json:",omitempty"`
	NextHop           string `json:",omitempty"`
	NeedEncap         bool   `json:",omitempty"`
	// AutomaticEndpointMonitor is of the schema page, which does not explain it.
	AutomaticEndpointMonitor bool `json:",omitempty"`
}
