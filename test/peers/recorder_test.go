package peers

import (
	"context"
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// recorder records the calls that change something, failed ones too, under the names that the recordings have.
type recorder struct {
	hostnet.Service
	calls []call
}

func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only documents of this project are marshalled
	}
	return text
}

func (r *recorder) note(api string, request any) {
	r.calls = append(r.calls, call{api, mustJSON(request)})
}

func (r *recorder) CreateNetwork(ctx context.Context, n *hcnspec.Network) (*hcnspec.Network, error) {
	r.note("CreateNetwork", n)
	return r.Service.CreateNetwork(ctx, n)
}

func (r *recorder) CreateEndpoint(ctx context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	r.note("CreateEndpoint", e)
	return r.Service.CreateEndpoint(ctx, e)
}

func (r *recorder) AddEndpointPolicies(ctx context.Context, id string, policies []hcnspec.Policy) error {
	r.note("ModifyEndpoint", hcnspec.ModifyRequest{ResourceType: hcnspec.ResourcePolicy, RequestType: hcnspec.RequestAdd,
		Settings: mustJSON(hcnspec.PolicySettings{Policies: policies})})
	return r.Service.AddEndpointPolicies(ctx, id, policies)
}

func (r *recorder) DeleteEndpoint(ctx context.Context, id string) error {
	r.note("DeleteEndpoint", "")
	return r.Service.DeleteEndpoint(ctx, id)
}

func (r *recorder) Attach(ctx context.Context, namespace, endpoint string) error {
	r.note("ModifyNamespace", member(endpoint, hcnspec.RequestAdd))
	return r.Service.Attach(ctx, namespace, endpoint)
}

func (r *recorder) Detach(ctx context.Context, namespace, endpoint string) error {
	r.note("ModifyNamespace", member(endpoint, hcnspec.RequestRemove))
	return r.Service.Detach(ctx, namespace, endpoint)
}

// member is the request that adds an endpoint to a namespace or removes it.
func member(endpoint string, how hcnspec.RequestType) hcnspec.ModifyRequest {
	return hcnspec.ModifyRequest{ResourceType: hcnspec.ResourceEndpoint, RequestType: how,
		Settings: mustJSON(hcnspec.NamespaceEndpointSettings{EndpointID: endpoint})}
}
