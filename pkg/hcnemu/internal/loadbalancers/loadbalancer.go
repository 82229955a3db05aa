package loadbalancers

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Create creates a load balancer from its document. The ID is the document's, else id, else a new one.
func (t Rules) Create(id, settings string) (string, error) {
	b := new(objects.LoadBalancer)
	if err := state.Decode(settings, &b.LoadBalancer); err != nil {
		return "", err
	}
	var err error
	if b.ID, err = t.ChooseID(state.KindLoadBalancer, b.ID, id); err != nil {
		return "", err
	}
	if err := t.checkLoadBalancer(b); err != nil {
		return "", err
	}
	return b.ID, t.Save(state.KindLoadBalancer, b)
}

// Modify replaces the document of a load balancer.
func (t Rules) Modify(id, settings string) error {
	if _, err := objects.LoadLoadBalancer(t.Tx, id); err != nil {
		return err
	}
	if t.Version() == ineffective {
		return nil
	}
	if err := t.Need(hcnspec.FeatureModifyLoadBalancer, hostnet.CodeNotImplemented); err != nil {
		return err
	}
	b := new(objects.LoadBalancer)
	if err := state.Decode(settings, &b.LoadBalancer); err != nil {
		return err
	}
	b.ID = id
	if err := t.checkLoadBalancer(b); err != nil {
		return err
	}
	return t.Save(state.KindLoadBalancer, b)
}

func (t Rules) checkLoadBalancer(b *objects.LoadBalancer) error {
	b.SchemaVersion = hcnspec.SchemaV2
	for _, step := range []func(*objects.LoadBalancer) error{
		t.checkBackends, t.checkLoadBalancerFlags, t.checkVIPs, t.checkLoadBalancerPorts, t.checkFrontEnds,
	} {
		if err := step(b); err != nil {
			return err
		}
	}
	return nil
}

// ineffective is the HNS that answers a modification with success and keeps the load balancer as it was
// (k8s#131466).
var ineffective = hcnspec.Version{Major: 15, Minor: 4}

// maxBackends2019 is the limit of endpoints in a load balancer of Windows Server 2019 (k8s#98680).
const maxBackends2019 = 64

// checkBackends canonicalises the endpoints and rejects missing ones.
func (t Rules) checkBackends(b *objects.LoadBalancer) error {
	if len(b.Endpoints) == 0 || slices.Contains(b.Endpoints, "") {
		return refusal.With(hostnet.CodeInvalidJSONReference, "A Reference is required") // k8s#100384
	}
	if t.Version().Major == 9 && len(b.Endpoints) > maxBackends2019 {
		return refusal.With(hostnet.CodeInvalidParameter, "%d endpoints; HNS %s takes %d", len(b.Endpoints), t.Version(), maxBackends2019)
	}
	var err error
	b.Endpoints, err = t.checkReferences(b.Endpoints)
	return err
}

// checkReferences returns the IDs in canonical form; each must be an endpoint's.
func (t Rules) checkReferences(ids []string) ([]string, error) {
	var canonical []string
	for _, id := range ids {
		c, err := state.ParseDocumentID("HostComputeEndpoints", id)
		if err != nil {
			return nil, err
		}
		if c == "" {
			return nil, refusal.With(hostnet.CodeInvalidJSONReference, "an empty reference to an endpoint") // k8s#100384
		}
		if !t.Has(state.KindEndpoint, c) {
			return nil, refusal.With(hostnet.CodeEndpointNotFound, "there is no endpoint %s", id)
		}
		if !slices.Contains(canonical, c) {
			canonical = append(canonical, c)
		}
	}
	return canonical, nil
}

func (t Rules) checkLoadBalancerFlags(b *objects.LoadBalancer) error {
	if b.Flags&hcnspec.LoadBalancerDSR != 0 {
		if err := t.Need(hcnspec.FeatureDSR, hostnet.CodeInvalidPolicy); err != nil {
			return err
		}
	}
	if b.Flags&hcnspec.LoadBalancerIPv6 != 0 {
		return t.Need(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidPolicy)
	}
	return nil
}

// checkVIPs rejects addresses of another family than the load balancer's.
func (t Rules) checkVIPs(b *objects.LoadBalancer) error {
	vips := slices.Clone(b.FrontendVIPs)
	if b.SourceVIP != "" {
		vips = append(vips, b.SourceVIP)
	}
	for _, vip := range vips {
		a, err := netip.ParseAddr(vip)
		if err != nil {
			return refusal.With(hostnet.CodeInvalidPolicy, "%q is no address", vip)
		}
		if a.Is6() != (b.Flags&hcnspec.LoadBalancerIPv6 != 0) {
			return refusal.With(hostnet.CodeInvalidPolicy, "address %s is not of the load balancer's family", vip)
		}
	}
	return nil
}

func (t Rules) checkLoadBalancerPorts(b *objects.LoadBalancer) error {
	if len(b.PortMappings) == 0 {
		return refusal.With(hostnet.CodeInvalidPolicy, "a load balancer needs a port mapping")
	}
	for _, p := range b.PortMappings {
		switch {
		case p.Protocol != node.TCP && p.Protocol != node.UDP:
			return refusal.With(hostnet.CodeInvalidPolicy, "protocol %d is not TCP (6) or UDP (17)", p.Protocol)
		case p.InternalPort == 0 || p.ExternalPort == 0:
			return refusal.With(hostnet.CodeInvalidPolicy, "port 0")
		case p.DistributionType > hcnspec.DistributionSourceIP:
			return refusal.With(hostnet.CodeInvalidPolicy, "no distribution has number %d", p.DistributionType)
		}
		if p.DistributionType != hcnspec.DistributionNone {
			if err := t.Need(hcnspec.FeatureSessionAffinity, hostnet.CodeInvalidPolicy); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkFrontEnds rejects a front end that another load balancer has (k8s#139519), that occurs twice in this one, or
// whose port a program listens on: a program listens on every address, including the front end's
// (kubernetes/community#8883).
func (t Rules) checkFrontEnds(b *objects.LoadBalancer) error {
	seen := map[objects.FrontEnd]bool{}
	for _, f := range b.FrontEnds() {
		if t.Profile.BusyPorts[f.HostPort()] { // kubernetes/community#8883
			return refusal.With(hostnet.CodePortAlreadyExists, "a program of the node has the port of %s", f)
		}
		if holder := t.Find(f.Key()); seen[f] || holder != "" && holder != b.ID {
			return refusal.With(hostnet.CodeAlreadyExists, "a load balancer with front end %s already exists", f)
		}
		seen[f] = true
		if t.Profile.BusyPorts[f.ListensOn()] {
			return refusal.With(hostnet.CodePortAlreadyExists, "a program of the node has port %d", f.ListensOn().Number)
		}
	}
	return nil
}

// DropBackend removes an endpoint from a load balancer, which stays even without endpoints.
func (t Rules) DropBackend(id, endpointID string) error {
	b, err := objects.LoadLoadBalancer(t.Tx, id)
	if err != nil {
		return err
	}
	b.Endpoints = slices.DeleteFunc(b.Endpoints, func(e string) bool { return e == endpointID })
	return t.Save(state.KindLoadBalancer, b)
}
