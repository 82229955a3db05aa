package hcnemu

import (
	"encoding/json"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// filter holds the field values that a query selects.
type filter map[string]any

// parseQuery reads a HostComputeQuery document; empty text is a query for everything.
func parseQuery(query string) (filter, error) {
	if query == "" {
		return nil, nil
	}
	var q hcnspec.Query
	if err := json.Unmarshal([]byte(query), &q); err != nil {
		return nil, refusal.With(hostnet.CodeInvalidJSON, "query: %v", err)
	}
	if q.Filter == "" {
		return nil, nil
	}
	var f filter
	if err := json.Unmarshal([]byte(q.Filter), &f); err != nil {
		return nil, refusal.With(hostnet.CodeInvalidJSON, "filter %q: %v", q.Filter, err)
	}
	return f, nil
}

// enumerate returns the IDs of the objects that the query selects, never nil.
func enumerate(t *state.Tx, kind Kind, query string) ([]string, error) {
	f, err := parseQuery(query)
	if err != nil {
		return nil, err
	}
	candidates, rest := candidates(t, kind, f)
	found := []string{}
	for _, id := range candidates {
		ok, err := matches(t, kind, id, rest)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, id)
		}
	}
	return found, nil
}

// candidates uses the index for one field of the filter, and returns what is left to compare.
func candidates(t *state.Tx, kind Kind, f filter) (ids []string, rest filter) {
	without := func(field string) filter {
		rest := filter{}
		for k, v := range f {
			if k != field {
				rest[k] = v
			}
		}
		return rest
	}
	if id, ok := f["ID"].(string); ok {
		canonical, err := state.ParseID(id)
		if err != nil || !t.Has(kind, canonical) {
			return nil, nil
		}
		return []string{canonical}, without("ID")
	}
	if name, ok := f["Name"].(string); ok {
		return t.FindAll(state.KeyName(kind, name, "")), without("Name")
	}
	for _, field := range []string{"VirtualNetwork", "HostComputeNetwork"} {
		if network, ok := f[field].(string); ok && kind == KindEndpoint {
			canonical, err := state.ParseID(network)
			if err != nil {
				return nil, nil
			}
			return t.FindAll(state.KeyOfNetwork(canonical, "")), without(field)
		}
	}
	return t.All(kind), f
}

// matches reports whether the object has the values of the filter. A missing field is not equal to anything.
func matches(t *state.Tx, kind Kind, id string, f filter) (bool, error) {
	if len(f) == 0 {
		return true, nil
	}
	var fields map[string]any
	if err := t.Load(kind, id, &fields); err != nil {
		return false, err
	}
	for name, want := range f {
		if name == "VirtualNetwork" {
			name = "HostComputeNetwork"
		}
		have, ok := fields[name]
		if !ok || !sameValue(have, want) {
			return false, nil
		}
	}
	return true, nil
}

// sameValue compares a field with a filter's value: numbers by value even if one is text, GUIDs without case,
// everything else exactly.
func sameValue(have, want any) bool {
	a, b := fmt.Sprint(have), fmt.Sprint(want)
	return a == b || hcnspec.IsGUID(a) && hostnet.SameID(a, b)
}
