package v1

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/loadbalancers"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1PolicyList is the object of schema 1 for load balancers and routes.
type v1PolicyList struct {
	ID         string            `json:",omitempty"`
	References []string          `json:",omitempty"` // /endpoints/<id>
	Policies   []json.RawMessage `json:",omitempty"`
}

// returnedPolicyList is such a list as it is returned: its ID in upper case, the referenced IDs in lower case
// (calico#8465).
type returnedPolicyList struct {
	base
	Flags              int
	HostComputeNetwork string `json:",omitempty"`
	IsApplied          bool
	Policies           []json.RawMessage
	References         []string
}

// v1Rule is a policy of such a list.
type v1Rule struct {
	Type              string
	SourceVIP         string   `json:",omitempty"`
	VIPs              []string `json:",omitempty"`
	ILB               bool     `json:",omitempty"`
	IsDSR             bool     `json:",omitempty"`
	Protocol          uint32   `json:",omitempty"`
	InternalPort      uint16   `json:",omitempty"`
	ExternalPort      uint16   `json:",omitempty"`
	DestinationPrefix string   `json:",omitempty"`
	NextHop           string   `json:",omitempty"`
	NeedEncap         bool     `json:",omitempty"`
}

const endpointReference = "/endpoints/"

func (t Rules) v1PolicyLists(r v1Request) (any, error) {
	switch {
	case r.id == "" && r.method == "GET":
		lists := []returnedPolicyList{}
		for _, kind := range []state.Kind{state.KindLoadBalancer, state.KindSdnRoute} {
			for _, id := range t.All(kind) {
				doc, err := t.policyListToV1(kind, id)
				if err != nil {
					return nil, err
				}
				lists = append(lists, doc)
			}
		}
		return lists, nil
	case r.id == "" && r.method == "POST":
		return t.v1CreatePolicyList(r.body)
	}
	id, err := r.v1ID()
	if err != nil {
		return nil, err
	}
	for _, kind := range []state.Kind{state.KindLoadBalancer, state.KindSdnRoute} {
		switch {
		case !t.Has(kind, id):
		case r.method == "GET":
			return t.policyListToV1(kind, id)
		case r.method == "DELETE":
			return nil, t.Remove(kind, id)
		default:
			return nil, r.unsupported("policylists")
		}
	}
	return nil, refusal.Plain(hostnet.CodeElementNotFound)
}

func (t Rules) v1CreatePolicyList(body string) (any, error) {
	var doc v1PolicyList
	if err := state.Decode(body, &doc); err != nil {
		return nil, err
	}
	var endpoints []string
	for _, reference := range doc.References {
		endpoints = append(endpoints, strings.TrimPrefix(reference, endpointReference))
	}
	if len(doc.Policies) != 1 {
		return nil, refusal.With(hostnet.CodeInvalidPolicy, "a policy list has one policy, this has %d", len(doc.Policies))
	}
	var rule v1Rule
	if err := state.Decode(string(doc.Policies[0]), &rule); err != nil {
		return nil, err
	}
	switch rule.Type {
	case "ELB":
		return t.v1CreateLoadBalancer(doc.ID, endpoints, rule)
	case "ROUTE":
		v2 := hcnspec.SDNRoute{ID: doc.ID, Endpoints: endpoints, Setting: []hcnspec.SDNRouteSetting{{
			DestinationPrefix: rule.DestinationPrefix, NextHop: rule.NextHop, NeedEncap: rule.NeedEncap,
		}}}
		return t.v1Created(state.KindSdnRoute, v2)
	}
	return nil, refusal.With(hostnet.CodeInvalidPolicyType, "policy lists take no policy %q", rule.Type)
}

func (t Rules) v1CreateLoadBalancer(id string, endpoints []string, rule v1Rule) (any, error) {
	port := hcnspec.LoadBalancerPortMapping{Protocol: rule.Protocol, InternalPort: rule.InternalPort, ExternalPort: rule.ExternalPort}
	if rule.ILB {
		port.Flags |= hcnspec.LoadBalancerPortILB
	}
	v2 := hcnspec.LoadBalancer{
		ID: id, Endpoints: endpoints, SourceVIP: rule.SourceVIP, FrontendVIPs: rule.VIPs,
		PortMappings: []hcnspec.LoadBalancerPortMapping{port},
	}
	if rule.IsDSR {
		v2.Flags |= hcnspec.LoadBalancerDSR
	}
	return t.v1Created(state.KindLoadBalancer, v2)
}

func (t Rules) v1Created(kind state.Kind, doc any) (any, error) {
	settings, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	id, err := t.createPolicyList(kind, string(settings))
	if err != nil {
		return nil, err
	}
	return t.policyListToV1(kind, id)
}

func (t Rules) policyListToV1(kind state.Kind, id string) (returnedPolicyList, error) {
	doc := returnedPolicyList{base: t.base(id, listApplied), References: []string{}, Policies: []json.RawMessage{}}
	var endpoints []string
	var rules []v1Rule
	if kind == state.KindLoadBalancer {
		b, err := objects.LoadLoadBalancer(t.Tx, id)
		if err != nil {
			return doc, err
		}
		endpoints = b.Endpoints
		for _, p := range b.PortMappings {
			rules = append(rules, v1Rule{
				Type: "ELB", SourceVIP: b.SourceVIP, VIPs: b.FrontendVIPs, Protocol: p.Protocol,
				ILB: p.Flags&hcnspec.LoadBalancerPortILB != 0, IsDSR: b.Flags&hcnspec.LoadBalancerDSR != 0,
				InternalPort: p.InternalPort, ExternalPort: p.ExternalPort,
			})
		}
	} else {
		r := new(objects.Route)
		if err := t.Load(kind, id, r); err != nil {
			return doc, err
		}
		endpoints = r.Endpoints
		for _, s := range r.Setting {
			rules = append(rules, v1Rule{Type: "ROUTE", DestinationPrefix: s.DestinationPrefix, NextHop: s.NextHop, NeedEncap: s.NeedEncap})
		}
	}
	for _, id := range endpoints {
		doc.References = append(doc.References, endpointReference+strings.ToLower(id))
		e, err := objects.LoadEndpoint(t.Tx, id)
		if err != nil {
			return doc, err
		}
		doc.HostComputeNetwork = e.Network
	}
	for _, rule := range rules {
		raw, err := json.Marshal(rule)
		if err != nil {
			return doc, err
		}
		doc.Policies = append(doc.Policies, raw)
	}
	return doc, nil
}

func (t Rules) createPolicyList(kind state.Kind, settings string) (string, error) {
	if kind == state.KindSdnRoute {
		return loadbalancers.On(t.Tx).CreateRoute("", settings)
	}
	return loadbalancers.On(t.Tx).Create("", settings)
}
