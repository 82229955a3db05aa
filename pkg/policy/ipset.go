package policy

import (
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// ipSet reads SetPolicy: a named set of addresses, or of such sets, to which ACLs refer.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#SetPolicySetting
func ipSet(s *settings) []rule {
	id := s.Require("the ID that ACLs refer to", "Id")
	name, _ := s.Require("a name", "Name").Str()
	out := hcnspec.SetPolicySetting{ID: s.text("Id"), Name: name, Type: hcnspec.SetPolicyIPSet}
	if strings.Contains(out.ID, ",") {
		id.Fail("want an ID without a comma, which separates those that an ACL lists")
	}
	if v := s.Get("PolicyType", "SetType"); v.Given() {
		out.Type, _ = confdoc.Choice(v, hcnspec.SetPolicyIPSet, hcnspec.SetPolicyNestedIPSet)
	}
	if out.Type == hcnspec.SetPolicyNestedIPSet {
		s.c.gate(hcnspec.FeatureNestedIPSet, s.Path())
		out.Values = s.joined([]string{"Values"}, s.setID)
		return s.made(out)
	}
	out.Values = s.matchAddresses("Values")
	return s.made(out)
}

// setID returns the ID of another set of this configuration.
func (s *settings) setID(v confdoc.Value) string {
	id, ok := v.Str()
	if ok && !s.c.ipsets[id] {
		v.Fail("want the Id of a SetPolicy of this configuration")
	}
	return id
}

// declaredIPSets returns the IDs of the SetPolicy entries, to which rules may refer before or after their declaration.
func (c *compiler) declaredIPSets() map[string]bool {
	ids := map[string]bool{}
	for _, p := range c.cfg.Policies {
		if !strings.EqualFold(p.Type, string(hcnspec.SetPolicy)) {
			continue
		}
		for _, n := range p.From().Children() {
			if strings.EqualFold(n.Key(), "Id") {
				ids[strings.TrimSpace(n.Text())] = true
			}
		}
	}
	delete(ids, "")
	return ids
}
