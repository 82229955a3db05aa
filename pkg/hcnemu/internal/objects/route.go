package objects

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Route is a stored SDN route.
type Route struct{ hcnspec.SDNRoute }

// ObjectID implements state.Object.
func (r *Route) ObjectID() string { return r.ID }

// Keys implements state.Object.
func (r *Route) Keys() []string {
	var keys []string
	for _, e := range r.Endpoints {
		keys = append(keys, state.KeyReference(e, state.KindSdnRoute, r.ID))
	}
	return keys
}
