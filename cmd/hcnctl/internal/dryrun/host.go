// Package dryrun is a host network service that answers questions from the real one and only notes what
// would change it. What is noted it then answers as if it were there, so that a whole verb can run on it.
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
	Object   string `json:"object"`             // what it is about
	Document any    `json:"document,omitempty"` // what HNS would be given
}

// Host notes changes in Steps, and in Notes what HNS would choose and had to be guessed.
type Host struct {
	hostnet.Service // the real one, for questions
	Steps           []Step
	Notes           []string
	// IPAM reports whether the runtime's directory has an IPAM plugin's executable; nil takes it for granted.
	IPAM func(plugin string) bool

	networks  []hcnspec.Network
	endpoints []hcnspec.Endpoint
	balancers []hcnspec.LoadBalancer
	namespace hcnspec.Namespace
	gone      map[string]bool
	lastID    int
}

// Namespace is the ID of a namespace that is only there in dry runs.
const Namespace = "00000000-0000-0000-0000-00000000c000"

// New returns a dry run over the real service.
func New(real hostnet.Service) *Host {
	return &Host{Service: real, gone: map[string]bool{}, namespace: hcnspec.Namespace{ID: Namespace, SchemaVersion: hcnspec.SchemaV2}}
}

var _ hostnet.Service = (*Host)(nil)

func (h *Host) note(call, object string, document any) {
	h.Steps = append(h.Steps, Step{call, object, document})
}

// guess says what HNS would choose.
func (h *Host) guess(format string, args ...any) {
	h.Notes = append(h.Notes, fmt.Sprintf(format, args...))
}

// newID returns IDs that cannot be mistaken for real ones.
func (h *Host) newID() string {
	h.lastID++
	return fmt.Sprintf("00000000-0000-0000-0000-%012d", h.lastID)
}

func (h *Host) isGone(id string) bool { return h.gone[strings.ToLower(id)] }

// Namespaces returns the real namespaces and the made-up one.
func (h *Host) Namespaces(ctx context.Context) ([]hcnspec.Namespace, error) {
	all, err := h.Service.Namespaces(ctx)
	return append(all, h.namespace), err
}

// CreateNamespace notes the namespace.
func (h *Host) CreateNamespace(_ context.Context, n *hcnspec.Namespace) (*hcnspec.Namespace, error) {
	h.note("HcnCreateNamespace", "namespace", n)
	made := *n
	made.ID = Namespace
	return &made, nil
}

// DeleteNamespace notes the deletion.
func (h *Host) DeleteNamespace(_ context.Context, id string) error {
	h.note("HcnDeleteNamespace", "namespace "+id, nil)
	return nil
}

// Attach notes that the endpoint gets into the namespace, which has to be there.
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

// Detach notes that the endpoint leaves the namespace.
func (h *Host) Detach(_ context.Context, namespaceID, endpointID string) error {
	h.note(modifyNamespace, "detach endpoint "+endpointID+" from namespace "+namespaceID, nil)
	return nil
}
