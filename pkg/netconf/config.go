// Package netconf converts a plugin's input from the runtime (stdin, CNI_ARGS and the other environment variables) into
// one validated Config. Policies are the exception: a Config carries them as written, as nodes of its document, and
// pkg/policy reads them with the same reader.
package netconf

import (
	"encoding/json"
	"net"
	"net/netip"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// Config is a network configuration together with the attachment of a verb. Parse creates it, and it must not be
// changed afterwards. Zero values mean: not given.
type Config struct {
	CNIVersion string
	Name       string // of the CNI network, and of the HNS network
	Type       string // as written: an executable's name or an HCN type

	Attachment Attachment

	Master        string // the host's adapter that a new network binds to
	CreateNetwork bool   // create the network if it is missing; default true, but for win-bridge and win-overlay
	// CreateNetworkAsked distinguishes an explicit "createNetwork": true from the default: a second NAT network
	// requires it.
	CreateNetworkAsked bool
	VLAN               uint32 // IsolationId of a new network's subnet, 1 to 4094
	VSIDs              []uint32
	VxlanPort          uint16

	IPAM   IPAM
	DNS    DNS
	Routes []Route // additionalRoutes
	Flags  Flags

	IPMasq            bool
	IPMasqNetwork     netip.Prefix
	EndpointMACPrefix [2]byte // default 0E-2A

	// Policies are the entries of AdditionalArgs, policies and HcnPolicyArgs, in order. pkg/policy reads them.
	Policies []Policy

	// The runtime's settings for this attachment (runtimeConfig and CNI_ARGS).
	PortMappings []PortMapping
	Bandwidth    Bandwidth
	IPs          []netip.Prefix // ips, or IP of CNI_ARGS; a bare address is a prefix of full length
	MAC          net.HardwareAddr
	RuntimeDNS   *DNS // nil if the runtime gave none

	Timeout  time.Duration // hnsTimeoutSeconds; default 60 s
	LogFile  string        // absolute; "" is the default place
	LogLevel string        // debug, info, warn or error; default info

	PrevResult       json.RawMessage // of CHECK and DEL, as written; nil if absent
	ValidAttachments []ValidAttachment
	// HasValidAttachments distinguishes an empty list, which means that nothing is valid, from a missing one.
	HasValidAttachments bool

	Document *confdoc.Node    // Stdin decoded; nil if it is not a JSON object
	Stdin    []byte           // unchanged, for IPAM
	Args     string           // CNI_ARGS unchanged, for IPAM
	Warnings confdoc.Findings // fields that have no effect, and other advice for the log
}

// Attachment is one interface of one pod on one network.
type Attachment struct {
	ContainerID  string
	Namespace    string // CNI_NETNS: the GUID of an HCN namespace; may be empty on DEL
	IfName       string
	PodNamespace string // K8S_POD_NAMESPACE
	PodName      string // K8S_POD_NAME
}

// ValidAttachment is an entry of cni.dev/valid-attachments.
type ValidAttachment struct {
	ContainerID string
	IfName      string
}

// IPAM is the ipam section.
type IPAM struct {
	Type      string // "" lets HNS assign the addresses
	InProcess bool   // run host-local in this process
	Subnets   []Subnet
	Routes    []Route // beyond the default routes, which are in Subnets
}

// Subnet is a prefix of the network with its gateway.
type Subnet struct {
	Prefix  netip.Prefix // masked
	Gateway netip.Addr   // invalid if the configuration names none
	Path    string       // path of the prefix: ipam.subnet
}

// Route is a route of the pod. GW is invalid if the route names no gateway.
type Route struct {
	Dst netip.Prefix
	GW  netip.Addr
}

// DNS is a resolver configuration.
type DNS struct {
	Nameservers []netip.Addr
	Domain      string
	Search      []string
	Options     []string
}

// IsZero reports whether nothing is set.
func (d DNS) IsZero() bool {
	return len(d.Nameservers) == 0 && d.Domain == "" && len(d.Search) == 0 && len(d.Options) == 0
}

// Flags are the optionalFlags. LoopbackDSR is also a field of the top level.
type Flags struct {
	LocalRoutedPortMapping      bool
	AllowACLPortMapping         bool
	ForceBridgeGateway          bool
	EnableDualStack             bool
	LoopbackDSR                 bool
	GatewayFromAdditionalRoutes bool
	// CollapseNATExceptions keeps only the widest of the OutBoundNAT exceptions that start at the same address: HNS of
	// Windows Server 2019 confuses prefixes that differ only in length.
	CollapseNATExceptions bool
}

// PolicyKind is the kind of object that a policy applies to.
type PolicyKind string

// Kinds of policies, as the Name of an entry of AdditionalArgs spells them.
const (
	EndpointPolicy     PolicyKind = "EndpointPolicy"
	NetworkPolicy      PolicyKind = "NetworkPolicy"
	SubnetPolicy       PolicyKind = "SubnetPolicy"
	LoadBalancerPolicy PolicyKind = "LoadBalancerPolicy"
)

// Policy is one entry of a policy list, with its Settings in the v2 form or, as in v1, flat.
type Policy struct {
	Kind     PolicyKind
	Type     string        // as written
	Entry    *confdoc.Node `json:"-"` // of the list: AdditionalArgs[2]
	Body     *confdoc.Node // the object that contains Type: AdditionalArgs[2].Value, or the entry itself
	Settings *confdoc.Node `json:"-"` // the object of that name; nil if the settings are next to Type
}

// PortMapping is one published port.
type PortMapping struct {
	HostPort      uint16
	ContainerPort uint16
	Protocol      uint32     // TCP or UDP
	HostIP        netip.Addr // invalid: every address of every family
}

// Bandwidth is the bandwidth capability, in bits and bits per second.
type Bandwidth struct {
	IngressRate, IngressBurst uint64
	EgressRate, EgressBurst   uint64
}

// IANA protocol numbers.
const (
	TCP = confdoc.TCP
	UDP = confdoc.UDP
)
