package policy

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Set is the compiled policies of a configuration. Its methods return new slices.
type Set struct {
	network       []hcnspec.Policy
	subnet        []hcnspec.Policy
	vsids         []hcnspec.Policy // one for every subnet, or one for all of them
	endpoint      []rule
	loopbackDSR   bool
	destinations  []string // that OutBoundNAT policies of the configuration translate to
	loadBalancers []hcnspec.LoadBalancer
	gates         []Gate
	warnings      confdoc.Findings
}

// anyFamily stands for a policy of every endpoint, whatever its addresses.
const anyFamily hcnspec.Families = 0

// rule is a policy that may apply to endpoints of one address family only.
type rule struct {
	hcnspec.Policy
	family hcnspec.Families
	path   string // of the value that requested it
}

// Gate records that the value at Path needs a feature that not every HNS has.
type Gate struct {
	Feature hcnspec.Feature
	Path    string
}

// Network returns the policies of a network that the plugin creates. NetAdapterName is among them only if the
// configuration has it as a policy, not for master.
func (s *Set) Network() []hcnspec.Policy { return slices.Clone(s.network) }

// SubnetAt returns the policies of a new network's i-th subnet: VLAN and VSID, both from policies and from
// the fields vlan and vsid. A list of several VSIDs has one for each subnet, in order; a single one is for
// every subnet.
func (s *Set) SubnetAt(i int) []hcnspec.Policy {
	policies := slices.Clone(s.subnet)
	switch {
	case len(s.vsids) == 1:
		return append(policies, s.vsids[0])
	case i >= 0 && i < len(s.vsids):
		return append(policies, s.vsids[i])
	}
	return policies
}

// Endpoint returns the policies of an endpoint with addresses of the given families, in the order in which the
// configuration has them, with port mappings and their ACLs at the end. There is at most one plain OutBoundNAT for each
// family, as HNS requires (AgentBaker#3049).
func (s *Set) Endpoint(families hcnspec.Families) []hcnspec.Policy {
	var policies []hcnspec.Policy
	for _, r := range s.endpoint {
		if families.Has(r.family) {
			policies = append(policies, r.Policy)
		}
	}
	return policies
}

// Unserved returns what the configuration requests but Endpoint leaves out because the endpoint has no address of that
// family: a port published on an IPv6 address for a pod that has only IPv4.
func (s *Set) Unserved(families hcnspec.Families) confdoc.Findings {
	var out confdoc.Findings
	for _, r := range s.endpoint {
		if !families.Has(r.family) && r.path != "" {
			msg := fmt.Sprintf("%s is for %s, but the endpoint has no such address", r.Type, r.family)
			out = append(out, confdoc.Finding{Path: r.path, Message: msg})
		}
	}
	return out
}

// Loopback returns the policies that let a pod with these addresses reach itself through a service's address (loopback
// DSR): one for each address, because HNS accepts one family per policy (ACN#2597). It is empty if the configuration
// does not request it. It needs FeatureDSR, which Gates reports.
func (s *Set) Loopback(addrs []netip.Addr) []hcnspec.Policy {
	if !s.loopbackDSR {
		return nil
	}
	var policies []hcnspec.Policy
	seen := s.natDestinations()
	for _, a := range addrs {
		a = a.Unmap().WithZone("")
		if !a.IsValid() || seen[a.String()] {
			continue
		}
		seen[a.String()] = true
		policies = append(policies, destinationNAT(a))
	}
	return policies
}

// LoadBalancers returns the load balancers that the endpoint joins, in order, without endpoints.
func (s *Set) LoadBalancers() []hcnspec.LoadBalancer {
	out := make([]hcnspec.LoadBalancer, 0, len(s.loadBalancers))
	for _, lb := range s.loadBalancers {
		lb.FrontendVIPs = slices.Clone(lb.FrontendVIPs)
		lb.PortMappings = slices.Clone(lb.PortMappings)
		out = append(out, lb)
	}
	return out
}

// Gates returns the features of HNS that the configuration needs.
func (s *Set) Gates() []Gate { return slices.Clone(s.gates) }

// Supported returns a problem for every gate whose feature an HNS of version v lacks.
func (s *Set) Supported(v hcnspec.Version) confdoc.Findings {
	var problems confdoc.Findings
	for _, g := range s.gates {
		if !g.Feature.In(v) {
			msg := fmt.Sprintf("needs HNS %s (%s); this node has %s", g.Feature.Versions(), g.Feature.Name, v)
			problems = append(problems, confdoc.Finding{Path: g.Path, Message: msg})
		}
	}
	return problems
}

// Warnings returns advice about settings without effect or with an unexpected one.
func (s *Set) Warnings() confdoc.Findings { return slices.Clone(s.warnings) }
