package policy

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// compiler reads one configuration into a Set.
type compiler struct {
	cfg      *netconf.Config
	network  hcnspec.NetworkType
	set      *Set
	problems confdoc.Findings
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

// Compile validates every policy, port mapping and limit of cfg and makes the HCN documents for a network
// of the given type. The Set may be used only where there are no problems.
func Compile(cfg *netconf.Config, network hcnspec.NetworkType) (*Set, confdoc.Findings) {
	c := &compiler{cfg: cfg, network: network, set: &Set{}}
	c.ports.priorities = map[uint16]bool{}
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
	return c.set, c.problems
}

// policy reads one entry of a policy list.
func (c *compiler) policy(p netconf.Policy) {
	kind, known := kindOf(p.Kind)
	if !known {
		c.strangeKind(p)
		return
	}
	if p.Type == "" {
		c.fail(typePath(p), "is missing: want the type of the policy, for example ACL")
		return
	}
	e, known := lookUp(p.Type)
	if !known {
		c.passThrough(kind, p)
		return
	}
	if e.allows(c, kind, p) {
		c.read(e, kind, p)
	}
}

// read decodes the settings and files what they become under the object that the policy is put on.
func (c *compiler) read(e *entry, kind netconf.PolicyKind, p netconf.Policy) {
	s, ok := c.settings(p)
	if !ok {
		return
	}
	s.name, s.kind = e.name, kind
	before := len(c.problems)
	rules := e.read(s)
	s.unused()
	if e.gate != nil {
		c.gate(*e.gate, p.Path)
	}
	if len(c.problems) == before {
		c.file(kind, rules)
	}
}

// file adds rules to the part of the Set that kind names.
func (c *compiler) file(kind netconf.PolicyKind, rules []rule) {
	if kind == netconf.EndpointPolicy {
		c.set.endpoint = append(c.set.endpoint, rules...)
		return
	}
	for _, r := range rules {
		c.set.network = append(c.set.network, r.Policy)
	}
}

// passThrough hands a policy of a type that this package does not know to HNS as it is.
func (c *compiler) passThrough(kind netconf.PolicyKind, p netconf.Policy) {
	if kind == netconf.LoadBalancerPolicy {
		c.fail(typePath(p), "%q: want LoadBalancer", p.Type)
		return
	}
	s, ok := c.settings(p)
	if !ok {
		return
	}
	c.warn(typePath(p), "%q: not a type that this plugin knows; it goes to HNS as it is", p.Type)
	raw := rule{Policy: hcnspec.Policy{Type: hcnspec.PolicyType(p.Type), Settings: s.rest()}, path: p.Path}
	if kind == netconf.SubnetPolicy {
		c.set.subnet = append(c.set.subnet, raw.Policy)
		return
	}
	c.file(kind, []rule{raw})
}

// strangeKind judges an entry whose Name is none of the four kinds. One that speaks of a policy was meant
// as one, and losing it silently is what bites users of other plugins; anything else is not for us.
func (c *compiler) strangeKind(p netconf.Policy) {
	path := p.Path + ".Name"
	want := "want EndpointPolicy, NetworkPolicy, SubnetPolicy or LoadBalancerPolicy"
	if strings.Contains(strings.ToLower(string(p.Kind)), "policy") {
		c.fail(path, "%q: %s", string(p.Kind), want)
		return
	}
	c.warn(path, "%q: not a policy, so it has no effect; %s", string(p.Kind), want)
}

func kindOf(name netconf.PolicyKind) (netconf.PolicyKind, bool) {
	for _, k := range []netconf.PolicyKind{
		netconf.EndpointPolicy, netconf.NetworkPolicy, netconf.SubnetPolicy, netconf.LoadBalancerPolicy,
	} {
		if strings.EqualFold(string(k), string(name)) {
			return k, true
		}
	}
	return "", false
}

// typePath is the place of the policy's Type: beside Settings, or among them where the policy is flat.
func typePath(p netconf.Policy) string {
	path := settingsPath(p)
	if i := strings.LastIndexByte(path, '.'); i >= 0 && strings.EqualFold(path[i+1:], "Settings") {
		path = path[:i]
	}
	return path + ".Type"
}

func settingsPath(p netconf.Policy) string {
	if p.SettingsPath != "" {
		return p.SettingsPath
	}
	return p.Path + ".Value.Settings"
}

func (c *compiler) fail(path, format string, args ...any) {
	c.problems = append(c.problems, confdoc.Finding{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (c *compiler) warn(path, format string, args ...any) {
	c.set.warnings = append(c.set.warnings,
		confdoc.Finding{Path: path, Severity: confdoc.Warning, Message: fmt.Sprintf(format, args...)})
}

// gate records that what stands at path needs a feature of HNS.
func (c *compiler) gate(f hcnspec.Feature, path string) {
	c.set.gates = append(c.set.gates, Gate{Feature: f, Path: path})
}
