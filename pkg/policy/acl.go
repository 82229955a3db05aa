package policy

import (
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// acl reads ACL, in its v1 and v2 spellings, and NetworkACL. A missing priority is 0, and HNS chooses one. Users should
// use 100-4096 because HNS has its own rules outside that range, but AKS uses 65500.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#AclPolicySetting
func acl(s *settings) []rule {
	out := hcnspec.ACLSetting{
		Protocols:       s.protocols("Protocols", "Protocol"),
		Action:          s.action("Action"),
		Direction:       s.direction(),
		LocalAddresses:  s.matchAddresses("LocalAddresses", "LocalAddress"),
		RemoteAddresses: s.matchAddresses("RemoteAddresses", "RemoteAddress"),
		LocalPorts:      s.ports("LocalPorts", "LocalPort"),
		RemotePorts:     s.ports("RemotePorts", "RemotePort"),
		Priority:        number[uint16](s, maxUint16, "Priority"),
	}
	out.RuleType, _ = confdoc.Choice(s.Get("RuleType"), hcnspec.ACLHost, hcnspec.ACLSwitch)
	if s.kind == netconf.EndpointPolicy && out.Priority != 0 {
		s.c.ports.priorities[out.Priority] = true
	}
	if s.c.network == hcnspec.NAT && s.kind == netconf.EndpointPolicy {
		s.Warn("ACLs of endpoints on a NAT network have no effect on Windows Server 2025 (Windows-Containers#616)")
	}
	if s.c.network == hcnspec.Transparent && strings.Contains(out.LocalAddresses+out.RemoteAddresses, ":") {
		s.Warn("HNS applies no ACLs to IPv6 on a Transparent network")
	}
	return s.made(out)
}

func (s *settings) action(names ...string) hcnspec.ACLAction {
	a, _ := confdoc.Choice(s.Require("Allow, Block or Pass", names...), hcnspec.ACLAllow, hcnspec.ACLBlock, hcnspec.ACLPass)
	return a
}

func (s *settings) direction() hcnspec.ACLDirection {
	d, _ := confdoc.Choice(s.Require("In or Out", "Direction"), hcnspec.ACLIn, hcnspec.ACLOut)
	return d
}

// tierACL reads TierAcl: an ordered tier of rules.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#TierAclPolicySetting
func tierACL(s *settings) []rule {
	name, _ := s.Require("the name of the tier", "Name").Str()
	return s.made(hcnspec.TierACLSetting{
		Name: name, Direction: s.direction(), Order: number[uint16](s, maxUint16, "Order"),
		TierAclRules: s.tierRules(s.Require("a list of rules", "TierAclRules")),
	})
}

func (s *settings) tierRules(v confdoc.Value) []hcnspec.TierACLRule {
	items := v.Items()
	if len(items) == 0 && v.Given() {
		v.Fail("want at least one rule")
	}
	var rules []hcnspec.TierACLRule
	for _, item := range items {
		if r, ok := s.object(item); ok {
			rules = append(rules, tierRule(r))
			r.unused()
		}
	}
	return rules
}

func tierRule(s *settings) hcnspec.TierACLRule {
	return hcnspec.TierACLRule{
		ID:                s.text("Id"),
		Protocols:         s.protocols("Protocols", "Protocol"),
		TierAclRuleAction: s.action("TierAclRuleAction", "Action"),
		LocalAddresses:    s.matchAddresses("LocalAddresses"),
		RemoteAddresses:   s.matchAddresses("RemoteAddresses"),
		LocalPorts:        s.ports("LocalPorts"),
		RemotePorts:       s.ports("RemotePorts"),
		Priority:          number[uint16](s, maxUint16, "Priority"),
	}
}

// portACL admits traffic to a published port of the container.
func portACL(protocol uint32, port, priority uint16) hcnspec.Policy {
	return hcnspec.NewPolicy(hcnspec.ACL, hcnspec.ACLSetting{
		Protocols:  strconv.FormatUint(uint64(protocol), 10),
		Action:     hcnspec.ACLAllow,
		Direction:  hcnspec.ACLIn,
		LocalPorts: strconv.FormatUint(uint64(port), 10),
		Priority:   priority,
	})
}
