package hcnemu

import (
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// network is a stored network.
type network struct {
	hcnspec.Network
	Uplink string `json:",omitempty"` // the adapter that its switch is bound to
}

func (n *network) id() string { return n.ID }

func (n *network) keys() []string { return []string{keyName(KindNetwork, n.Name, n.ID)} }

// returned is the document as HNS returns it: NAT, the zero of its types, is left out.
func (n *network) returned() hcnspec.Network {
	doc := n.Network
	if doc.Type == hcnspec.NAT {
		doc.Type = ""
	}
	doc.SchemaVersion = hcnspec.SchemaV2
	doc.Health = healthy(n.ID, 0, "Network")
	return doc
}

func (t *tx) loadNetwork(id string) (*network, error) {
	n := new(network)
	return n, t.load(KindNetwork, id, n)
}

// createNetwork makes a network of a v2 or v1 document.
func (t *tx) createNetwork(id, settings string) (string, error) {
	n, err := readNetwork(settings)
	if err != nil {
		return "", err
	}
	if n.ID, err = t.chooseID(KindNetwork, n.ID, id); err != nil {
		return "", err
	}
	for _, step := range []func(*network) error{
		t.checkNetworkType, t.checkNetworkName, t.checkNetworkFlags, t.checkNetworkPolicies,
		t.bindUplink, t.checkSubnets, t.checkIsolation, t.fillSubnets, t.fillMacPool,
	} {
		if err := step(n); err != nil {
			return "", err
		}
	}
	return n.ID, t.save(KindNetwork, n)
}

// networkTypes are the types that HNS knows, upper case to its own spelling.
var networkTypes = []hcnspec.NetworkType{
	hcnspec.NAT, hcnspec.Transparent, hcnspec.L2Bridge, hcnspec.L2Tunnel, hcnspec.Overlay, hcnspec.ICS, hcnspec.Private,
}

// checkNetworkType knows the types without regard to case; no type is NAT, HNS's zero.
func (t *tx) checkNetworkType(n *network) error {
	if n.Type == "" {
		n.Type = hcnspec.NAT
	}
	for _, k := range networkTypes {
		if strings.EqualFold(string(k), string(n.Type)) {
			n.Type = k
			return nil
		}
	}
	return refuse(hostnet.CodeInvalidNetworkType, "no network type is called %q", n.Type)
}

// checkNetworkName refuses a name that a network has (hcsshim#850).
func (t *tx) checkNetworkName(n *network) error {
	if n.Name != "" && len(t.findAll(keyName(KindNetwork, n.Name, ""))) > 0 {
		return refuse(hostnet.CodeNetworkAlreadyExists, "a network is called %q already", n.Name)
	}
	return nil
}

func (t *tx) checkNetworkFlags(n *network) error {
	if n.Flags&hcnspec.NetworkFlagDisableHostPort != 0 {
		if err := t.need(hcnspec.FeatureDisableHostPort, hostnet.CodeInvalidNetwork); err != nil {
			return err
		}
	}
	if n.Flags&hcnspec.NetworkFlagEnableIov != 0 {
		return t.need(hcnspec.FeatureAccelnet, hostnet.CodeInvalidNetwork)
	}
	return nil
}

// need refuses with the code unless this HNS has the feature.
func (t *tx) need(f hcnspec.Feature, code hostnet.Code) error {
	if f.In(t.version()) {
		return nil
	}
	return refuse(code, "%s needs HNS %s, this is %s", f.Name, f.Versions(), t.version())
}

// external reports whether a type's switch is bound to an adapter of the node.
func external(k hcnspec.NetworkType) bool {
	return k == hcnspec.Transparent || k == hcnspec.L2Bridge || k == hcnspec.L2Tunnel || k == hcnspec.Overlay
}

// bindUplink finds the adapter for the network's switch. Networks may share one: HNS layers them on
// one switch. An adapter that is a vEthernet, or in a switch of somebody else, cannot be bound
// (antrea#2213).
func (t *tx) bindUplink(n *network) error {
	name := n.adapterName()
	if !external(n.Type) {
		if name != "" {
			return refuse(hostnet.CodeInvalidPolicyType, "a network of type %s is bound to no adapter", n.Type)
		}
		return nil
	}
	if name == "" {
		a := t.profile.uplink()
		if a == nil {
			return refuse(hostnet.CodeAdapterNotFound, "the node has no adapter for a network of type %s", n.Type)
		}
		n.Uplink = a.Name
		return nil
	}
	a := t.profile.adapter(name)
	switch {
	case a == nil && strings.HasPrefix(name, vEthernetPrefix):
		return refuse(hostnet.CodeInvalidParameter, "adapter %q belongs to a virtual switch", name)
	case a == nil:
		return refuse(hostnet.CodeAdapterNotFound, "the node has no adapter %q", name)
	case a.Virtual || a.vswitch != "":
		return refuse(hostnet.CodeInvalidParameter, "adapter %q belongs to a virtual switch", name)
	case !a.Up:
		return refuse(hostnet.CodeAdapterNotFound, "adapter %q is not up", name)
	}
	n.Uplink = a.Name
	return nil
}

// vEthernetPrefix begins the names that Windows gives the host's side of a virtual switch.
const vEthernetPrefix = "vEthernet ("

// modifyNetwork changes a network's policies or DNS.
func (t *tx) modifyNetwork(id, settings string) error {
	n, err := t.loadNetwork(id)
	if err != nil {
		return err
	}
	var request hcnspec.ModifyRequest
	if err := decode(settings, &request); err != nil {
		return err
	}
	switch request.ResourceType {
	case hcnspec.ResourcePolicy:
		err = t.modifyNetworkPolicies(n, request)
	case hcnspec.ResourceDNS:
		n.DNS = hcnspec.DNS{}
		err = decode(string(request.Settings), &n.DNS)
	case hcnspec.ResourceExtension:
		var extension hcnspec.VSwitchExtensionSetting
		err = decode(string(request.Settings), &extension)
	default:
		err = refuse(hostnet.CodeRequestUnsupported, "networks have no resource %q", request.ResourceType)
	}
	if err != nil {
		return err
	}
	return t.save(KindNetwork, n)
}

func (t *tx) modifyNetworkPolicies(n *network, request hcnspec.ModifyRequest) error {
	var settings hcnspec.PolicySettings
	if err := decode(string(request.Settings), &settings); err != nil {
		return err
	}
	changed, err := changePolicies(n.Policies, settings.Policies, request.RequestType)
	if err != nil {
		return err
	}
	n.Policies = changed
	if request.RequestType == hcnspec.RequestRemove {
		return nil
	}
	return t.checkNetworkPolicies(n)
}

// deleteNetwork deletes a network and its endpoints with it (hcsshim's TestEndpointStatsAll), unless
// a load balancer or route holds one of them.
func (t *tx) deleteNetwork(id string) error {
	if !t.has(KindNetwork, id) {
		return refuse(hostnet.CodeNetworkNotFound, "%s", elementNotFound)
	}
	endpoints := t.findAll(keyOfNetwork(id, ""))
	for _, e := range endpoints {
		for _, kind := range []Kind{KindLoadBalancer, KindSdnRoute} {
			if holders := t.findAll(keyReference(e, kind, "")); len(holders) > 0 {
				return refuse(hostnet.CodeEntityHasReferences, "%s %s has endpoint %s of the network", kind, holders[0], e)
			}
		}
	}
	for _, e := range slices.Clone(endpoints) {
		if err := t.deleteEndpoint(e); err != nil {
			return err
		}
	}
	return t.remove(KindNetwork, id)
}
