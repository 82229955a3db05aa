package endpoints

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/addresses"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/loadbalancers"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/namespaces"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Create creates an endpoint on the network of its document. The ID is the document's, else id,
// else a new one.
func (t Rules) Create(networkID, id string, doc hcnspec.Endpoint) (string, error) {
	n, err := objects.LoadNetwork(t.Tx, networkID)
	if err != nil {
		return "", err
	}
	e := &objects.Endpoint{Endpoint: doc}
	if e.ID, err = t.ChooseID(state.KindEndpoint, e.ID, id); err != nil {
		return "", err
	}
	e.State = hcnspec.StateCreated
	for _, step := range []func(*objects.Network, *objects.Endpoint) error{
		t.checkEndpointNetwork, t.fillName, t.CheckEndpointPolicies, addresses.On(t.Tx).FillAddresses, t.fillMAC, t.fillRoutes, t.fillDNS,
		t.TakePorts, t.JudgeHealth,
	} {
		if err := step(n, e); err != nil {
			return "", err
		}
	}
	namespace := e.Namespace
	e.Namespace = ""
	if err := t.Save(state.KindEndpoint, e); err != nil {
		return "", err
	}
	if namespace != "" {
		err = namespaces.On(t.Tx).Attach(namespace, e.ID)
	}
	return e.ID, err
}

// checkEndpointNetwork rejects a document that names another network than the handle's.
func (t Rules) checkEndpointNetwork(n *objects.Network, e *objects.Endpoint) error {
	given, err := state.ParseDocumentID("HostComputeNetwork", e.Network)
	if err != nil {
		return err
	}
	if given != "" && given != n.ID {
		return refusal.With(hostnet.CodeInvalidEndpoint, "the document names network %s, the call %s", given, n.ID)
	}
	e.Network = n.ID
	e.Namespace, err = state.ParseDocumentID("HostComputeNamespace", e.Namespace)
	return err
}

// fillMAC checks the document's MAC address, or assigns one of the network's pool. HNS does not check whether another
// endpoint of the network has the address (kubernetes' TestHashEndpoints), and keeps its spelling, including colons and
// case (acs-engine#1903, calico#4682).
func (t Rules) fillMAC(n *objects.Network, e *objects.Endpoint) error {
	if e.MAC == "" {
		if e.Remote() && n.Type == hcnspec.Overlay {
			return refusal.With(hostnet.CodeInvalidEndpoint, "a remote endpoint of an overlay needs a MAC address")
		}
		var err error
		e.MAC, err = addresses.On(t.Tx).FreeMAC(n, e.ID)
		return err
	}
	if _, ok := policy.ParseMAC(e.MAC); !ok {
		return refusal.With(hostnet.CodeInvalidEndpoint, "%q is no MAC address", e.MAC)
	}
	return nil
}

// fillRoutes checks the document's routes, or sets default routes over the gateways of the subnets that the addresses
// are in.
func (t Rules) fillRoutes(n *objects.Network, e *objects.Endpoint) error {
	subnets, err := objects.ReadSubnets(&n.Network)
	if err != nil {
		return err
	}
	for _, r := range e.Routes {
		if _, err := netip.ParsePrefix(r.DestinationPrefix); err != nil {
			return refusal.With(hostnet.CodeInvalidEndpoint, "route to %q, which is no prefix", r.DestinationPrefix)
		}
		if err := t.checkNextHop(r, subnets); err != nil && !e.Remote() {
			return err
		}
	}
	if len(e.Routes) > 0 || e.Remote() {
		return nil
	}
	for _, c := range e.IPConfigs {
		a, err := netip.ParseAddr(c.IPAddress)
		if err != nil {
			continue // rejected earlier
		}
		for _, s := range subnets {
			if s.Prefix.Contains(a) && s.Gateway.IsValid() {
				e.Routes = append(e.Routes, hcnspec.DefaultRoute(s.Gateway))
			}
		}
	}
	return nil
}

// emptyHop is the first HNS that rejects a route without a next hop (WCN#116 of 2025 names no version and no code: both
// are guesses; hcsshim#2484 shows such a route in a document).
var emptyHop = hcnspec.Version{Major: 16}

// checkNextHop rejects a next hop outside every subnet (sigwin#181). A network without subnets leaves addresses to the
// LAN, and accepts any.
func (t Rules) checkNextHop(r hcnspec.Route, subnets []objects.Subnet) error {
	if r.NextHop == "" {
		if t.Version().AtLeast(emptyHop) {
			return refusal.With(hostnet.CodeInvalidIP, "route to %s without a next hop", r.DestinationPrefix)
		}
		return nil
	}
	hop, err := netip.ParseAddr(r.NextHop)
	if err != nil {
		return refusal.With(hostnet.CodeInvalidEndpoint, "route over %q, which is no address", r.NextHop)
	}
	if hcnrule.Reaches(subnets, hop) {
		return nil
	}
	return refusal.With(hostnet.CodeInvalidIP, "next hop %s is in no subnet of the network", hop)
}

// fillDNS gives an endpoint without DNS that of its network, or else of the node (hcsshim#1746, #2369, WC#563).
func (t Rules) fillDNS(n *objects.Network, e *objects.Endpoint) error {
	if e.DNS.IsZero() && !e.Remote() {
		e.DNS = n.DNS
		if n.DNS.IsZero() {
			e.DNS = t.Profile.DNS
		}
	}
	return nil
}

// unnamed is HNS's name for an endpoint without a name (acs-engine#1903, WC#631).
const unnamed = "Ethernet"

func (t Rules) fillName(_ *objects.Network, e *objects.Endpoint) error {
	if e.Name == "" {
		e.Name = unnamed
	}
	return nil
}

// Modify changes an endpoint's policies.
func (t Rules) Modify(id, settings string) error {
	e, err := objects.LoadEndpoint(t.Tx, id)
	if err != nil {
		return err
	}
	var request hcnspec.ModifyRequest
	if err := state.Decode(settings, &request); err != nil {
		return err
	}
	switch request.ResourceType {
	case hcnspec.ResourcePolicy:
	case hcnspec.ResourcePort:
		return nil // a port for a virtual machine, which no document shows
	default:
		return refusal.With(hostnet.CodeRequestUnsupported, "endpoints have no resource %q", request.ResourceType)
	}
	var change hcnspec.PolicySettings
	if err := state.Decode(string(request.Settings), &change); err != nil {
		return err
	}
	if e.Policies, err = policy.Change(e.Policies, change.Policies, request.RequestType); err != nil {
		return err
	}
	n, err := objects.LoadNetwork(t.Tx, e.Network)
	if err != nil {
		return err
	}
	for _, step := range []func(*objects.Network, *objects.Endpoint) error{t.CheckEndpointPolicies, t.TakePorts, t.JudgeHealth} {
		if err := step(n, e); err != nil {
			return err
		}
	}
	return t.Save(state.KindEndpoint, e)
}

// Delete deletes an endpoint, attached or not, and removes it from its namespace, load balancers and routes.
func (t Rules) Delete(id string) error {
	e, err := objects.LoadEndpoint(t.Tx, id)
	if err != nil {
		return err
	}
	if err := namespaces.On(t.Tx).Leave(e); err != nil {
		return err
	}
	for _, b := range t.FindAll(state.KeyReference(id, state.KindLoadBalancer, "")) {
		if err := loadbalancers.On(t.Tx).DropBackend(b, id); err != nil {
			return err
		}
	}
	for _, r := range t.FindAll(state.KeyReference(id, state.KindSdnRoute, "")) {
		if err := loadbalancers.On(t.Tx).DropRouteEndpoint(r, id); err != nil {
			return err
		}
	}
	return t.Remove(state.KindEndpoint, id)
}
