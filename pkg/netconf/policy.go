package netconf

import (
	"bytes"
	"encoding/json"
	"slices"
	"sort"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// policyLists are the names of the fields with policies. A configuration may have all of them.
var policyLists = []string{"AdditionalArgs", "policies", "HcnPolicyArgs"}

var policyKinds = []PolicyKind{EndpointPolicy, NetworkPolicy, SubnetPolicy, LoadBalancerPolicy}

// policies reads the policy lists in the order of the document.
func (r *reader) policies() {
	var lists []confdoc.Value
	for _, name := range policyLists {
		if v := r.root.Get(name); v.Given() {
			lists = append(lists, v)
		}
	}
	sort.Sort(byOffset(lists))
	for _, v := range lists {
		for _, item := range v.Items() {
			p, ok := policy(item.Object())
			item.Forget()
			if ok {
				p.Entry = item.Node
				r.c.Policies = append(r.c.Policies, p)
			}
		}
	}
}

// byOffset sorts values in the order of the document.
type byOffset []confdoc.Value

func (v byOffset) Len() int           { return len(v) }
func (v byOffset) Less(i, j int) bool { return v[i].Offset() < v[j].Offset() }
func (v byOffset) Swap(i, j int)      { v[i], v[j] = v[j], v[i] }

// policy reads one entry: {Name, Value}, or a bare policy as in HcnPolicyArgs.
func policy(o confdoc.Value) (Policy, bool) {
	if !o.Given() {
		return Policy{}, false
	}
	kind, body := EndpointPolicy, o
	if !bare(o) {
		var ok bool
		if kind, ok = policyKind(o); !ok {
			return Policy{}, false
		}
		body = o.Require("the policy, an object with Type and Settings", "Value").Object()
	}
	const want = "the policy's type, for example OutBoundNAT"
	t := body.Require(want, "Type")
	typ, ok := t.Str()
	if ok && typ == "" {
		t.Fail("want " + want)
	}
	defer body.Forget() // pkg/policy validates the rest
	p := Policy{Kind: kind, Type: typ, Body: body.Node}
	settings := body.Get("Settings")
	if settings.Given() {
		p.Settings = settings.Object().Node
		for _, extra := range body.Unused() {
			extra.Warn("has no effect next to Settings")
		}
	}
	return p, typ != "" && (!settings.Given() || p.Settings != nil)
}

// bare reports whether an entry is itself a policy. It may then have a Name, as PortName does, but not the name of a
// kind: such an entry lacks its Value.
func bare(o confdoc.Value) bool {
	return o.Get("type").Given() && !o.Get("value").Given() && kindNamed(o.Get("name").Text()) == ""
}

// kindNamed returns the kind of that name, or "".
func kindNamed(s string) PolicyKind {
	for _, kind := range policyKinds {
		if strings.EqualFold(s, string(kind)) {
			return kind
		}
	}
	return ""
}

// policyKind reads the name of an entry. Entries that are not about policies have always been ignored.
func policyKind(o confdoc.Value) (PolicyKind, bool) {
	name := o.Require("one of "+kindNames(), "Name")
	s, ok := name.Str()
	if !ok {
		return "", false
	}
	if kind := kindNamed(s); kind != "" {
		return kind, true
	}
	if s != "" && !strings.Contains(strings.ToLower(s), "policy") {
		name.Warn("is not a policy and has no effect; policies are %s", kindNames())
	} else {
		name.Fail("want one of %s", kindNames())
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

// From returns the object with the settings, which is Body in the flat form.
func (p Policy) From() *confdoc.Node {
	if p.Settings != nil {
		return p.Settings
	}
	return p.Body
}

// JSON returns the settings as written, without the fields of the flat form that are not settings; nil if there are
// none.
func (p Policy) JSON() json.RawMessage {
	if p.Settings != nil {
		return p.Settings.JSON()
	}
	var members [][]byte
	for _, child := range p.Body.Children() {
		if !strings.EqualFold(child.Key(), "type") && !strings.EqualFold(child.Key(), "settings") {
			key, _ := json.Marshal(child.Key()) // a string always marshals
			members = append(members, slices.Concat(key, []byte(":"), child.JSON()))
		}
	}
	if members == nil {
		return nil
	}
	return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}"))
}
