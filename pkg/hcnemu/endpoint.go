package hcnemu

import (
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// endpoint is a stored endpoint.
type endpoint struct {
	hcnspec.Endpoint
	State      hcnspec.EndpointState
	Fault      hostnet.Code `json:",omitempty"` // what its Health reports
	Containers []string     `json:",omitempty"` // that share it (v1)
	Reused     bool         `json:",omitempty"` // was attached and detached
	Leased     bool         `json:",omitempty"` // its addresses came from the LAN with the attachment
}

func (e *endpoint) id() string { return e.ID }

func (e *endpoint) remote() bool { return e.Flags&hcnspec.EndpointFlagRemote != 0 }

// keys are the ways to an endpoint. The addresses, MAC and ports of a remote one are another node's.
func (e *endpoint) keys() []string {
	keys := []string{keyName(KindEndpoint, e.Name, e.ID), keyOfNetwork(e.Network, e.ID)}
	if e.remote() {
		return keys
	}
	keys = append(keys, keyMAC(e.Network, e.MAC))
	for _, c := range e.IPConfigs {
		if a, err := netip.ParseAddr(c.IPAddress); err == nil {
			keys = append(keys, keyAddress(e.Network, a))
		}
	}
	for _, p := range portsOf(e.Policies) {
		keys = append(keys, p.key(e.ID))
	}
	return keys
}

// returned is the document as HNS returns it. The namespace's ID is in lower case there, while the
// namespace's own document has it in upper case (hcsshim#1270).
func (e *endpoint) returned() hcnspec.Endpoint {
	doc := e.Endpoint
	doc.Namespace = strings.ToLower(doc.Namespace)
	doc.SchemaVersion = hcnspec.SchemaV2
	doc.Health = healthy(e.ID, e.Fault, "Endpoint Port")
	return doc
}

func (t *tx) loadEndpoint(id string) (*endpoint, error) {
	e := new(endpoint)
	return e, t.load(KindEndpoint, id, e)
}

// createEndpoint makes an endpoint on the network of a v2 or v1 document.
func (t *tx) createEndpoint(networkID, id, settings string) (string, error) {
	n, err := t.loadNetwork(networkID)
	if err != nil {
		return "", err
	}
	e, err := readEndpoint(settings)
	if err != nil {
		return "", err
	}
	if e.ID, err = t.chooseID(KindEndpoint, e.ID, id); err != nil {
		return "", err
	}
	e.State = hcnspec.StateCreated
	for _, step := range []func(*network, *endpoint) error{
		t.checkEndpointNetwork, t.checkEndpointPolicies, t.fillAddresses, t.fillMAC, t.fillRoutes, t.fillDNS,
		t.takePorts, t.judgeHealth,
	} {
		if err := step(n, e); err != nil {
			return "", err
		}
	}
	namespace := e.Namespace
	e.Namespace = ""
	if err := t.save(KindEndpoint, e); err != nil {
		return "", err
	}
	if namespace != "" {
		err = t.attach(namespace, e.ID)
	}
	return e.ID, err
}

// checkEndpointNetwork refuses a document that names another network than the handle's.
func (t *tx) checkEndpointNetwork(n *network, e *endpoint) error {
	given, err := parseDocumentID("HostComputeNetwork", e.Network)
	if err != nil {
		return err
	}
	if given != "" && given != n.ID {
		return refuse(hostnet.CodeInvalidEndpoint, "the document names network %s, the call %s", given, n.ID)
	}
	e.Network = n.ID
	e.Namespace, err = parseDocumentID("HostComputeNamespace", e.Namespace)
	return err
}

// fillMAC checks the document's MAC address, or gives one of the network's pool. One that another
// endpoint of the network has is refused.
func (t *tx) fillMAC(n *network, e *endpoint) error {
	if e.MAC == "" {
		if e.remote() && n.Type == hcnspec.Overlay {
			return refuse(hostnet.CodeInvalidEndpoint, "a remote endpoint of an overlay needs a MAC address")
		}
		var err error
		e.MAC, err = t.freeMAC(n)
		return err
	}
	m, ok := parseMAC(e.MAC)
	if !ok {
		return refuse(hostnet.CodeInvalidEndpoint, "%q is no MAC address", e.MAC)
	}
	e.MAC = m.String()
	if holder := t.find(keyMAC(n.ID, e.MAC)); holder != "" && !e.remote() {
		return refuse(hostnet.CodeObjectAlreadyExists, "MAC address %s is endpoint %s's", e.MAC, holder)
	}
	return nil
}

// fillRoutes checks the document's routes, or gives default routes over the gateways of the subnets
// that the addresses are in.
func (t *tx) fillRoutes(n *network, e *endpoint) error {
	for _, r := range e.Routes {
		if _, err := netip.ParsePrefix(r.DestinationPrefix); err != nil {
			return refuse(hostnet.CodeInvalidEndpoint, "route to %q, which is no prefix", r.DestinationPrefix)
		}
		if _, err := netip.ParseAddr(r.NextHop); err != nil && r.NextHop != "" {
			return refuse(hostnet.CodeInvalidEndpoint, "route over %q, which is no address", r.NextHop)
		}
	}
	if len(e.Routes) > 0 || e.remote() {
		return nil
	}
	subnets, err := readSubnets(&n.Network)
	if err != nil {
		return err
	}
	for _, c := range e.IPConfigs {
		a, err := netip.ParseAddr(c.IPAddress)
		if err != nil {
			continue // refused before
		}
		for _, s := range subnets {
			if s.prefix.Contains(a) && s.gateway.IsValid() {
				e.Routes = append(e.Routes, defaultRoute(s.gateway))
			}
		}
	}
	return nil
}

// fillDNS gives an endpoint without DNS its network's.
func (t *tx) fillDNS(n *network, e *endpoint) error {
	if e.DNS.IsZero() && !e.remote() {
		e.DNS = n.DNS
	}
	return nil
}

// modifyEndpoint changes an endpoint's policies.
func (t *tx) modifyEndpoint(id, settings string) error {
	e, err := t.loadEndpoint(id)
	if err != nil {
		return err
	}
	var request hcnspec.ModifyRequest
	if err := decode(settings, &request); err != nil {
		return err
	}
	switch request.ResourceType {
	case hcnspec.ResourcePolicy:
	case hcnspec.ResourcePort:
		return nil // a port for a virtual machine: nothing that a document shows
	default:
		return refuse(hostnet.CodeRequestUnsupported, "endpoints have no resource %q", request.ResourceType)
	}
	var change hcnspec.PolicySettings
	if err := decode(string(request.Settings), &change); err != nil {
		return err
	}
	if e.Policies, err = changePolicies(e.Policies, change.Policies, request.RequestType); err != nil {
		return err
	}
	n, err := t.loadNetwork(e.Network)
	if err != nil {
		return err
	}
	for _, step := range []func(*network, *endpoint) error{t.checkEndpointPolicies, t.takePorts, t.judgeHealth} {
		if err := step(n, e); err != nil {
			return err
		}
	}
	return t.save(KindEndpoint, e)
}

// deleteEndpoint deletes an endpoint, attached or not, and takes it out of the namespace, load
// balancers and routes that hold it.
func (t *tx) deleteEndpoint(id string) error {
	e, err := t.loadEndpoint(id)
	if err != nil {
		return err
	}
	if err := t.leave(e); err != nil {
		return err
	}
	for _, b := range t.findAll(keyReference(id, KindLoadBalancer, "")) {
		if err := t.dropBackend(b, id); err != nil {
			return err
		}
	}
	for _, r := range t.findAll(keyReference(id, KindSdnRoute, "")) {
		if err := t.dropRouteEndpoint(r, id); err != nil {
			return err
		}
	}
	return t.remove(KindEndpoint, id)
}
