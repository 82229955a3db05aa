package hcnspec

// NetworkType is the driver of a network.
type NetworkType string

// The network types that HCN knows. HNS leaves NAT, its zero value, out of the documents it returns.
const (
	NAT         NetworkType = "NAT"
	Transparent NetworkType = "Transparent"
	L2Bridge    NetworkType = "L2Bridge"
	L2Tunnel    NetworkType = "L2Tunnel"
	Overlay     NetworkType = "Overlay"
	ICS         NetworkType = "ICS"
	Private     NetworkType = "Private"
	Internal    NetworkType = "Internal"
	Mirrored    NetworkType = "Mirrored"
	Infiniband  NetworkType = "Infiniband"

	ConstrainedICS NetworkType = "ConstrainedICS"
)

// NetworkFlags are bit flags of a network.
type NetworkFlags uint32

// Flags of a network, with the numbers of WSL's hns_schema.h
// (https://github.com/microsoft/WSL/blob/master/src/shared/inc/hns_schema.h).
const (
	NetworkFlagEnableDNS       NetworkFlags = 1
	NetworkFlagEnableDHCP      NetworkFlags = 2
	NetworkFlagEnableMirroring NetworkFlags = 4
	// NetworkFlagEnableNonPersistent keeps the network out of HNS's store: a reboot deletes it.
	NetworkFlagEnableNonPersistent     NetworkFlags = 8
	NetworkFlagEnablePersistent        NetworkFlags = 16
	NetworkFlagIsolateVSwitch          NetworkFlags = 32
	NetworkFlagEnableFlowSteering      NetworkFlags = 64
	NetworkFlagDisableSharing          NetworkFlags = 128
	NetworkFlagEnableFirewall          NetworkFlags = 256
	NetworkFlagSuppressMediaDisconnect NetworkFlags = 512
	// NetworkFlagDisableHostPort creates no host vNIC. Needs FeatureDisableHostPort.
	NetworkFlagDisableHostPort NetworkFlags = 1024
	NetworkFlagWeakHostReceive NetworkFlags = 2048
	NetworkFlagWeakHostSend    NetworkFlags = 4096
	// NetworkFlagEnableIov turns SR-IOV on. Needs FeatureAccelnet.
	NetworkFlagEnableIov NetworkFlags = 8192
)

// Network is HostComputeNetwork: a virtual switch (or a part of one) with its address space.
type Network struct {
	ID            string       `json:"ID,omitempty"`
	Name          string       `json:",omitempty"`
	Type          NetworkType  `json:",omitempty"`
	Policies      []Policy     `json:",omitempty"`
	MacPool       MacPool      `json:",omitzero"`
	DNS           DNS          `json:"Dns,omitzero"`
	Ipams         []Ipam       `json:",omitempty"`
	Flags         NetworkFlags `json:",omitempty"`
	Health        Health       `json:",omitzero"`
	SchemaVersion Version      `json:",omitzero"`
	Base
}

// Subnets returns the subnets of all Ipams, in order.
func (n *Network) Subnets() []Subnet {
	var all []Subnet
	for _, ipam := range n.Ipams {
		all = append(all, ipam.Subnets...)
	}
	return all
}

// IpamType is the source of a network's addresses.
type IpamType string

// Ipam types. An empty type means static.
const (
	IpamStatic IpamType = "Static"
	IpamDHCP   IpamType = "DHCP"
)

// Ipam is one address space of a network.
type Ipam struct {
	Type    IpamType `json:",omitempty"`
	Subnets []Subnet `json:",omitempty"`
}

// SubnetFlags are bit flags of a subnet.
type SubnetFlags uint32

// SubnetFlagDoNotReserveGateway lets an endpoint or the host carry the gateway's address.
const SubnetFlagDoNotReserveGateway SubnetFlags = 1

// Subnet is a prefix of an Ipam with its routes (the default route's NextHop is the gateway) and
// its VLAN or VSID.
type Subnet struct {
	ID              string      `json:",omitempty"`
	Name            string      `json:",omitempty"`
	IPAddressPrefix string      `json:"IpAddressPrefix,omitempty"`
	Policies        []Policy    `json:",omitempty"`
	Routes          []Route     `json:",omitempty"`
	IPSubnets       []IPSubnet  `json:"IpSubnets,omitempty"`
	Flags           SubnetFlags `json:",omitempty"`
	Health          Health      `json:",omitzero"`
	SchemaVersion   Version     `json:",omitzero"`
	Base
}

// IPSubnetFlags are bit flags of an IPSubnet.
type IPSubnetFlags uint32

// Flags of an IPSubnet. HNS sets both on the ones that it makes (docker-netrestore).
const (
	IPSubnetFlagEnableBroadcast       IPSubnetFlags = 1
	IPSubnetFlagReserveNetworkAddress IPSubnetFlags = 2
)

// IPSubnet is a part of a subnet that endpoints get their addresses from. HNS 13 and newer make one for each
// subnet.
type IPSubnet struct {
	ID              string        `json:",omitempty"`
	Name            string        `json:",omitempty"`
	IPAddressPrefix string        `json:"IpAddressPrefix,omitempty"`
	Flags           IPSubnetFlags `json:",omitempty"`
	Health          Health        `json:",omitzero"`
	SchemaVersion   Version       `json:",omitzero"`
	Base
}

// Route is a route of a subnet or an endpoint.
type Route struct {
	NextHop           string `json:",omitempty"`
	DestinationPrefix string `json:",omitempty"`
	Metric            uint16 `json:",omitempty"`
}

// Default route destinations, one for each address family.
const (
	DefaultRoute4 = "0.0.0.0/0"
	DefaultRoute6 = "::/0"
)

// MacPool holds the ranges from which a network's endpoints get their MAC addresses.
type MacPool struct {
	Ranges []MacRange `json:",omitempty"`
}

// MacRange is an inclusive range of dash-separated MAC addresses.
type MacRange struct {
	StartMacAddress string `json:",omitempty"`
	EndMacAddress   string `json:",omitempty"`
}

// DNS is the resolver configuration of a network or an endpoint.
type DNS struct {
	Domain     string   `json:",omitempty"`
	Search     []string `json:",omitempty"`
	ServerList []string `json:",omitempty"`
	Options    []string `json:",omitempty"`
}

// IsZero reports whether nothing is set, for omitzero.
func (d DNS) IsZero() bool {
	return d.Domain == "" && len(d.Search) == 0 && len(d.ServerList) == 0 && len(d.Options) == 0
}
