package objects

import (
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Endpoint is a stored endpoint.
type Endpoint struct {
	hcnspec.Endpoint
	State      hcnspec.EndpointState
	Fault      hostnet.Code `json:",omitempty"` // reported in its Health
	Containers []string     `json:",omitempty"` // that share it (v1)
	Reused     bool         `json:",omitempty"` // has been attached and detached
	Leased     bool         `json:",omitempty"` // it got its addresses from the LAN when it was attached
	Older      bool         `json:",omitempty"` // created through the older API
}

// ObjectID implements state.Object.
func (e *Endpoint) ObjectID() string { return e.ID }

// Remote reports whether the endpoint is on another node.
func (e *Endpoint) Remote() bool { return e.Flags&hcnspec.EndpointFlagRemote != 0 }

// Keys returns the index keys of an endpoint. The addresses, MAC and ports of a remote one belong to another node.
func (e *Endpoint) Keys() []string {
	keys := []string{state.KeyName(state.KindEndpoint, e.Name, e.ID), state.KeyOfNetwork(e.Network, e.ID)}
	if e.Remote() {
		return keys
	}
	keys = append(keys, state.KeyMAC(e.Network, e.MAC))
	for _, c := range e.IPConfigs {
		if a, err := netip.ParseAddr(c.IPAddress); err == nil {
			keys = append(keys, state.KeyAddress(e.Network, a))
		}
	}
	for _, p := range policy.PublishedBy(e.Policies) {
		keys = append(keys, p.Key(e.ID))
	}
	return keys
}

// noNamespace is the namespace of an endpoint that is in none (antrea#2301).
const noNamespace = "00000000-0000-0000-0000-000000000000"

// Returned returns the document as HNS does. An endpoint's ID is in lower case (k8s#130963, sigwin#84), and so is its
// namespace's (hcsshim#1270), which the namespace's own document has in upper case.
func (e *Endpoint) Returned() hcnspec.Endpoint {
	doc := e.Endpoint
	doc.ID = strings.ToLower(doc.ID)
	doc.Namespace = strings.ToLower(doc.Namespace)
	if doc.Namespace == "" {
		doc.Namespace = noNamespace
	}
	doc.SchemaVersion = hcnspec.SchemaV2
	doc.Health = healthy(e.ID, e.Fault, "Endpoint Port")
	return doc
}

// LoadEndpoint reads a stored object, or fails with the not-found code of its kind.
func LoadEndpoint(t *state.Tx, id string) (*Endpoint, error) {
	e := new(Endpoint)
	return e, t.Load(state.KindEndpoint, id, e)
}
