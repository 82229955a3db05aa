package hcnemu

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// loadBalancer is a stored load balancer.
type loadBalancer struct{ hcnspec.LoadBalancer }

func (b *loadBalancer) id() string { return b.ID }

func (b *loadBalancer) keys() []string {
	var keys []string
	for _, e := range b.Endpoints {
		keys = append(keys, keyReference(e, KindLoadBalancer, b.ID))
	}
	for _, f := range b.frontEnds() {
		keys = append(keys, f.key())
	}
	return keys
}

// frontEnds are what no two load balancers may share: address, protocol and port. One without
// addresses listens on the node's own.
func (b *loadBalancer) frontEnds() []frontEnd {
	var all []frontEnd
	vips := b.FrontendVIPs
	if len(vips) == 0 {
		vips = []string{""}
	}
	for _, vip := range vips {
		for _, p := range b.PortMappings {
			all = append(all, frontEnd{vip, p.Protocol, p.ExternalPort, b.Flags & hcnspec.LoadBalancerIPv6})
		}
	}
	return all
}

func (t *tx) loadLoadBalancer(id string) (*loadBalancer, error) {
	b := new(loadBalancer)
	return b, t.load(KindLoadBalancer, id, b)
}

func (t *tx) createLoadBalancer(id, settings string) (string, error) {
	b := new(loadBalancer)
	if err := decode(settings, &b.LoadBalancer); err != nil {
		return "", err
	}
	var err error
	if b.ID, err = t.chooseID(KindLoadBalancer, b.ID, id); err != nil {
		return "", err
	}
	if err := t.checkLoadBalancer(b); err != nil {
		return "", err
	}
	return b.ID, t.save(KindLoadBalancer, b)
}

// modifyLoadBalancer replaces the document of a load balancer.
func (t *tx) modifyLoadBalancer(id, settings string) error {
	if _, err := t.loadLoadBalancer(id); err != nil {
		return err
	}
	if err := t.need(hcnspec.FeatureModifyLoadBalancer, hostnet.CodeNotImplemented); err != nil {
		return err
	}
	b := new(loadBalancer)
	if err := decode(settings, &b.LoadBalancer); err != nil {
		return err
	}
	b.ID = id
	if err := t.checkLoadBalancer(b); err != nil {
		return err
	}
	return t.save(KindLoadBalancer, b)
}

func (t *tx) checkLoadBalancer(b *loadBalancer) error {
	b.SchemaVersion = hcnspec.SchemaV2
	for _, step := range []func(*loadBalancer) error{
		t.checkBackends, t.checkLoadBalancerFlags, t.checkVIPs, t.checkLoadBalancerPorts, t.checkFrontEnds,
	} {
		if err := step(b); err != nil {
			return err
		}
	}
	return nil
}

// maxBackends2019 is how many endpoints a load balancer of Windows Server 2019 takes (k8s#98680).
const maxBackends2019 = 64

// checkBackends canonicalises the endpoints and refuses ones that are not there.
func (t *tx) checkBackends(b *loadBalancer) error {
	if len(b.Endpoints) == 0 {
		return refuse(hostnet.CodeInvalidParameter, "a load balancer needs an endpoint")
	}
	if t.version().Major == 9 && len(b.Endpoints) > maxBackends2019 {
		return refuse(hostnet.CodeInvalidParameter, "%d endpoints; HNS %s takes %d", len(b.Endpoints), t.version(), maxBackends2019)
	}
	var err error
	b.Endpoints, err = t.checkReferences(b.Endpoints)
	return err
}

// checkReferences returns the IDs in canonical form; each must be an endpoint's.
func (t *tx) checkReferences(ids []string) ([]string, error) {
	var canonical []string
	for _, id := range ids {
		c, err := parseDocumentID("HostComputeEndpoints", id)
		if err != nil {
			return nil, err
		}
		if !t.has(KindEndpoint, c) {
			return nil, refuse(hostnet.CodeEndpointNotFound, "there is no endpoint %s", id)
		}
		if !slices.Contains(canonical, c) {
			canonical = append(canonical, c)
		}
	}
	return canonical, nil
}

func (t *tx) checkLoadBalancerFlags(b *loadBalancer) error {
	if b.Flags&hcnspec.LoadBalancerDSR != 0 {
		if err := t.need(hcnspec.FeatureDSR, hostnet.CodeInvalidPolicy); err != nil {
			return err
		}
	}
	if b.Flags&hcnspec.LoadBalancerIPv6 != 0 {
		return t.need(hcnspec.FeatureIPv6DualStack, hostnet.CodeInvalidPolicy)
	}
	return nil
}

// checkVIPs wants addresses of the load balancer's family.
func (t *tx) checkVIPs(b *loadBalancer) error {
	vips := slices.Clone(b.FrontendVIPs)
	if b.SourceVIP != "" {
		vips = append(vips, b.SourceVIP)
	}
	for _, vip := range vips {
		a, err := netip.ParseAddr(vip)
		if err != nil {
			return refuse(hostnet.CodeInvalidPolicy, "%q is no address", vip)
		}
		if a.Is6() != (b.Flags&hcnspec.LoadBalancerIPv6 != 0) {
			return refuse(hostnet.CodeInvalidPolicy, "address %s is not of the load balancer's family", vip)
		}
	}
	return nil
}

func (t *tx) checkLoadBalancerPorts(b *loadBalancer) error {
	if len(b.PortMappings) == 0 {
		return refuse(hostnet.CodeInvalidPolicy, "a load balancer needs a port mapping")
	}
	for _, p := range b.PortMappings {
		switch {
		case p.Protocol != protocolTCP && p.Protocol != protocolUDP:
			return refuse(hostnet.CodeInvalidPolicy, "protocol %d is not TCP (6) or UDP (17)", p.Protocol)
		case p.InternalPort == 0 || p.ExternalPort == 0:
			return refuse(hostnet.CodeInvalidPolicy, "port 0")
		case p.DistributionType > hcnspec.DistributionSourceIP:
			return refuse(hostnet.CodeInvalidPolicy, "no distribution has number %d", p.DistributionType)
		}
		if p.DistributionType != hcnspec.DistributionNone {
			if err := t.need(hcnspec.FeatureSessionAffinity, hostnet.CodeInvalidPolicy); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkFrontEnds refuses a front end that another load balancer has (k8s#139519), or that stands
// twice in this one.
func (t *tx) checkFrontEnds(b *loadBalancer) error {
	seen := map[frontEnd]bool{}
	for _, f := range b.frontEnds() {
		if holder := t.find(f.key()); seen[f] || holder != "" && holder != b.ID {
			return refuse(hostnet.CodeAlreadyExists, "a load balancer with front end %s is there", f)
		}
		seen[f] = true
	}
	return nil
}

// dropBackend takes an endpoint out of a load balancer, which stays without any.
func (t *tx) dropBackend(id, endpointID string) error {
	b, err := t.loadLoadBalancer(id)
	if err != nil {
		return err
	}
	b.Endpoints = slices.DeleteFunc(b.Endpoints, func(e string) bool { return e == endpointID })
	return t.save(KindLoadBalancer, b)
}
