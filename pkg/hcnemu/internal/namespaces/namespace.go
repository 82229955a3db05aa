package namespaces

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Create creates a namespace. More than one may be of type HostDefault: hcsshim's tests create some in addition to the
// node's own (hcsshim#1049).
func (t Rules) Create(id, settings string) (string, error) {
	n := new(objects.Namespace)
	if err := state.Decode(settings, &n.Namespace); err != nil {
		return "", err
	}
	n.Resources = nil
	switch n.Type {
	case "":
		n.Type = hcnspec.NamespaceHost
	case hcnspec.NamespaceHost, hcnspec.NamespaceHostDefault, hcnspec.NamespaceGuest, hcnspec.NamespaceGuestDefault:
	default:
		return "", refusal.With(hostnet.CodeInvalidJSON, "no namespace type is called %q", n.Type)
	}
	var err error
	if n.ID, err = t.ChooseID(state.KindNamespace, n.ID, id); err != nil {
		return "", err
	}
	n.NamespaceID = 0
	return n.ID, t.Save(state.KindNamespace, n)
}

// CreateDefault creates the node's own namespace, compartment 1, which always exists (calico#8465).
func (t Rules) CreateDefault() error {
	if t.Find(state.KeyCompartment(defaultCompartment)) != "" {
		return nil
	}
	n := new(objects.Namespace)
	n.ID, n.Type, n.NamespaceID = defaultNamespace, hcnspec.NamespaceHostDefault, defaultCompartment
	return t.Save(state.KindNamespace, n)
}

// The node's own namespace. A real one's ID is random; this one is easy to recognise.
const (
	defaultNamespace   = "DEFA0170-0000-4000-8000-000000000001"
	defaultCompartment = 1
)

// start gives a namespace the first free compartment. It has none before a container starts in it (WC#401), whatever
// its document states; endpoints become active with it (WC#563 shows State 1 before). With a degraded endpoint the
// container does not start (containerd#5729).
func (t Rules) start(n *objects.Namespace) error {
	for _, id := range n.Endpoints {
		e, err := objects.LoadEndpoint(t.Tx, id)
		if err != nil {
			return err
		}
		if e.State == hcnspec.StateDegraded {
			return refusal.With(hostnet.CodeDegradedOperation, "endpoint %s is degraded", e.ID)
		}
	}
	if n.NamespaceID != 0 {
		return nil
	}
	for n.NamespaceID = defaultCompartment + 1; t.Find(state.KeyCompartment(n.NamespaceID)) != ""; n.NamespaceID++ {
	}
	for _, id := range n.Endpoints {
		e, err := objects.LoadEndpoint(t.Tx, id)
		if err != nil {
			return err
		}
		if e.State == hcnspec.StateCreated {
			e.State = hcnspec.StateAttachedSharing
			if err := t.Save(state.KindEndpoint, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delete deletes a namespace without containers (WC#485). Endpoints in it become detached but still name it (ACN#1272).
func (t Rules) Delete(id string) error {
	n, err := objects.LoadNamespace(t.Tx, id)
	if err != nil {
		return err
	}
	if len(n.Containers) > 0 {
		return refusal.With(hostnet.CodeRequestUnsupported, "container %q is in the namespace", n.Containers[0])
	}
	for _, endpointID := range n.Endpoints {
		e, err := objects.LoadEndpoint(t.Tx, endpointID)
		if err != nil {
			return err
		}
		e.State, e.Reused = hcnspec.StateDetached, true
		if err := t.Save(state.KindEndpoint, e); err != nil {
			return err
		}
	}
	return t.Remove(state.KindNamespace, id)
}
