package policy

import (
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Types of IP sets. A nested one has the IDs of others as its values.
const (
	plainSet  = "IPSET"
	nestedSet = "NESTEDIPSET"
)

// ipSet reads SetPolicy: a named set of addresses, or of such sets, for ACLs to refer to.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#SetPolicySetting
func ipSet(s *settings) []rule {
	var out hcnspec.SetPolicySetting
	if v, ok := s.require("the ID that ACLs refer to", "Id"); ok {
		out.ID, _ = v.text()
		if strings.Contains(out.ID, ",") {
			v.fail("want an ID without a comma, which separates those that an ACL lists")
		}
	}
	if v, ok := s.require("a name", "Name"); ok {
		out.Name, _ = v.text()
	}
	out.Type = plainSet
	if v, ok := s.find("PolicyType", "SetType"); ok {
		out.Type, _ = choice(v, plainSet, nestedSet)
	}
	if out.Type == nestedSet {
		s.c.gate(hcnspec.FeatureNestedIPSet, s.path)
		out.Values = s.joined([]string{"Values"}, value.setID)
		return s.made(out)
	}
	out.Values = s.matchAddresses("Values")
	return s.made(out)
}

// setID returns the ID of another set of this configuration.
func (v value) setID() string {
	id, ok := v.text()
	if ok && !v.c.ipsets[id] {
		v.fail("want the Id of a SetPolicy of this configuration")
	}
	return id
}

// declaredIPSets returns the IDs of the SetPolicy entries, which rules may refer to wherever they stand.
func (c *compiler) declaredIPSets() map[string]bool {
	ids := map[string]bool{}
	for _, p := range c.cfg.Policies {
		if !strings.EqualFold(p.Type, string(hcnspec.SetPolicy)) {
			continue
		}
		members, err := decodeMembers(p.Settings)
		if err != nil {
			continue // reported when the entry is read
		}
		for _, m := range members {
			if strings.EqualFold(m.key, "Id") {
				ids[strings.TrimSpace(stringOf(m.raw))] = true
			}
		}
	}
	delete(ids, "")
	return ids
}
