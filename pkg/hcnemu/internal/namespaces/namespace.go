package namespaces

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Create makes a namespace. One default namespace of the host can be there.
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
	if err := t.numberNamespace(n); err != nil {
		return "", err
	}
	return n.ID, t.Save(state.KindNamespace, n)
}

// numberNamespace gives a namespace the first free compartment number after the host's own, 1,
// whatever its document says.
func (t Rules) numberNamespace(n *objects.Namespace) error {
	if holder := t.Find(state.KeyHostDefault); holder != "" && n.Type == hcnspec.NamespaceHostDefault {
		return refusal.With(hostnet.CodeDefaultNamespaceExists, "namespace %s is the host's default", holder)
	}
	for n.NamespaceID = 2; t.Find(state.KeyCompartment(n.NamespaceID)) != ""; n.NamespaceID++ {
	}
	return nil
}

// Delete deletes a namespace without containers (WC#485). Endpoints in it become detached
// and go on naming it (ACN#1272).
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
