package policy

import (
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// compiler reads one configuration into a Set.
type compiler struct {
	*confdoc.Report
	cfg      *netconf.Config
	network  hcnspec.NetworkType
	set      *Set
	ipsets   map[string]bool // the IDs of the SetPolicy entries
	nat      natMerge
	ports    publishedPorts
	isolated isolation
	vxlanAt  struct {
		port uint16
		path string
	}
	qos    bandwidthLimit
	fronts map[frontEnd]string // taken front ends, with the path of the load balancer
}

// Compile validates every policy, port mapping and limit of cfg and creates the HCN documents for a network of the
// given type. The Set may be used only if there are no errors; it contains the warnings.
func Compile(cfg *netconf.Config, network hcnspec.NetworkType) (*Set, confdoc.Findings) {
	c := &compiler{
		Report: &confdoc.Report{Loose: true}, cfg: cfg, network: network, set: &Set{},
		ports:  publishedPorts{taken: map[nodePort]string{}, priorities: map[uint16]bool{}},
		fronts: map[frontEnd]string{},
	}
	c.ipsets = c.declaredIPSets()
	for _, p := range cfg.Policies {
		c.policy(p)
	}
	c.isolation()
	c.vxlanPort()
	c.masquerade()
	c.mergedNAT()
	c.portMappings()
	c.bandwidth()
	c.loopback()
	errors, warnings := c.Sorted()
	c.set.warnings = warnings
	return c.set, errors
}

// policy reads one entry of a policy list.
func (c *compiler) policy(p netconf.Policy) {
	e, known := lookUp(p.Type)
	if !known {
		c.passThrough(p)
	} else if e.allows(c, p) {
		c.read(e, p)
	}
}

// read decodes the settings and files the resulting rules under the object that the policy applies to.
func (c *compiler) read(e *entry, p netconf.Policy) {
	s := c.settings(p)
	s.name, s.kind = e.name, p.Kind
	before := c.Failed()
	rules := e.read(s)
	s.unused()
	s.Forget()
	if e.gate != nil {
		c.gate(*e.gate, p.Entry.Path())
	}
	if c.Failed() == before {
		c.file(p.Kind, rules)
	}
}

// file adds rules to the part of the Set that kind names.
func (c *compiler) file(kind netconf.PolicyKind, rules []rule) {
	for _, r := range rules {
		switch kind {
		case netconf.EndpointPolicy:
			c.set.endpoint = append(c.set.endpoint, r)
		case netconf.SubnetPolicy:
			c.set.subnet = append(c.set.subnet, r.Policy)
		default:
			c.set.network = append(c.set.network, r.Policy)
		}
	}
}

// passThrough passes a policy of an unknown type to HNS unchanged.
func (c *compiler) passThrough(p netconf.Policy) {
	if p.Kind == netconf.LoadBalancerPolicy {
		c.failType(p, "want LoadBalancer")
		return
	}
	c.typeOf(p).Warn("unknown type; passed to HNS unchanged")
	raw := hcnspec.Policy{Type: hcnspec.PolicyType(p.Type), Settings: p.JSON()}
	c.file(p.Kind, []rule{{Policy: raw, path: p.Entry.Path()}})
}

// typeOf returns the value of a policy's Type.
func (c *compiler) typeOf(p netconf.Policy) confdoc.Value { return c.Read(p.Body).Get("Type") }

func (c *compiler) failType(p netconf.Policy, format string, args ...any) {
	c.typeOf(p).Fail(format, args...)
}

// fail records an error about the value at a path of the configuration.
func (c *compiler) fail(path, format string, args ...any) {
	c.Add(c.cfg.Document.At(path), confdoc.Error, path, format, args...)
}

// warn records a warning about the value at a path of the configuration.
func (c *compiler) warn(path, format string, args ...any) {
	c.Add(c.cfg.Document.At(path), confdoc.Warning, path, format, args...)
}

// gate records that the value at path needs a feature of HNS.
func (c *compiler) gate(f hcnspec.Feature, path string) {
	c.set.gates = append(c.set.gates, Gate{Feature: f, Path: path})
}
