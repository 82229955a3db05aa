package policy

import (
	"strconv"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// acl reads ACL, in its v1 and v2 spellings, and NetworkACL.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#AclPolicySetting
func acl(s *settings) []rule {
	out := hcnspec.ACLSetting{
		Protocols:       s.protocols("Protocols", "Protocol"),
		LocalAddresses:  s.matchAddresses("LocalAddresses", "LocalAddress"),
		RemoteAddresses: s.matchAddresses("RemoteAddresses", "RemoteAddress"),
		LocalPorts:      s.ports("LocalPorts", "LocalPort"),
		RemotePorts:     s.ports("RemotePorts", "RemotePort"),
		Priority:        s.priority(),
	}
	if v, ok := s.require("Allow, Block or Pass", "Action"); ok {
		out.Action, _ = choice(v, hcnspec.ACLAllow, hcnspec.ACLBlock, hcnspec.ACLPass)
	}
	out.Direction = s.direction()
	if v, ok := s.find("RuleType"); ok {
		out.RuleType, _ = choice(v, hcnspec.ACLHost, hcnspec.ACLSwitch)
	}
	if s.kind == netconf.EndpointPolicy && out.Priority != 0 {
		s.c.ports.priorities[out.Priority] = true
	}
	s.warnOfNATRules()
	return s.made(out)
}

// warnOfNATRules tells what users found out about ACLs on NAT networks.
func (s *settings) warnOfNATRules() {
	if s.c.network == hcnspec.NAT && s.kind == netconf.EndpointPolicy {
		s.c.warn(s.path, "(an object): ACLs of endpoints on a NAT network have no effect on Windows Server 2025 (Windows-Containers#616)")
	}
}

func (s *settings) direction() hcnspec.ACLDirection {
	v, ok := s.require("In or Out", "Direction")
	if !ok {
		return ""
	}
	d, _ := choice(v, hcnspec.ACLIn, hcnspec.ACLOut)
	return d
}

// priority is 0 where none is given: HNS chooses then. Rules of users are best kept to 100-4096, for HNS has
// rules of its own beside that, but AKS uses 65500.
func (s *settings) priority() uint16 {
	v, ok := s.find("Priority")
	if !ok {
		return 0
	}
	n, _ := v.number(0, maxUint16)
	return uint16(n)
}

// tierACL reads TierAcl: an ordered tier of rules.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#TierAclPolicySetting
func tierACL(s *settings) []rule {
	out := hcnspec.TierACLSetting{Direction: s.direction()}
	if v, ok := s.require("the name of the tier", "Name"); ok {
		out.Name, _ = v.text()
	}
	if v, ok := s.find("Order"); ok {
		n, _ := v.number(0, maxUint16)
		out.Order = uint16(n)
	}
	if v, ok := s.require("a list of rules", "TierAclRules"); ok {
		out.TierAclRules = tierRules(v)
	}
	return s.made(out)
}

func tierRules(v value) []hcnspec.TierACLRule {
	items := v.items()
	if len(items) == 0 {
		v.fail("want at least one rule")
	}
	rules := make([]hcnspec.TierACLRule, 0, len(items))
	for _, item := range items {
		s, ok := item.object()
		if !ok {
			continue
		}
		s.name = hcnspec.TierACL
		rules = append(rules, tierRule(s))
		s.unused()
	}
	return rules
}

func tierRule(s *settings) hcnspec.TierACLRule {
	out := hcnspec.TierACLRule{
		Protocols:       s.protocols("Protocols", "Protocol"),
		LocalAddresses:  s.matchAddresses("LocalAddresses"),
		RemoteAddresses: s.matchAddresses("RemoteAddresses"),
		LocalPorts:      s.ports("LocalPorts"),
		RemotePorts:     s.ports("RemotePorts"),
		Priority:        s.priority(),
	}
	if v, ok := s.find("Id"); ok {
		out.ID, _ = v.text()
	}
	if v, ok := s.require("Allow, Block or Pass", "TierAclRuleAction", "Action"); ok {
		out.TierAclRuleAction, _ = choice(v, hcnspec.ACLAllow, hcnspec.ACLBlock, hcnspec.ACLPass)
	}
	return out
}

// portACL lets traffic to a published port of the container in.
func portACL(protocol uint32, port, priority uint16) hcnspec.Policy {
	return hcnspec.NewPolicy(hcnspec.ACL, hcnspec.ACLSetting{
		Protocols:  strconv.FormatUint(uint64(protocol), 10),
		Action:     hcnspec.ACLAllow,
		Direction:  hcnspec.ACLIn,
		LocalPorts: strconv.FormatUint(uint64(port), 10),
		Priority:   priority,
	})
}
