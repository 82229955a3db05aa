package hcnemu

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// attach puts an endpoint into a namespace.
func (t *tx) attach(namespaceID, endpointID string) error {
	n, err := t.loadNamespace(namespaceID)
	if err != nil {
		return err
	}
	e, err := t.loadEndpoint(endpointID)
	if err != nil {
		return err
	}
	if err := t.attachable(n, e); err != nil {
		return err
	}
	network, err := t.loadNetwork(e.Network)
	if err != nil {
		return err
	}
	before := len(e.IPConfigs)
	if err := t.leaseAddress(network, e); err != nil {
		return err
	}
	e.Leased = e.Leased || before == 0 && len(e.IPConfigs) > 0
	e.Namespace = n.ID
	if e.State != hcnspec.StateDegraded {
		e.State = hcnspec.StateAttachedSharing
	}
	n.Endpoints = append(n.Endpoints, e.ID)
	if err := t.save(KindEndpoint, e); err != nil {
		return err
	}
	return t.save(KindNamespace, n)
}

// attachable refuses an endpoint that cannot come into the namespace.
func (t *tx) attachable(n *namespace, e *endpoint) error {
	switch {
	case e.remote():
		return refuse(hostnet.CodeInvalidRemoteEndpoint, "endpoint %s lives on another node", e.ID)
	case e.Namespace == n.ID:
		return refuse(hostnet.CodeEndpointNamespaceExists, "endpoint %s is in the namespace", e.ID)
	case e.Namespace != "" && t.has(KindNamespace, e.Namespace):
		return refuse(hostnet.CodeEndpointAlreadyAttached, "endpoint %s is in namespace %s", e.ID, e.Namespace)
	case e.State == hcnspec.StateAttached:
		return refuse(hostnet.CodeEndpointAlreadyAttached, "endpoint %s is attached to a switch port", e.ID)
	case e.Reused && t.version().Major == 9:
		return refuse(hostnet.CodeNamespaceAttachFailed, "HNS %s does not attach an endpoint a second time", t.version())
	}
	return nil
}

// detach takes an endpoint out of a namespace.
func (t *tx) detach(namespaceID, endpointID string) error {
	e, err := t.loadEndpoint(endpointID)
	if err != nil {
		return err
	}
	if e.Namespace != namespaceID {
		return refuse(hostnet.CodeEndpointNotAttached, "endpoint %s is not in the namespace", e.ID)
	}
	if err := t.leave(e); err != nil {
		return err
	}
	if e.Leased {
		e.IPConfigs, e.Routes, e.Leased = nil, nil, false
	}
	e.Namespace, e.Reused = "", true
	if e.State != hcnspec.StateDegraded {
		e.State = hcnspec.StateDetached
	}
	return t.save(KindEndpoint, e)
}

// leave removes an endpoint from its namespace's list, if it is in one that is still there.
func (t *tx) leave(e *endpoint) error {
	if e.Namespace == "" || !t.has(KindNamespace, e.Namespace) {
		return nil
	}
	n, err := t.loadNamespace(e.Namespace)
	if err != nil {
		return err
	}
	n.Endpoints = slices.DeleteFunc(n.Endpoints, func(id string) bool { return id == e.ID })
	return t.save(KindNamespace, n)
}
