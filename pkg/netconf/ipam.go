package netconf

import (
	"net/netip"
	"strings"
)

// hostLocal is the ipam.type whose configuration is known here, and which can run in this process.
const hostLocal = "host-local"

// ipam reads the ipam section. What an IPAM plugin other than host-local takes is its own business: there
// subnets and routes are used where they can be read, and what cannot be is only a warning.
func (r *reader) ipam(c *Config, root *node) {
	section := r.object(r.field(root, "ipam"))
	ranges := r.object(r.field(root, "runtimeConfig"))
	if section == nil && ranges == nil {
		return
	}
	c.IPAM.Type = r.ipamType(r.field(section, "type"))
	inProcess := r.field(section, "inProcess")
	c.IPAM.InProcess, _ = r.boolean(inProcess)
	if c.IPAM.InProcess && c.IPAM.Type != hostLocal {
		r.fail(inProcess, "only host-local can run in this process")
		c.IPAM.InProcess = false
	}
	foreign := c.IPAM.Type != "" && c.IPAM.Type != hostLocal
	r.soft = foreign
	s := subnets{reader: r, byHNS: c.IPAM.Type == ""}
	s.rangeSets(r.field(section, "ranges"), false)
	s.plain(section)
	r.soft = false
	s.rangeSets(r.field(ranges, "ipRanges"), true)
	r.soft = foreign
	s.routes(r.field(section, "routes"))
	r.soft = false
	c.IPAM.Subnets, c.IPAM.Routes = s.all, s.rest
	if !foreign {
		r.unusedIPAM(section)
	}
}

// ipamType refuses names that would make a path of CNI_PATH's folder and the plugin's name.
func (r *reader) ipamType(n *node) string {
	s, ok := r.str(n)
	if !ok {
		return ""
	}
	if strings.ContainsAny(s, "/\\:\x00") || s == "." || s == ".." || strings.TrimSpace(s) != s {
		r.fail(n, "want the name of an executable on CNI_PATH, not a path")
		return ""
	}
	return s
}

// unusedIPAM warns of what Azure's IPAM takes and neither HNS nor host-local does.
func (r *reader) unusedIPAM(section *node) {
	for _, name := range []string{"environment", "addressSpace", "queryInterval"} {
		if n := r.field(section, name); n != nil {
			r.advise(n, "has no effect without Azure's IPAM")
		}
	}
	if n := r.field(section, "ipAddress"); n != nil && !(n.kind == text && n.text == "") {
		r.advise(n, "has no effect; the ips capability or IP of CNI_ARGS asks for an address")
	}
}

// routes reads additionalRoutes, default routes included.
func (r *reader) routes(n *node) []Route {
	var all []Route
	for _, item := range r.items(n) {
		if route, ok := r.route(item); ok {
			all = append(all, route)
		}
	}
	return all
}

// route reads a route under any of the names in use. A missing destination is the default route of the
// gateway's family; a gateway may be missing.
func (r *reader) route(item *node) (Route, bool) {
	o := r.object(item)
	if o == nil {
		return Route{}, false
	}
	before := len(r.all)
	dst := r.field(o, "dst", "destination")
	p, hasDst := r.prefix(dst)
	gw := r.field(o, "gw", "gateway")
	via, hasGW := r.addr(gw)
	if hasGW && via.IsUnspecified() {
		r.advise(gw, "the unspecified address is no gateway; taken as none")
		via, hasGW = netip.Addr{}, false
	}
	switch {
	case len(r.all) > before && !(hasDst || hasGW):
		return Route{}, false
	case !hasDst && !hasGW:
		r.advise(item, "a route with neither dst nor gw says nothing")
		return Route{}, false
	case hasGW && unfit(via) != "":
		r.fail(gw, "%s", unfit(via))
		return Route{}, false
	case !hasDst:
		return Route{Dst: defaultRoute(via), GW: via}, dst == nil || dst.kind == text && dst.text == ""
	case hasGW && p.Addr().Is4() != via.Is4():
		r.fail(gw, "an %s gateway cannot serve the %s destination %s", family(via), family(p.Addr()), p)
		return Route{}, false
	}
	return Route{Dst: p.Masked(), GW: via}, true
}

// defaultRoute is the prefix of everything in the family of a.
func defaultRoute(a netip.Addr) netip.Prefix {
	return netip.PrefixFrom(a, 0).Masked()
}
