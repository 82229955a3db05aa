package netconf

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// policyLists are the names of the fields that hold policies. A configuration may have all of them.
var policyLists = []string{"AdditionalArgs", "policies", "HcnPolicyArgs"}

var policyKinds = []PolicyKind{EndpointPolicy, NetworkPolicy, SubnetPolicy, LoadBalancerPolicy}

// policies reads the policy lists in the order of the document.
func (r *reader) policies(c *Config, root *node) {
	var lists []*node
	for _, name := range policyLists {
		if n := r.field(root, name); n != nil {
			lists = append(lists, n)
		}
	}
	slices.SortFunc(lists, func(a, b *node) int { return a.start - b.start })
	for _, n := range lists {
		for _, item := range r.items(n) {
			if p, ok := r.policy(item); ok {
				c.Policies = append(c.Policies, p)
			}
		}
	}
}

// policy reads one entry: {Name, Value}, or the bare policy that HcnPolicyArgs has.
func (r *reader) policy(item *node) (Policy, bool) {
	o := r.object(item)
	if o == nil {
		return Policy{}, false
	}
	kind, value := EndpointPolicy, o
	if !r.bare(o) {
		var ok bool
		if kind, ok = r.policyKind(o, r.field(o, "name")); !ok {
			return Policy{}, false
		}
		if value = r.policyValue(o); value == nil {
			return Policy{}, false
		}
	}
	typ, ok := r.policyType(value)
	if !ok {
		return Policy{}, false
	}
	p := Policy{Kind: kind, Type: typ, Path: item.path()}
	p.Settings, p.SettingsPath, ok = r.settings(value)
	return p, ok
}

// bare reports whether an entry is itself a policy. It may have a Name then, as PortName has, but not the
// name of a kind: that one lacks its Value.
func (r *reader) bare(o *node) bool {
	name := r.field(o, "name")
	named := name != nil && kindNamed(name.text) != ""
	return r.field(o, "type") != nil && r.field(o, "value") == nil && !named
}

// kindNamed returns the kind of that name, or nothing.
func kindNamed(s string) PolicyKind {
	for _, kind := range policyKinds {
		if strings.EqualFold(s, string(kind)) {
			return kind
		}
	}
	return ""
}

// policyKind reads the name of an entry. Entries that are not about policies have always been ignored.
func (r *reader) policyKind(o, name *node) (PolicyKind, bool) {
	if name == nil {
		r.missing(wrong, o, "Name", "want one of %s", kindNames())
		return "", false
	}
	s, ok := r.str(name)
	if !ok {
		return "", false
	}
	if kind := kindNamed(s); kind != "" {
		return kind, true
	}
	if s != "" && !strings.Contains(strings.ToLower(s), "policy") {
		r.advise(name, "is no policy and has no effect; policies are %s", kindNames())
	} else {
		r.fail(name, "want one of %s", kindNames())
	}
	return "", false
}

func kindNames() string {
	var names []string
	for _, kind := range policyKinds {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}

func (r *reader) policyValue(o *node) *node {
	value := r.field(o, "value")
	if value == nil {
		r.missing(wrong, o, "Value", "want the policy, an object with Type and Settings")
		return nil
	}
	return r.object(value)
}

func (r *reader) policyType(value *node) (string, bool) {
	n := r.field(value, "type")
	if n == nil {
		r.missing(wrong, value, "Type", "want the policy's type, for example OutBoundNAT")
		return "", false
	}
	s, ok := r.str(n)
	if ok && s == "" {
		r.fail(n, "want the policy's type, for example OutBoundNAT")
	}
	return s, ok && s != ""
}

// settings returns the settings of a policy and where they stand: the object of that name, or in the flat
// shape of HNS v1 everything beside the type.
func (r *reader) settings(value *node) (json.RawMessage, string, bool) {
	n := r.field(value, "settings")
	if n == nil {
		return flatSettings(value), value.path(), true
	}
	if r.object(n) == nil {
		return nil, "", false
	}
	for _, f := range value.fields {
		if !matches(f.key, []string{"type", "settings"}) {
			r.advise(f.value, "has no effect beside Settings")
		}
	}
	return slices.Clone(n.raw), n.path(), true
}

// flatSettings copies the fields of value but its type, as they are written.
func flatSettings(value *node) json.RawMessage {
	var members [][]byte
	for _, f := range value.fields {
		if !matches(f.key, []string{"type", "settings"}) {
			members = append(members, append(f.quotedKey(), f.value.raw...))
		}
	}
	if members == nil {
		return nil
	}
	return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}"))
}

// quotedKey is the key as JSON, with the colon.
func (f field) quotedKey() []byte {
	key, _ := json.Marshal(f.key) // a string always marshals
	return append(key, ':')
}
