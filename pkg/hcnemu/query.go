package hcnemu

import (
	"encoding/json"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// filter is what a query asks of an object's fields.
type filter map[string]any

// parseQuery reads a HostComputeQuery document; empty text is a query for everything.
func parseQuery(query string) (filter, error) {
	if query == "" {
		return nil, nil
	}
	var q hcnspec.Query
	if err := json.Unmarshal([]byte(query), &q); err != nil {
		return nil, refuse(hostnet.CodeInvalidJSON, "query: %v", err)
	}
	if q.Filter == "" {
		return nil, nil
	}
	var f filter
	if err := json.Unmarshal([]byte(q.Filter), &f); err != nil {
		return nil, refuse(hostnet.CodeInvalidJSON, "filter %q: %v", q.Filter, err)
	}
	return f, nil
}

// enumerate returns the IDs of the objects that the query selects, never nil.
func (t *tx) enumerate(kind Kind, query string) ([]string, error) {
	f, err := parseQuery(query)
	if err != nil {
		return nil, err
	}
	candidates, rest := t.candidates(kind, f)
	found := []string{}
	for _, id := range candidates {
		ok, err := t.matches(kind, id, rest)
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
func (t *tx) candidates(kind Kind, f filter) (ids []string, rest filter) {
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
		canonical, err := parseID(id)
		if err != nil || !t.has(kind, canonical) {
			return nil, nil
		}
		return []string{canonical}, without("ID")
	}
	if name, ok := f["Name"].(string); ok {
		return t.findAll(keyName(kind, name, "")), without("Name")
	}
	for _, field := range []string{"VirtualNetwork", "HostComputeNetwork"} {
		if network, ok := f[field].(string); ok && kind == KindEndpoint {
			canonical, err := parseID(network)
			if err != nil {
				return nil, nil
			}
			return t.findAll(keyOfNetwork(canonical, "")), without(field)
		}
	}
	return t.all(kind), f
}

// matches reports whether the object has the values of the filter. A field that the object does not
// have is not equal to anything.
func (t *tx) matches(kind Kind, id string, f filter) (bool, error) {
	if len(f) == 0 {
		return true, nil
	}
	var fields map[string]any
	if err := t.load(kind, id, &fields); err != nil {
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

// sameValue compares a field with a filter's value: numbers by value even where one is text, GUIDs
// without case, everything else exactly.
func sameValue(have, want any) bool {
	a, b := fmt.Sprint(have), fmt.Sprint(want)
	return a == b || isGUID(a) && hostnet.SameID(a, b)
}

// document returns the object's document as HNS returns it.
func (t *tx) document(kind Kind, id string) (string, error) {
	doc, err := t.returned(kind, id)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(doc)
	return string(text), err
}

// returned loads an object and makes it what HNS returns.
func (t *tx) returned(kind Kind, id string) (any, error) {
	switch kind {
	case KindNetwork:
		var n network
		err := t.load(kind, id, &n)
		return n.returned(), err
	case KindEndpoint:
		var e endpoint
		err := t.load(kind, id, &e)
		return e.returned(), err
	case KindNamespace:
		var n namespace
		err := t.load(kind, id, &n)
		return n.returned(), err
	case KindLoadBalancer:
		var b loadBalancer
		err := t.load(kind, id, &b)
		return b.LoadBalancer, err
	case KindSdnRoute:
		var r route
		err := t.load(kind, id, &r)
		return r.SDNRoute, err
	}
	return nil, unknownKind(kind)
}

func (t *tx) create(kind Kind, network, id, settings string) (string, error) {
	switch kind {
	case KindNetwork:
		return t.createNetwork(id, settings)
	case KindEndpoint:
		return t.createEndpoint(network, id, settings)
	case KindNamespace:
		return t.createNamespace(id, settings)
	case KindLoadBalancer:
		return t.createLoadBalancer(id, settings)
	case KindSdnRoute:
		return t.createRoute(id, settings)
	}
	return "", unknownKind(kind)
}

func (t *tx) modify(kind Kind, id, settings string) error {
	switch kind {
	case KindNetwork:
		return t.modifyNetwork(id, settings)
	case KindEndpoint:
		return t.modifyEndpoint(id, settings)
	case KindNamespace:
		return t.modifyNamespace(id, settings)
	case KindLoadBalancer:
		return t.modifyLoadBalancer(id, settings)
	case KindSdnRoute:
		return refuse(hostnet.CodeRequestUnsupported, "routes cannot be modified")
	}
	return unknownKind(kind)
}

func (t *tx) delete(kind Kind, id string) error {
	switch kind {
	case KindNetwork:
		return t.deleteNetwork(id)
	case KindEndpoint:
		return t.deleteEndpoint(id)
	case KindNamespace:
		return t.deleteNamespace(id)
	case KindLoadBalancer, KindSdnRoute:
		if !t.has(kind, id) {
			return refuse(kind.notFound(), "%s", elementNotFound)
		}
		return t.remove(kind, id)
	}
	return unknownKind(kind)
}

func unknownKind(kind Kind) error {
	return fmt.Errorf("no kind of object is called %q; there are %v", kind, Kinds())
}

// decode reads a document that HNS was given.
func decode(settings string, into any) error {
	if err := json.Unmarshal([]byte(settings), into); err != nil {
		return refuse(hostnet.CodeInvalidJSON, "%v", err)
	}
	return nil
}
