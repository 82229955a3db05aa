package hcnemu

import (
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// route is a stored SDN route.
type route struct{ hcnspec.SDNRoute }

func (r *route) id() string { return r.ID }

func (r *route) keys() []string {
	var keys []string
	for _, e := range r.Endpoints {
		keys = append(keys, keyReference(e, KindSdnRoute, r.ID))
	}
	return keys
}

// createRoute makes an SDN route. Its prefixes may have host bits set: hcsshim's tests use such.
func (t *tx) createRoute(id, settings string) (string, error) {
	r := new(route)
	if err := decode(settings, &r.SDNRoute); err != nil {
		return "", err
	}
	var err error
	if r.ID, err = t.chooseID(KindSdnRoute, r.ID, id); err != nil {
		return "", err
	}
	r.SchemaVersion = hcnspec.SchemaV2
	if len(r.Endpoints) == 0 || len(r.Setting) == 0 {
		return "", refuse(hostnet.CodeInvalidParameter, "a route needs an endpoint and a setting")
	}
	if r.Endpoints, err = t.checkReferences(r.Endpoints); err != nil {
		return "", err
	}
	for _, s := range r.Setting {
		if _, err := netip.ParsePrefix(s.DestinationPrefix); err != nil {
			return "", refuse(hostnet.CodeInvalidPolicy, "%q is no prefix", s.DestinationPrefix)
		}
		if _, err := netip.ParseAddr(s.NextHop); err != nil && s.NextHop != "" {
			return "", refuse(hostnet.CodeInvalidPolicy, "next hop %q is no address", s.NextHop)
		}
	}
	return r.ID, t.save(KindSdnRoute, r)
}

// dropRouteEndpoint takes an endpoint out of a route, which stays without any.
func (t *tx) dropRouteEndpoint(id, endpointID string) error {
	r := new(route)
	if err := t.load(KindSdnRoute, id, r); err != nil {
		return err
	}
	r.Endpoints = slices.DeleteFunc(r.Endpoints, func(e string) bool { return e == endpointID })
	return t.save(KindSdnRoute, r)
}
