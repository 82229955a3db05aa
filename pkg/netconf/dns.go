package netconf

import (
	"net/netip"
	"slices"
)

// dns reads a resolver configuration, with the names of a configuration (nameservers, search) or of a
// runtime (servers, searches).
func (r *reader) dns(section *node) DNS {
	o := r.object(section)
	if o == nil {
		return DNS{}
	}
	var d DNS
	for _, item := range r.items(r.field(o, "nameservers", "servers")) {
		s, ok := r.str(item)
		if ok && s == "" {
			r.advise(item, "an empty entry is left out")
			continue
		}
		if server, ok := r.resolver(item); ok && !slices.Contains(d.Nameservers, server) {
			d.Nameservers = append(d.Nameservers, server)
		}
	}
	d.Domain, _ = r.str(r.field(o, "domain"))
	d.Search = r.texts(r.field(o, "search", "searches"))
	d.Options = r.texts(r.field(o, "options"))
	return d
}

// resolver reads a server's address. A loopback address would be the pod itself, which may well run one.
func (r *reader) resolver(n *node) (netip.Addr, bool) {
	a, ok := r.addr(n)
	if ok && (a.IsUnspecified() || a.IsMulticast()) {
		r.fail(n, "%s", unfit(a))
		return netip.Addr{}, false
	}
	return a, ok
}
