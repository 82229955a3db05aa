package policy

import (
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// entry describes a policy type: the objects that it applies to, the features of HNS that it needs, the reader of its
// settings, and the networks that cannot have it.
type entry struct {
	name  hcnspec.PolicyType
	older []string // names of the v1 API and of other plugins
	kinds []netconf.PolicyKind
	gate  *hcnspec.Feature
	read  func(*settings) []rule
	// not lists the networks that cannot have the policy, and why is the reason.
	not []hcnspec.NetworkType
	why string
}

var (
	onEndpoint = []netconf.PolicyKind{netconf.EndpointPolicy}
	onNetwork  = []netconf.PolicyKind{netconf.NetworkPolicy}
	onSubnet   = []netconf.PolicyKind{netconf.SubnetPolicy}
	onEither   = []netconf.PolicyKind{netconf.EndpointPolicy, netconf.NetworkPolicy}
)

// Networks without an overlay, without a VLAN, and without an adapter.
var (
	noOverlay = []hcnspec.NetworkType{
		hcnspec.NAT, hcnspec.Transparent, hcnspec.L2Bridge, hcnspec.L2Tunnel, hcnspec.ICS, hcnspec.Private,
	}
	noTunnel  = []hcnspec.NetworkType{hcnspec.NAT, hcnspec.Transparent, hcnspec.ICS, hcnspec.Private}
	noVLAN    = []hcnspec.NetworkType{hcnspec.NAT, hcnspec.Overlay, hcnspec.ICS}
	noAdapter = []hcnspec.NetworkType{hcnspec.NAT, hcnspec.ICS, hcnspec.Private}
)

const (
	needsOverlay = "only an Overlay network has it"
	needsTunnel  = "only networks that can carry encapsulated traffic have it: Overlay, L2Bridge and L2Tunnel"
	needsVLAN    = "only networks on a physical adapter have it: L2Bridge, L2Tunnel and Transparent"
	needsAdapter = "a network of this type is not bound to an adapter"
	needsNAT     = "pods of a Transparent network have addresses of the physical network, so nothing is translated"
)

// catalog is every policy type that HCN documents.
func catalog() []entry {
	return slices.Concat(endpointCatalog(), networkCatalog(), subnetCatalog())
}

func endpointCatalog() []entry {
	transparent := []hcnspec.NetworkType{hcnspec.Transparent}
	return []entry{
		{name: hcnspec.PortMapping, older: []string{"NAT"}, kinds: onEndpoint, read: portMapping, not: transparent, why: needsNAT},
		{name: hcnspec.ACL, kinds: onEndpoint, gate: &hcnspec.FeatureACL, read: acl},
		{name: hcnspec.QOS, kinds: onEndpoint, read: qos},
		{name: hcnspec.L2Driver, kinds: onEndpoint, read: bare},
		{name: hcnspec.OutBoundNAT, kinds: onEndpoint, read: outboundNAT},
		{name: loopbackDSR, kinds: onEndpoint, read: loopbackAddress},
		{name: hcnspec.SDNRoutePolicy, older: []string{"ROUTE"}, kinds: onEndpoint, read: sdnRoute},
		{name: hcnspec.L4Proxy, older: []string{"PROXY"}, kinds: onEither, gate: &hcnspec.FeatureL4Proxy, read: l4Proxy},
		{name: hcnspec.L4WFPProxy, kinds: onEndpoint, gate: &hcnspec.FeatureL4WFPProxy, read: l4WFPProxy},
		{name: hcnspec.PortName, kinds: onEndpoint, read: portName},
		{name: hcnspec.EncapOverhead, kinds: onEndpoint, read: encapOverhead},
		{name: hcnspec.IOV, kinds: onEndpoint, gate: &hcnspec.FeatureAccelnet, read: iov},
		{name: hcnspec.ProviderAddress, older: []string{"PA"}, kinds: onEither, read: providerAddress, not: noTunnel, why: needsTunnel},
		{name: hcnspec.InterfaceConstraint, kinds: onEither, read: interfaceConstraint},
		{name: hcnspec.TierACL, kinds: onEndpoint, gate: &hcnspec.FeatureTierACL, read: tierACL},
		{name: loadBalancer, kinds: []netconf.PolicyKind{netconf.LoadBalancerPolicy}, read: balancer},
	}
}

func networkCatalog() []entry {
	return []entry{
		{name: hcnspec.SourceMacAddress, kinds: onNetwork, read: sourceMAC},
		{name: hcnspec.NetAdapterName, kinds: onNetwork, read: netAdapterName, not: noAdapter, why: needsAdapter},
		{name: hcnspec.VSwitchExtension, kinds: onNetwork, read: vswitchExtension},
		{name: hcnspec.DrMacAddress, kinds: onNetwork, read: drMAC},
		{name: hcnspec.AutomaticDNS, kinds: onNetwork, read: automaticDNS},
		{name: hcnspec.RemoteSubnetRoute, kinds: onNetwork, gate: &hcnspec.FeatureRemoteSubnet, read: remoteSubnetRoute, not: noOverlay, why: needsOverlay},
		{name: hcnspec.VxlanPort, kinds: onNetwork, gate: &hcnspec.FeatureVxlanPort, read: vxlanPort, not: noOverlay, why: needsOverlay},
		{name: hcnspec.HostRoute, kinds: onNetwork, gate: &hcnspec.FeatureHostRoute, read: bare},
		{name: hcnspec.SetPolicy, kinds: onNetwork, gate: &hcnspec.FeatureSetPolicy, read: ipSet},
		{name: hcnspec.LayerConstraint, kinds: onNetwork, read: layerConstraint},
		{name: hcnspec.NetworkACL, kinds: onNetwork, gate: &hcnspec.FeatureNetworkACL, read: acl},
	}
}

func subnetCatalog() []entry {
	return []entry{
		{name: hcnspec.VLAN, kinds: onSubnet, read: vlan, not: noVLAN, why: needsVLAN},
		{name: hcnspec.VSID, kinds: onSubnet, read: vsid, not: noTunnel, why: needsTunnel},
	}
}

// lookUp finds a policy type by any of its names, in any case.
func lookUp(name string) (*entry, bool) {
	for _, e := range catalog() {
		names := append([]string{string(e.name)}, e.older...)
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return &e, true
		}
	}
	return nil, false
}

// allows reports whether the policy may be applied to an object of its kind on this network.
func (e *entry) allows(c *compiler, p netconf.Policy) bool {
	if !slices.Contains(e.kinds, p.Kind) {
		names := make([]string, len(e.kinds))
		for i, k := range e.kinds {
			names[i] = string(k)
		}
		c.failType(p, "not for %s: want it under the Name %s", p.Kind, confdoc.OrList(names))
		return false
	}
	if slices.Contains(e.not, c.network) {
		c.failType(p, "not on a network of type %s: %s", c.network, e.why)
		return false
	}
	return true
}

// made returns the single rule that most settings objects become.
func (s *settings) made(settings any) []rule {
	return []rule{{Policy: hcnspec.NewPolicy(s.name, settings)}}
}

// bare reads a policy without settings.
func bare(s *settings) []rule {
	return []rule{{Policy: hcnspec.Policy{Type: s.name}}}
}
