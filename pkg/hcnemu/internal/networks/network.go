package networks

import (
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/addresses"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/endpoints"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Create creates a network from its document. The ID is the document's, else id, else a new one.
func (t Rules) Create(id string, doc hcnspec.Network) (string, error) {
	n := &objects.Network{Network: doc, Written: string(doc.Type)}
	var err error
	if n.ID, err = t.ChooseID(state.KindNetwork, n.ID, id); err != nil {
		return "", err
	}
	for _, step := range []func(*objects.Network) error{
		t.checkNetworkType, t.checkNetworkName, t.checkNetworkFlags, t.checkNetworkPolicies,
		t.bindUplink, t.checkSubnets, t.checkIsolation, t.fillSubnets, t.fillInternal, addresses.On(t.Tx).FillMacPool, t.fillOverlay,
	} {
		if err := step(n); err != nil {
			return "", err
		}
	}
	return n.ID, t.Save(state.KindNetwork, n)
}

// networkTypes maps the types that HNS knows from upper case to its own spelling.
var networkTypes = []hcnspec.NetworkType{
	hcnspec.NAT, hcnspec.Transparent, hcnspec.L2Bridge, hcnspec.L2Tunnel, hcnspec.Overlay, hcnspec.ICS, hcnspec.Private,
	hcnspec.Internal,
}

// checkNetworkType accepts the types in any case; a missing type is NAT, HNS's zero value.
func (t Rules) checkNetworkType(n *objects.Network) error {
	if n.Type == "" {
		n.Type = hcnspec.NAT
	}
	for _, k := range networkTypes {
		if strings.EqualFold(string(k), string(n.Type)) {
			n.Type = k
			return nil
		}
	}
	return refusal.With(hostnet.CodeInvalidNetworkType, "no network type is called %q", n.Type)
}

// checkNetworkName rejects a name that another network has (hcsshim#850), and the name of an internal switch that a
// deleted network left (ocroz/wsl2-boot#3).
func (t Rules) checkNetworkName(n *objects.Network) error {
	if n.Name != "" && len(t.FindAll(state.KeyName(state.KindNetwork, n.Name, ""))) > 0 {
		return refusal.With(hostnet.CodeNetworkAlreadyExists, "a network is called %q already", n.Name)
	}
	if n.Type == hcnspec.ICS && slices.Contains(t.Profile.Switches, n.Name) {
		return refusal.With(hostnet.CodeDuplicateName, "a virtual switch is called %q, and HNS has no network of that name", n.Name)
	}
	return nil
}

func (t Rules) checkNetworkFlags(n *objects.Network) error {
	if n.Flags&hcnspec.NetworkFlagDisableHostPort != 0 {
		if err := t.Need(hcnspec.FeatureDisableHostPort, hostnet.CodeInvalidNetwork); err != nil {
			return err
		}
	}
	if n.Flags&hcnspec.NetworkFlagEnableIov != 0 {
		return t.Need(hcnspec.FeatureAccelnet, hostnet.CodeInvalidNetwork)
	}
	return nil
}

// external reports whether a type's switch is bound to an adapter of the node.
func external(k hcnspec.NetworkType) bool {
	return k == hcnspec.Transparent || k == hcnspec.L2Bridge || k == hcnspec.L2Tunnel || k == hcnspec.Overlay
}

// bindUplink finds the adapter for the network's switch. Networks may share one adapter: HNS layers them on one switch.
// An adapter that is a vEthernet, or in another virtual switch, cannot be bound (antrea#2213).
func (t Rules) bindUplink(n *objects.Network) error {
	name := n.AdapterName()
	if !external(n.Type) {
		if name != "" {
			return refusal.With(hostnet.CodeInvalidPolicyType, "a network of type %s is bound to no adapter", n.Type)
		}
		return nil
	}
	if name == "" {
		a := t.Profile.Uplink()
		if a == nil {
			return refusal.With(hostnet.CodeAdapterNotFound, "the node has no adapter for a network of type %s", n.Type)
		}
		n.Uplink = a.Name
		return nil
	}
	a := t.Profile.Adapter(name)
	switch {
	case a == nil && strings.HasPrefix(name, objects.VEthernetPrefix):
		return refusal.With(hostnet.CodeInvalidParameter, "adapter %q belongs to a virtual switch", name)
	case a == nil:
		return refusal.With(hostnet.CodeAdapterNotFound, "the node has no adapter %q", name)
	case a.Virtual || a.Vswitch != "":
		return refusal.With(hostnet.CodeInvalidParameter, "adapter %q belongs to a virtual switch", name)
	case !a.Up:
		return refusal.With(hostnet.CodeAdapterNotFound, "adapter %q is not up", name)
	}
	n.Uplink = a.Name
	return nil
}

// Modify changes a network's policies or DNS.
func (t Rules) Modify(id, settings string) error {
	n, err := objects.LoadNetwork(t.Tx, id)
	if err != nil {
		return err
	}
	var request hcnspec.ModifyRequest
	if err := state.Decode(settings, &request); err != nil {
		return err
	}
	switch request.ResourceType {
	case hcnspec.ResourcePolicy:
		err = t.modifyNetworkPolicies(n, request)
	case hcnspec.ResourceDNS:
		n.DNS = hcnspec.DNS{}
		err = state.Decode(string(request.Settings), &n.DNS)
	case hcnspec.ResourceExtension:
		var extension hcnspec.VSwitchExtensionSetting
		err = state.Decode(string(request.Settings), &extension)
	default:
		err = refusal.With(hostnet.CodeRequestUnsupported, "networks have no resource %q", request.ResourceType)
	}
	if err != nil {
		return err
	}
	return t.Save(state.KindNetwork, n)
}

func (t Rules) modifyNetworkPolicies(n *objects.Network, request hcnspec.ModifyRequest) error {
	var settings hcnspec.PolicySettings
	if err := state.Decode(string(request.Settings), &settings); err != nil {
		return err
	}
	changed, err := policy.Change(n.Policies, settings.Policies, request.RequestType)
	if err != nil {
		return err
	}
	n.Policies = changed
	if request.RequestType == hcnspec.RequestRemove {
		return nil
	}
	return t.checkNetworkPolicies(n)
}

// Delete deletes a network and its endpoints with it (hcsshim's TestEndpointStatsAll), unless
// a load balancer or route holds one of them.
func (t Rules) Delete(id string) error {
	if !t.Has(state.KindNetwork, id) {
		return refusal.Plain(hostnet.CodeNetworkNotFound)
	}
	members := t.FindAll(state.KeyOfNetwork(id, ""))
	for _, e := range members {
		for _, kind := range []state.Kind{state.KindLoadBalancer, state.KindSdnRoute} {
			if holders := t.FindAll(state.KeyReference(e, kind, "")); len(holders) > 0 {
				return refusal.With(hostnet.CodeEntityHasReferences, "%s %s has endpoint %s of the network", kind, holders[0], e)
			}
		}
	}
	for _, e := range slices.Clone(members) {
		if err := endpoints.On(t.Tx).Delete(e); err != nil {
			return err
		}
	}
	return t.Remove(state.KindNetwork, id)
}

// firstForgetful is the first major version of HNS that deletes NAT and ICS networks at a reboot.
const firstForgetful = 9

// DropNonPersistent removes the networks that do not survive a reboot: see Host.Reboot.
func (t Rules) DropNonPersistent() error {
	for _, id := range t.All(state.KindNetwork) {
		n, err := objects.LoadNetwork(t.Tx, id)
		if err != nil {
			return err
		}
		internal := n.Type == hcnspec.NAT || n.Type == hcnspec.ICS
		if n.Flags&hcnspec.NetworkFlagEnableNonPersistent == 0 && !(internal && t.Version().Major >= firstForgetful) {
			continue
		}
		if err := t.Remove(state.KindNetwork, id); err != nil {
			return err
		}
	}
	return nil
}

// numberedNAT is the first HNS whose NAT networks are not persistent and have a VLAN each: 13.x and 15.0 do that, 9.2
// does not; for the versions in between it is unknown.
var numberedNAT = hcnspec.Version{Major: 13}

// fillInternal sets the fields that HNS adds to a NAT network.
func (t Rules) fillInternal(n *objects.Network) error {
	if n.Type != hcnspec.NAT || !t.Version().AtLeast(numberedNAT) {
		return nil
	}
	taken := map[uint32]bool{}
	for _, id := range t.All(state.KindNetwork) {
		other, err := objects.LoadNetwork(t.Tx, id)
		if err != nil {
			return err
		}
		taken[other.Isolation] = true
	}
	n.Flags |= hcnspec.NetworkFlagEnableNonPersistent
	for n.Isolation = 1; taken[n.Isolation]; n.Isolation++ {
	}
	return nil
}
