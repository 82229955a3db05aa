package namespaces

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/addresses"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Attach puts an endpoint into a namespace.
func (t Rules) Attach(namespaceID, endpointID string) error {
	n, err := objects.LoadNamespace(t.Tx, namespaceID)
	if err != nil {
		return err
	}
	e, err := objects.LoadEndpoint(t.Tx, endpointID)
	if err != nil {
		return err
	}
	if err := t.attachable(n, e); err != nil {
		return err
	}
	network, err := objects.LoadNetwork(t.Tx, e.Network)
	if err != nil {
		return err
	}
	before := len(e.IPConfigs)
	if err := addresses.On(t.Tx).LeaseAddress(network, e); err != nil {
		return err
	}
	e.Leased = e.Leased || before == 0 && len(e.IPConfigs) > 0
	e.Namespace = n.ID
	if e.State != hcnspec.StateDegraded {
		e.State = hcnspec.StateCreated // until a container starts in the namespace (WC#563)
		if len(n.Containers) > 0 {
			e.State = hcnspec.StateAttachedSharing
		}
	}
	n.Endpoints = append(n.Endpoints, e.ID)
	if err := t.Save(state.KindEndpoint, e); err != nil {
		return err
	}
	return t.Save(state.KindNamespace, n)
}

// attachable rejects an endpoint that cannot be attached to the namespace.
func (t Rules) attachable(n *objects.Namespace, e *objects.Endpoint) error {
	switch {
	case e.Remote():
		return refusal.With(hostnet.CodeInvalidRemoteEndpoint, "endpoint %s lives on another node", e.ID)
	case e.Namespace == n.ID:
		return refusal.With(hostnet.CodeEndpointNamespaceExists, "endpoint %s is in the namespace", e.ID)
	case e.Namespace != "" && t.Has(state.KindNamespace, e.Namespace):
		return refusal.With(hostnet.CodeEndpointAlreadyAttached, "endpoint %s is in namespace %s", e.ID, e.Namespace)
	case e.State == hcnspec.StateAttached:
		return refusal.With(hostnet.CodeEndpointAlreadyAttached, "endpoint %s is attached to a switch port", e.ID)
	case e.Reused && t.Version().Major == 9:
		return refusal.With(hostnet.CodeNamespaceAttachFailed, "HNS %s does not attach an endpoint a second time", t.Version())
	}
	return nil
}

// detach removes an endpoint from a namespace.
func (t Rules) detach(namespaceID, endpointID string) error {
	e, err := objects.LoadEndpoint(t.Tx, endpointID)
	if err != nil {
		return err
	}
	if e.Namespace != namespaceID {
		return refusal.With(hostnet.CodeEndpointNotAttached, "endpoint %s is not in the namespace", e.ID)
	}
	if err := t.Leave(e); err != nil {
		return err
	}
	if e.Leased {
		e.IPConfigs, e.Routes, e.Leased = nil, nil, false
	}
	e.Namespace, e.Reused = "", true
	if e.State != hcnspec.StateDegraded {
		e.State = hcnspec.StateDetached
	}
	return t.Save(state.KindEndpoint, e)
}

// Leave removes an endpoint from its namespace's list, if the namespace still exists.
func (t Rules) Leave(e *objects.Endpoint) error {
	if e.Namespace == "" || !t.Has(state.KindNamespace, e.Namespace) {
		return nil
	}
	n, err := objects.LoadNamespace(t.Tx, e.Namespace)
	if err != nil {
		return err
	}
	n.Endpoints = slices.DeleteFunc(n.Endpoints, func(id string) bool { return id == e.ID })
	return t.Save(state.KindNamespace, n)
}
