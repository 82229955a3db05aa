package objects

import (
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// resourceTree is the part of HNS's tree in Health.Extra.Resources that clients read.
type resourceTree struct {
	AllocationOrder int
	Allocators      []resourceTree `json:",omitempty"`
	Health          resourceHealth
	ID              string
	State           int
	Tag             string `json:",omitempty"`
}

type resourceHealth struct{ LastErrorCode uint32 }

// healthy returns the Health of an object whose allocator with the tag failed with the code, or did not fail (0).
func healthy(id string, code hostnet.Code, tag string) hcnspec.Health {
	tree := resourceTree{
		ID: id, State: 1,
		Allocators: []resourceTree{{ID: id, State: 1, Tag: tag, Health: resourceHealth{refusal.HRESULT(code)}}},
	}
	raw, err := json.Marshal(tree)
	if err != nil {
		raw = nil // plain fields always marshal
	}
	return hcnspec.Health{Extra: hcnspec.Extra{Resources: raw}}
}
