package hcnspec

// NatFlags are bit flags of PortMapping and OutBoundNAT.
type NatFlags uint32

// NAT flags.
const (
	// NatLocalRoutedVIP lets the node itself reach the published port on an L2Bridge (WC#360).
	NatLocalRoutedVIP NatFlags = 1
	NatIPv6           NatFlags = 2
)

// PortMappingSetting publishes a port of the node (Settings of PortMapping).
type PortMappingSetting struct {
	Protocol     uint32   `json:",omitempty"` // IANA number: TCP 6, UDP 17
	InternalPort uint16   `json:",omitempty"`
	ExternalPort uint16   `json:",omitempty"`
	VIP          string   `json:",omitempty"`
	Flags        NatFlags `json:",omitempty"`
}

// ACLAction, ACLDirection and ACLRuleType are the enumerations of ACL rules.
type (
	ACLAction    string
	ACLDirection string
	ACLRuleType  string
)

// Values of ACL rules. RuleType Host creates WFP rules, Switch creates VFP rules.
const (
	ACLAllow  ACLAction    = "Allow"
	ACLBlock  ACLAction    = "Block"
	ACLPass   ACLAction    = "Pass"
	ACLIn     ACLDirection = "In"
	ACLOut    ACLDirection = "Out"
	ACLHost   ACLRuleType  = "Host"
	ACLSwitch ACLRuleType  = "Switch"
)

// ACLSetting is a firewall rule (Settings of ACL and NetworkACL). Lists are comma-separated.
type ACLSetting struct {
	ID              string `json:"Id,omitempty"`
	Protocols       string `json:",omitempty"` // IANA numbers
	Action          ACLAction
	Direction       ACLDirection
	LocalAddresses  string      `json:",omitempty"`
	RemoteAddresses string      `json:",omitempty"`
	LocalPorts      string      `json:",omitempty"`
	RemotePorts     string      `json:",omitempty"`
	RuleType        ACLRuleType `json:",omitempty"`
	Priority        uint16      `json:",omitempty"`
}

// QOSSetting limits the outgoing bandwidth of the endpoint.
type QOSSetting struct {
	MaximumOutgoingBandwidthInBytes uint64 // bytes per second
}

// OutboundNATSetting translates the source of traffic that leaves the endpoint to the node's address.
type OutboundNATSetting struct {
	VirtualIP        string   `json:",omitempty"`
	Exceptions       []string `json:",omitempty"` // prefixes that keep the pod's address
	Destinations     []string `json:",omitempty"` // only these, where given (loopback DSR)
	Flags            NatFlags `json:",omitempty"`
	MaxPortPoolUsage uint16   `json:",omitempty"`
}

// L4ProxySetting redirects traffic to a proxy (network and endpoint). The keys are the bindings'; the schema page
// calls two of them ExceptionList and OutboundNat.
type L4ProxySetting struct {
	IP          string   `json:",omitempty"`
	Port        string   `json:",omitempty"`
	Protocol    uint32   `json:",omitempty"` // 1, 2, 6, 17 or 58
	Exceptions  []string `json:",omitempty"`
	Destination string
	OutboundNAT bool `json:",omitempty"`
}

// FiveTuple selects the traffic of a WFP proxy.
type FiveTuple struct {
	Protocols       string `json:",omitempty"`
	LocalAddresses  string `json:",omitempty"`
	RemoteAddresses string `json:",omitempty"`
	LocalPorts      string `json:",omitempty"`
	RemotePorts     string `json:",omitempty"`
	Priority        uint16 `json:",omitempty"`
}

// ProxyExceptions keep traffic away from a WFP proxy.
type ProxyExceptions struct {
	IPAddressExceptions []string `json:"IpAddressExceptions,omitempty"`
	PortExceptions      []string `json:",omitempty"`
}

// L4WFPProxySetting redirects an endpoint's traffic by WFP filters.
type L4WFPProxySetting struct {
	InboundProxyPort   string          `json:",omitempty"`
	OutboundProxyPort  string          `json:",omitempty"`
	FilterTuple        FiveTuple       `json:",omitzero"`
	UserSID            string          `json:",omitempty"`
	InboundExceptions  ProxyExceptions `json:",omitzero"`
	OutboundExceptions ProxyExceptions `json:",omitzero"`
}

// IsZero reports whether nothing is set, for omitzero.
func (p ProxyExceptions) IsZero() bool {
	return len(p.IPAddressExceptions) == 0 && len(p.PortExceptions) == 0
}

// PortNameSetting names the switch port.
type PortNameSetting struct {
	Name string `json:",omitempty"`
}

// EncapOverheadSetting lowers the MTU by that many bytes.
type EncapOverheadSetting struct {
	Overhead uint16 `json:",omitempty"`
}

// IOVSetting is the SR-IOV setting of an endpoint.
type IOVSetting struct {
	IovOffloadWeight    uint32 `json:",omitempty"`
	QueuePairsRequested uint32 `json:",omitempty"`
	InterruptModeration uint32 `json:",omitempty"`
}

// ProviderAddressSetting is the address of the node under an overlay (endpoint and network).
type ProviderAddressSetting struct {
	ProviderAddress string `json:",omitempty"`
}

// InterfaceConstraintSetting binds to one NIC of the node (endpoint and network).
type InterfaceConstraintSetting struct {
	InterfaceGUID        string `json:"InterfaceGuid,omitempty"`
	InterfaceLUID        uint64 `json:"InterfaceLuid,omitempty"`
	InterfaceIndex       uint32 `json:",omitempty"`
	InterfaceMediaType   uint32 `json:",omitempty"`
	InterfaceAlias       string `json:",omitempty"`
	InterfaceDescription string `json:",omitempty"`
}

// TierACLRule is one rule of a tier.
type TierACLRule struct {
	ID                string `json:"Id,omitempty"`
	Protocols         string `json:",omitempty"`
	TierAclRuleAction ACLAction
	LocalAddresses    string `json:",omitempty"`
	RemoteAddresses   string `json:",omitempty"`
	LocalPorts        string `json:",omitempty"`
	RemotePorts       string `json:",omitempty"`
	Priority          uint16 `json:",omitempty"`
}

// TierACLSetting is a tier of ACL rules. Needs FeatureTierACL.
type TierACLSetting struct {
	Name         string
	Direction    ACLDirection
	Order        uint16
	TierAclRules []TierACLRule `json:",omitempty"`
}

// SourceMacAddressSetting sets the source MAC of traffic that leaves a network.
type SourceMacAddressSetting struct {
	SourceMacAddress string `json:",omitempty"`
}

// NetAdapterNameSetting names the NIC that a network's switch binds to.
type NetAdapterNameSetting struct {
	NetworkAdapterName string `json:",omitempty"`
}

// VSwitchExtensionSetting turns a switch extension on or off.
type VSwitchExtensionSetting struct {
	ExtensionID string `json:",omitempty"`
	Enable      bool   `json:",omitempty"`
}

// DrMacAddressSetting is the distributed router's MAC.
type DrMacAddressSetting struct {
	Address string `json:",omitempty"`
}

// AutomaticDNSSetting turns HNS's own DNS proxy on or off.
type AutomaticDNSSetting struct {
	Enable bool `json:",omitempty"`
}

// LayerConstraintSetting binds a network to a switch layer.
type LayerConstraintSetting struct {
	LayerID string `json:"LayerId,omitempty"`
}

// IsolationSetting is the settings of VLAN and VSID.
type IsolationSetting struct {
	IsolationID uint32 `json:"IsolationId"`
}

// RemoteSubnetRouteSetting routes an overlay's prefix to another node.
type RemoteSubnetRouteSetting struct {
	DestinationPrefix           string
	IsolationID                 uint32 `json:"IsolationId"` // the bindings keep 16 bits, which hold no VSID over 65535
	ProviderAddress             string
	DistributedRouterMacAddress string
}

// SetPolicyType is the kind of an IP set's values.
type SetPolicyType string

// Types of IP sets.
const (
	SetPolicyIPSet       SetPolicyType = "IPSET"       // addresses
	SetPolicyNestedIPSet SetPolicyType = "NESTEDIPSET" // IDs of other sets. Needs FeatureNestedIPSet
)

// SetPolicySetting is an IP set.
type SetPolicySetting struct {
	ID     string `json:"Id"`
	Name   string
	Type   SetPolicyType `json:"PolicyType"`
	Values string
}

// InterfaceParametersSetting sets the MTU of an endpoint's interface.
type InterfaceParametersSetting struct {
	MTU uint16 `json:"Mtu,omitempty"`
}

// VxlanPortSetting is the UDP port of an overlay.
type VxlanPortSetting struct {
	Port uint16
}
