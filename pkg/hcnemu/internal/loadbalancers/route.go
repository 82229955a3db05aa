package loadbalancers

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// CreateRoute creates an SDN route. Its prefixes may have host bits set, as in hcsshim's tests.
func (t Rules) CreateRoute(id, settings string) (string, error) {
	r := new(objects.Route)
	if err := state.Decode(settings, &r.SDNRoute); err != nil {
		return "", err
	}
	var err error
	if r.ID, err = t.ChooseID(state.KindSdnRoute, r.ID, id); err != nil {
		return "", err
	}
	r.SchemaVersion = hcnspec.SchemaV2
	if len(r.Endpoints) == 0 || len(r.Setting) == 0 {
		return "", refusal.With(hostnet.CodeInvalidParameter, "a route needs an endpoint and a setting")
	}
	if r.Endpoints, err = t.checkReferences(r.Endpoints); err != nil {
		return "", err
	}
	for _, s := range r.Setting {
		if _, err := netip.ParsePrefix(s.DestinationPrefix); err != nil {
			return "", refusal.With(hostnet.CodeInvalidPolicy, "%q is no prefix", s.DestinationPrefix)
		}
		if _, err := netip.ParseAddr(s.NextHop); err != nil && s.NextHop != "" {
			return "", refusal.With(hostnet.CodeInvalidPolicy, "next hop %q is no address", s.NextHop)
		}
	}
	return r.ID, t.Save(state.KindSdnRoute, r)
}

// DropRouteEndpoint removes an endpoint from a route, which stays even without endpoints.
func (t Rules) DropRouteEndpoint(id, endpointID string) error {
	r := new(objects.Route)
	if err := t.Load(state.KindSdnRoute, id, r); err != nil {
		return err
	}
	r.Endpoints = slices.DeleteFunc(r.Endpoints, func(e string) bool { return e == endpointID })
	return t.Save(state.KindSdnRoute, r)
}
