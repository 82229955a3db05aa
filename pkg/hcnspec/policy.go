package hcnspec

import "encoding/json"

// Policy is the common shape of endpoint, network and subnet policies.
type Policy struct {
	Type     PolicyType
	Settings json.RawMessage `json:",omitempty"`
}

// NewPolicy returns a policy with the settings as JSON. The settings structs of this package always marshal.
func NewPolicy(t PolicyType, settings any) Policy {
	raw, err := json.Marshal(settings)
	if err != nil {
		panic(err) // only a settings type that JSON cannot express, a programming error
	}
	return Policy{Type: t, Settings: raw}
}

// PolicyType names a policy.
type PolicyType string

// Endpoint policies. ProviderAddress, InterfaceConstraint and L4Proxy are network policies too, and VLAN is
// one of subnets.
const (
	PortMapping         PolicyType = "PortMapping"
	ACL                 PolicyType = "ACL"
	QOS                 PolicyType = "QOS"
	L2Driver            PolicyType = "L2Driver"
	OutBoundNAT         PolicyType = "OutBoundNAT"
	SDNRoutePolicy      PolicyType = "SDNRoute"
	L4Proxy             PolicyType = "L4Proxy"
	L4WFPProxy          PolicyType = "L4WFPPROXY"
	PortName            PolicyType = "PortName"
	EncapOverhead       PolicyType = "EncapOverhead"
	IOV                 PolicyType = "Iov"
	ProviderAddress     PolicyType = "ProviderAddress"
	InterfaceConstraint PolicyType = "InterfaceConstraint"
	TierACL             PolicyType = "TierAcl"
	Encryption          PolicyType = "Encryption"
	InterfaceParameters PolicyType = "InterfaceParameters"
)

// Network policies.
const (
	SourceMacAddress  PolicyType = "SourceMacAddress"
	NetAdapterName    PolicyType = "NetAdapterName"
	VSwitchExtension  PolicyType = "VSwitchExtension"
	DrMacAddress      PolicyType = "DrMacAddress"
	AutomaticDNS      PolicyType = "AutomaticDNS"
	RemoteSubnetRoute PolicyType = "RemoteSubnetRoute"
	VxlanPort         PolicyType = "VxlanPort"
	HostRoute         PolicyType = "HostRoute"
	SetPolicy         PolicyType = "SetPolicy"
	LayerConstraint   PolicyType = "LayerConstraint"
	NetworkACL        PolicyType = "NetworkACL"
)

// Subnet policies.
const (
	VLAN PolicyType = "VLAN"
	VSID PolicyType = "VSID"
)
