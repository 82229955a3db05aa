package namespaces

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Modify adds and removes endpoints and containers.
func (t Rules) Modify(id, settings string) error {
	var request hcnspec.ModifyRequest
	if err := state.Decode(settings, &request); err != nil {
		return err
	}
	switch request.ResourceType {
	case hcnspec.ResourceEndpoint:
		var s hcnspec.NamespaceEndpointSettings
		if err := state.Decode(string(request.Settings), &s); err != nil {
			return err
		}
		return t.ModifyMembership(id, s.EndpointID, request.RequestType)
	case hcnspec.ResourceContainer:
		var s struct {
			ContainerID string `json:"ContainerId"`
		}
		if err := state.Decode(string(request.Settings), &s); err != nil {
			return err
		}
		return t.ModifyContainers(id, s.ContainerID, request.RequestType)
	}
	return refusal.With(hostnet.CodeRequestUnsupported, "namespaces have no resource %q", request.ResourceType)
}

// ModifyMembership adds an endpoint to a namespace or removes it.
func (t Rules) ModifyMembership(namespaceID, endpointID string, how hcnspec.RequestType) error {
	if _, err := objects.LoadNamespace(t.Tx, namespaceID); err != nil {
		return err
	}
	canonical, err := state.ParseID(endpointID)
	if err != nil {
		return err
	}
	switch how {
	case hcnspec.RequestAdd:
		return t.Attach(namespaceID, canonical)
	case hcnspec.RequestRemove:
		return t.detach(namespaceID, canonical)
	}
	return refusal.With(hostnet.CodeRequestUnsupported, "endpoints of a namespace take no request %q", how)
}

// ModifyContainers adds a container to a namespace or removes it.
func (t Rules) ModifyContainers(namespaceID, container string, how hcnspec.RequestType) error {
	n, err := objects.LoadNamespace(t.Tx, namespaceID)
	if err != nil {
		return err
	}
	at := slices.Index(n.Containers, container)
	switch {
	case container == "":
		return refusal.With(hostnet.CodeInvalidJSON, "no ContainerId")
	case how == hcnspec.RequestAdd && at < 0:
		n.Containers = append(n.Containers, container)
		if err := t.start(n); err != nil {
			return err
		}
	case how == hcnspec.RequestAdd:
		return refusal.With(hostnet.CodeAlreadyExists, "container %q is in the namespace", container)
	case how == hcnspec.RequestRemove && at >= 0:
		n.Containers = slices.Delete(n.Containers, at, at+1)
	case how == hcnspec.RequestRemove:
		return refusal.Plain(hostnet.CodeElementNotFound)
	default:
		return refusal.With(hostnet.CodeRequestUnsupported, "containers of a namespace take no request %q", how)
	}
	return t.Save(state.KindNamespace, n)
}
