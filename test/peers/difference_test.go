package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// difference is one field in which our request or result differs from the peer's. "none" stands for a missing field.
type difference struct{ path, peer, ours string }

func (d difference) String() string { return d.path + ": " + d.peer + " -> " + d.ours }

const none = "none"

// changing are the calls that are compared, with all their fields.
var changing = []string{"CreateNetwork", "CreateEndpoint", "ModifyEndpoint", "ModifyNamespace", "DeleteEndpoint"}

// compareVerb compares what a verb sent and printed.
func compareVerb(verb string, peer, ours outcome) []difference {
	var all []difference
	if peer.Exit != ours.Exit {
		all = append(all, difference{verb + ".exit", fmt.Sprint(peer.Exit), fmt.Sprint(ours.Exit)})
	}
	for _, api := range changing {
		all = append(all, compareCalls(verb+"."+api, callsOf(peer, api), callsOf(ours, api))...)
	}
	if peer.Exit == 0 && ours.Exit == 0 && verb == "add" {
		all = append(all, compareFields("result", fields(peer.Result), fields(ours.Result))...)
	}
	return all
}

func callsOf(o outcome, api string) []call {
	return slices.DeleteFunc(slices.Clone(o.Calls), func(c call) bool { return c.API != api })
}

// compareCalls compares the calls of one function in their order.
func compareCalls(path string, peer, ours []call) []difference {
	if len(peer) != len(ours) {
		return []difference{{path, fmt.Sprintf("%d calls", len(peer)), fmt.Sprintf("%d calls", len(ours))}}
	}
	var all []difference
	for i := range peer {
		p, o := fields(peer[i].Request), fields(ours[i].Request)
		all = append(all, comparePolicies(path+".Policies", take(p, "Policies"), take(o, "Policies"))...)
		all = append(all, compareFields(path, p, o)...)
	}
	return all
}

// fields decodes a document. A text that is no object has one field.
func fields(text json.RawMessage) map[string]any {
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return map[string]any{"not JSON": string(text)}
	}
	if object, ok := v.(map[string]any); ok {
		return object
	}
	return map[string]any{"": v}
}

// take removes a list from a document and returns it.
func take(doc map[string]any, name string) []any {
	list, _ := doc[name].([]any)
	delete(doc, name)
	return list
}

// compareFields compares two documents field by field. An empty object is the same as none.
func compareFields(path string, peer, ours map[string]any) []difference {
	p, o := map[string]string{}, map[string]string{}
	flatten(p, path, peer)
	flatten(o, path, ours)
	names := maps.Clone(p)
	maps.Copy(names, o)
	var all []difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if p[name] != o[name] {
			all = append(all, difference{name, orNone(p[name]), orNone(o[name])})
		}
	}
	return all
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

// flatten adds the fields of a document, by path. A list of plain values is one field.
func flatten(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			flatten(out, strings.TrimSuffix(path+"."+name, "."), field)
		}
		return
	case []any:
		if len(v) > 0 {
			if _, object := v[0].(map[string]any); object {
				for i, item := range v {
					flatten(out, fmt.Sprintf("%s[%d]", path, i), item)
				}
				return
			}
		}
	}
	out[path] = chosen(string(mustJSON(v)))
}

// chosen replaces what HNS chooses: IDs, and the last half of MAC addresses from its pool. Their form stays.
func chosen(value string) string {
	value = id.ReplaceAllString(value, "ID")
	value = pool.ReplaceAllString(value, "$1..")
	return rawMAC.ReplaceAllString(value, "six bytes")
}

var (
	id     = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	pool   = regexp.MustCompile(`(?i)(00[-:]15[-:]5d[-:])[0-9a-f]{2}[-:][0-9a-f]{2}[-:][0-9a-f]{2}`)
	rawMAC = regexp.MustCompile(`\\u0000\\u0015\]\\u0000.*[^"]`)
)

// comparePolicies pairs equal policies first, then those of the same type in their order, and compares the pairs field by
// field. Their order is compared last.
func comparePolicies(path string, peer, ours []any) []difference {
	pairs := make([]int, len(peer)) // the index in ours, or -1
	used := make([]bool, len(ours))
	match := func(same func(p, o any) bool) {
		for i, p := range peer {
			for j, o := range ours {
				if pairs[i] < 0 && !used[j] && same(p, o) {
					pairs[i], used[j] = j, true
				}
			}
		}
	}
	for i := range pairs {
		pairs[i] = -1
	}
	match(func(p, o any) bool { return string(mustJSON(p)) == string(mustJSON(o)) })
	match(func(p, o any) bool { return strings.EqualFold(typeOf(p), typeOf(o)) })
	var all []difference
	var order []int
	for i, p := range peer {
		if pairs[i] < 0 {
			all = append(all, difference{path + "." + typeOf(p), settingsOf(p), none})
			continue
		}
		order = append(order, pairs[i])
		all = append(all, compareFields(path+"."+typeOf(p), object(p), object(ours[pairs[i]]))...)
	}
	for j, o := range ours {
		if !used[j] {
			all = append(all, difference{path + "." + typeOf(o), none, settingsOf(o)})
		}
	}
	if !slices.IsSorted(order) {
		all = append(all, difference{path, typesOf(peer), typesOf(ours)})
	}
	return all
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

func typeOf(policy any) string { return fmt.Sprint(object(policy)["Type"]) }

func settingsOf(policy any) string { return string(mustJSON(object(policy)["Settings"])) }

func typesOf(policies []any) string {
	var types []string
	for _, p := range policies {
		types = append(types, typeOf(p))
	}
	return strings.Join(types, ", ")
}
