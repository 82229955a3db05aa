package hcnspec

import "encoding/json"

// Health is HNS's last report about the state of an object. The interesting part, LastErrorCode, is in Extra.Resources
// and in the allocators below it.
type Health struct {
	Data  any   `json:",omitempty"`
	Extra Extra `json:",omitzero"`
}

// IsZero reports whether nothing is set, for omitzero.
func (h Health) IsZero() bool { return h.Data == nil && h.Extra.isZero() }

// Extra is the untyped part of Health.
type Extra struct {
	Resources        json.RawMessage `json:",omitempty"`
	SharedContainers json.RawMessage `json:",omitempty"`
	LayeredOn        string          `json:",omitempty"`
	SwitchGUID       string          `json:"SwitchGuid,omitempty"`
	UtilityVM        string          `json:",omitempty"`
	VirtualMachine   string          `json:",omitempty"`
}

func (e Extra) isZero() bool {
	return len(e.Resources) == 0 && len(e.SharedContainers) == 0 &&
		e.LayeredOn == "" && e.SwitchGUID == "" && e.UtilityVM == "" && e.VirtualMachine == ""
}

// resource is a node of the tree in Extra.Resources.
type resource struct {
	Health     struct{ LastErrorCode uint32 }
	Allocators []resource
}

// LastErrorCode returns the first non-zero error code in the health tree, or 0. A tree that cannot
// be read counts as healthy: its shape is undocumented and no pod may fail for it.
func (h Health) LastErrorCode() uint32 {
	var root resource
	if len(h.Extra.Resources) == 0 || json.Unmarshal(h.Extra.Resources, &root) != nil {
		return 0
	}
	return root.firstError()
}

func (r resource) firstError() uint32 {
	if r.Health.LastErrorCode != 0 {
		return r.Health.LastErrorCode
	}
	for _, a := range r.Allocators {
		if code := a.firstError(); code != 0 {
			return code
		}
	}
	return 0
}
