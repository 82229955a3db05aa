// Package dryrun is a host network service that answers queries from the real one and only records changes. Later
// queries include the recorded objects, so that a whole verb can run on it.
package dryrun

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Step is one change that would be made.
type Step struct {
	Call     string `json:"call"`               // the HCN function
	Object   string `json:"object"`             // the object
	Document any    `json:"document,omitempty"` // the document for HNS
}

// Host records changes in Steps, and in Notes the guesses about HNS's choices.
type Host struct {
	hostnet.Service // the real one, for queries
	Steps           []Step
	Notes           []string
	// IPAM reports whether the runtime's directory has an IPAM plugin's executable; nil assumes that it has.
	IPAM func(plugin string) bool

	networks  []hcnspec.Network
	endpoints []hcnspec.Endpoint
	balancers []hcnspec.LoadBalancer
	namespace hcnspec.Namespace
	gone      map[string]bool
	lastID    int
}

// Namespace is the ID of a namespace that exists only in dry runs.
const Namespace = "00000000-0000-0000-0000-00000000c000"

// New returns a dry run over the real service.
func New(real hostnet.Service) *Host {
	return &Host{Service: real, gone: map[string]bool{}, namespace: hcnspec.Namespace{ID: Namespace, SchemaVersion: hcnspec.SchemaV2}}
}

var _ hostnet.Service = (*Host)(nil)

func (h *Host) note(call, object string, document any) {
	h.Steps = append(h.Steps, Step{call, object, document})
}

// guess records what HNS would choose.
func (h *Host) guess(format string, args ...any) {
	h.Notes = append(h.Notes, fmt.Sprintf(format, args...))
}

// newID returns IDs that cannot be mistaken for real ones.
func (h *Host) newID() string {
	h.lastID++
	return fmt.Sprintf("00000000-0000-0000-0000-%012d", h.lastID)
}

func (h *Host) isGone(id string) bool { return h.gone[strings.ToLower(id)] }

// Namespaces returns the real namespaces and the fictitious one.
func (h *Host) Namespaces(ctx context.Context) ([]hcnspec.Namespace, error) {
	all, err := h.Service.Namespaces(ctx)
	return append(all, h.namespace), err
}

// CreateNamespace records the namespace.
func (h *Host) CreateNamespace(_ context.Context, n *hcnspec.Namespace) (*hcnspec.Namespace, error) {
	h.note("HcnCreateNamespace", "namespace", n)
	made := *n
	made.ID = Namespace
	return &made, nil
}

// DeleteNamespace records the deletion.
func (h *Host) DeleteNamespace(_ context.Context, id string) error {
	h.note("HcnDeleteNamespace", "namespace "+id, nil)
	return nil
}

// Attach records the attachment of the endpoint to the namespace, which has to exist.
func (h *Host) Attach(ctx context.Context, namespaceID, endpointID string) error {
	all, err := h.Namespaces(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(n hcnspec.Namespace) bool { return hostnet.SameID(n.ID, namespaceID) }) {
		return refuse(modifyNamespace, hostnet.CodeElementNotFound, "there is no namespace "+namespaceID)
	}
	h.note(modifyNamespace, "attach endpoint to namespace "+namespaceID, nil)
	for i := range h.endpoints {
		if hostnet.SameID(h.endpoints[i].ID, endpointID) {
			h.endpoints[i].Namespace = namespaceID
		}
	}
	return nil
}

// Detach records the detachment of the endpoint from the namespace.
func (h *Host) Detach(_ context.Context, namespaceID, endpointID string) error {
	h.note(modifyNamespace, "detach endpoint "+endpointID+" from namespace "+namespaceID, nil)
	return nil
}
