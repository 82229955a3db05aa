package hcnemu

import (
	"encoding/json"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/endpoints"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/loadbalancers"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/namespaces"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/networks"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/v1"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// document returns the object's document as HNS returns it.
func documentOf(t *state.Tx, kind Kind, id string) (string, error) {
	doc, err := returned(t, kind, id)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(doc)
	return string(text), err
}

// returned loads an object and returns it as HNS would.
func returned(t *state.Tx, kind Kind, id string) (any, error) {
	switch kind {
	case KindNetwork:
		var n objects.Network
		err := t.Load(kind, id, &n)
		return n.Returned(), err
	case KindEndpoint:
		var e objects.Endpoint
		err := t.Load(kind, id, &e)
		return e.Returned(), err
	case KindNamespace:
		var n objects.Namespace
		err := t.Load(kind, id, &n)
		return n.Returned(), err
	case KindLoadBalancer:
		var b objects.LoadBalancer
		err := t.Load(kind, id, &b)
		return b.Returned(), err
	case KindSdnRoute:
		var r objects.Route
		err := t.Load(kind, id, &r)
		return r.SDNRoute, err
	}
	return nil, unknownKind(kind)
}

func createObject(t *state.Tx, kind Kind, network, id, settings string) (string, error) {
	switch kind {
	case KindNetwork:
		doc, err := v1.ReadNetwork(settings)
		if err != nil {
			return "", err
		}
		return networks.On(t).Create(id, doc)
	case KindEndpoint:
		doc, err := v1.ReadEndpoint(settings)
		if err != nil {
			return "", err
		}
		if v1.NamesOutside(settings) {
			if err := endpoints.On(t).RejectOutside(); err != nil {
				return "", err
			}
		}
		return endpoints.On(t).Create(network, id, doc)
	case KindNamespace:
		return namespaces.On(t).Create(id, settings)
	case KindLoadBalancer:
		return loadbalancers.On(t).Create(id, settings)
	case KindSdnRoute:
		return loadbalancers.On(t).CreateRoute(id, settings)
	}
	return "", unknownKind(kind)
}

func modifyObject(t *state.Tx, kind Kind, id, settings string) error {
	switch kind {
	case KindNetwork:
		return networks.On(t).Modify(id, settings)
	case KindEndpoint:
		return endpoints.On(t).Modify(id, settings)
	case KindNamespace:
		return namespaces.On(t).Modify(id, settings)
	case KindLoadBalancer:
		return loadbalancers.On(t).Modify(id, settings)
	case KindSdnRoute:
		return refusal.With(hostnet.CodeRequestUnsupported, "routes cannot be modified")
	}
	return unknownKind(kind)
}

func deleteObject(t *state.Tx, kind Kind, id string) error {
	switch kind {
	case KindNetwork:
		return networks.On(t).Delete(id)
	case KindEndpoint:
		return endpoints.On(t).Delete(id)
	case KindNamespace:
		return namespaces.On(t).Delete(id)
	case KindLoadBalancer, KindSdnRoute:
		if !t.Has(kind, id) {
			return refusal.Plain(kind.NotFound())
		}
		return t.Remove(kind, id)
	}
	return unknownKind(kind)
}

func unknownKind(kind Kind) error {
	return fmt.Errorf("no kind of object is called %q; there are %v", kind, hostnet.Kinds())
}
