package hcnemu

import (
	"encoding/json"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// namespace is a stored namespace. Resources of its document are made of the two lists.
type namespace struct {
	hcnspec.Namespace
	Endpoints  []string `json:",omitempty"`
	Containers []string `json:",omitempty"`
}

func (n *namespace) id() string { return n.ID }

func (n *namespace) keys() []string {
	keys := []string{keyCompartment(n.NamespaceID)}
	if n.Type == hcnspec.NamespaceHostDefault {
		keys = append(keys, keyHostDefault)
	}
	return keys
}

// returned is the document as HNS returns it.
func (n *namespace) returned() hcnspec.Namespace {
	doc := n.Namespace
	doc.SchemaVersion = hcnspec.SchemaV2
	doc.Resources = nil
	for _, id := range n.Containers {
		doc.Resources = append(doc.Resources, resource(hcnspec.NamespaceContainer, id))
	}
	for _, id := range n.Endpoints {
		doc.Resources = append(doc.Resources, resource(hcnspec.NamespaceEndpoint, id))
	}
	return doc
}

func resource(kind hcnspec.NamespaceResourceType, id string) hcnspec.NamespaceResource {
	data, err := json.Marshal(resourceData{ID: id})
	if err != nil {
		data = nil // a string always marshals
	}
	return hcnspec.NamespaceResource{Type: kind, Data: data}
}

type resourceData struct {
	ID string `json:"Id"`
}

func (t *tx) loadNamespace(id string) (*namespace, error) {
	n := new(namespace)
	return n, t.load(KindNamespace, id, n)
}

// createNamespace makes a namespace. One default namespace of the host can be there.
func (t *tx) createNamespace(id, settings string) (string, error) {
	n := new(namespace)
	if err := decode(settings, &n.Namespace); err != nil {
		return "", err
	}
	n.Resources = nil
	switch n.Type {
	case "":
		n.Type = hcnspec.NamespaceHost
	case hcnspec.NamespaceHost, hcnspec.NamespaceHostDefault, hcnspec.NamespaceGuest, hcnspec.NamespaceGuestDefault:
	default:
		return "", refuse(hostnet.CodeInvalidJSON, "no namespace type is called %q", n.Type)
	}
	var err error
	if n.ID, err = t.chooseID(KindNamespace, n.ID, id); err != nil {
		return "", err
	}
	if err := t.numberNamespace(n); err != nil {
		return "", err
	}
	return n.ID, t.save(KindNamespace, n)
}

// numberNamespace gives a namespace the first free compartment number after the host's own, 1,
// whatever its document says.
func (t *tx) numberNamespace(n *namespace) error {
	if holder := t.find(keyHostDefault); holder != "" && n.Type == hcnspec.NamespaceHostDefault {
		return refuse(hostnet.CodeDefaultNamespaceExists, "namespace %s is the host's default", holder)
	}
	n.NamespaceID = 2
	cursor := t.db.Bucket(bucketIndex).Cursor()
	for key, _ := cursor.Seek([]byte(keyCompartment(2))); string(key) == keyCompartment(n.NamespaceID); key, _ = cursor.Next() {
		n.NamespaceID++
	}
	return nil
}

// modifyNamespace adds and removes endpoints and containers.
func (t *tx) modifyNamespace(id, settings string) error {
	var request hcnspec.ModifyRequest
	if err := decode(settings, &request); err != nil {
		return err
	}
	switch request.ResourceType {
	case hcnspec.ResourceEndpoint:
		var s hcnspec.NamespaceEndpointSettings
		if err := decode(string(request.Settings), &s); err != nil {
			return err
		}
		return t.modifyMembership(id, s.EndpointID, request.RequestType)
	case hcnspec.ResourceContainer:
		var s struct {
			ContainerID string `json:"ContainerId"`
		}
		if err := decode(string(request.Settings), &s); err != nil {
			return err
		}
		return t.modifyContainers(id, s.ContainerID, request.RequestType)
	}
	return refuse(hostnet.CodeRequestUnsupported, "namespaces have no resource %q", request.ResourceType)
}

func (t *tx) modifyMembership(namespaceID, endpointID string, how hcnspec.RequestType) error {
	if _, err := t.loadNamespace(namespaceID); err != nil {
		return err
	}
	canonical, err := parseID(endpointID)
	if err != nil {
		return err
	}
	switch how {
	case hcnspec.RequestAdd:
		return t.attach(namespaceID, canonical)
	case hcnspec.RequestRemove:
		return t.detach(namespaceID, canonical)
	}
	return refuse(hostnet.CodeRequestUnsupported, "endpoints of a namespace take no request %q", how)
}

func (t *tx) modifyContainers(namespaceID, container string, how hcnspec.RequestType) error {
	n, err := t.loadNamespace(namespaceID)
	if err != nil {
		return err
	}
	at := slices.Index(n.Containers, container)
	switch {
	case container == "":
		return refuse(hostnet.CodeInvalidJSON, "no ContainerId")
	case how == hcnspec.RequestAdd && at < 0:
		n.Containers = append(n.Containers, container)
	case how == hcnspec.RequestAdd:
		return refuse(hostnet.CodeAlreadyExists, "container %q is in the namespace", container)
	case how == hcnspec.RequestRemove && at >= 0:
		n.Containers = slices.Delete(n.Containers, at, at+1)
	case how == hcnspec.RequestRemove:
		return refuse(hostnet.CodeElementNotFound, "%s", elementNotFound)
	default:
		return refuse(hostnet.CodeRequestUnsupported, "containers of a namespace take no request %q", how)
	}
	return t.save(KindNamespace, n)
}

// deleteNamespace deletes a namespace without containers (WC#485). Endpoints in it become detached
// and go on naming it (ACN#1272).
func (t *tx) deleteNamespace(id string) error {
	n, err := t.loadNamespace(id)
	if err != nil {
		return err
	}
	if len(n.Containers) > 0 {
		return refuse(hostnet.CodeRequestUnsupported, "container %q is in the namespace", n.Containers[0])
	}
	for _, endpointID := range n.Endpoints {
		e, err := t.loadEndpoint(endpointID)
		if err != nil {
			return err
		}
		e.State, e.Reused = hcnspec.StateDetached, true
		if err := t.save(KindEndpoint, e); err != nil {
			return err
		}
	}
	return t.remove(KindNamespace, id)
}
