package netconf

import (
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// hostLocal is the ipam.type whose configuration this package knows, and which can run in this process.
const hostLocal = "host-local"

// ipam reads the ipam section. The fields of an IPAM plugin other than host-local are not validated: subnets and routes
// are used if they can be read, and otherwise cause only a warning.
func (r *reader) ipam() {
	section := r.root.Get("ipam").Object()
	ranges := r.root.Get("runtimeConfig").Object().Get("ipRanges")
	if !section.Given() && !ranges.Given() {
		return
	}
	kind, before := &r.c.IPAM, r.Failed()
	kind.Type = ipamType(section.Get("type"))
	inProcess := section.Get("inProcess")
	kind.InProcess, _ = inProcess.Bool()
	if kind.InProcess && kind.Type != hostLocal {
		inProcess.Fail("only host-local can run in this process")
		kind.InProcess = false
	}
	foreign := kind.Type != "" && kind.Type != hostLocal
	s := subnets{c: r.c, at: map[netip.Prefix]int{}}
	s.rangeSets(ranges)
	soft := r.Soft
	r.Soft = soft || foreign
	s.plain(section)
	s.rangeSets(section.Get("ranges"))
	s.lone(section)
	s.routes(section.Get("routes"))
	r.Soft = soft
	kind.Subnets, kind.Routes = s.all, s.rest
	switch {
	case foreign:
		section.Forget()
	case kind.Type == hostLocal:
		s.hostLocal(section, r.Failed() == before)
		if noDirectory(r.c.Name) {
			r.root.Get("name").Fail("host-local makes it a directory, and Windows reserves this name or omits its final dot")
		}
		fallthrough
	default:
		unusedIPAM(section)
	}
}

// ipamType rejects names that would lead out of the folders of CNI_PATH, and those of plugins that would call
// themselves.
func ipamType(v confdoc.Value) string {
	s, ok := v.Str()
	if !ok {
		return ""
	}
	switch {
	case strings.ContainsAny(s, "/\\:\x00") || s == "." || s == ".." || strings.TrimSpace(s) != s:
		v.Fail("want the name of an executable on CNI_PATH, not a path")
		return ""
	case IsPlugin(s):
		v.Fail("a network plugin, which would call itself endlessly; want an IPAM plugin, for example host-local, or no type to let HNS choose addresses")
		return ""
	}
	return s
}

// unusedIPAM warns of fields that only Azure's IPAM uses.
func unusedIPAM(section confdoc.Value) {
	for _, name := range []string{"environment", "addressSpace", "queryInterval"} {
		if v := section.Get(name); v.Given() {
			v.Warn("has no effect without Azure's IPAM")
		}
	}
	if v := section.Get("ipAddress"); v.Given() && !(v.Kind() == confdoc.Text && v.Text() == "") {
		v.Warn("has no effect; the ips capability or IP of CNI_ARGS requests an address")
	}
	section.Get("dataDir")
	section.Get("resolvConf")
}

// routes reads additionalRoutes, default routes included.
func routes(v confdoc.Value) []Route {
	var all []Route
	for _, item := range v.Items() {
		if route, ok := readRoute(item.Object()); ok {
			all = append(all, route)
		}
	}
	return all
}

// readRoute reads a route under any of the names in use. A missing destination stands for the default route of the
// gateway's family; the gateway is optional.
func readRoute(o confdoc.Value) (Route, bool) {
	if !o.Given() {
		return Route{}, false
	}
	dst, gw := o.Get("dst", "destination"), o.Get("gw", "gateway")
	p, hasDst := dst.Prefix()
	via, hasGW := gw.Addr()
	if hasGW && via.IsUnspecified() {
		gw.Warn("the unspecified address is not a gateway; ignored")
		via, hasGW = netip.Addr{}, false
	}
	noDst := !hasDst && (!dst.Given() || dst.Kind() == confdoc.Text && dst.Text() == "")
	noGW := !hasGW && (!gw.Given() || gw.Kind() == confdoc.Text && gw.Text() == "")
	complaint := confdoc.Unfit(via)
	switch {
	case hasGW && complaint != "":
		gw.Fail("%s", complaint)
	case noDst && hasGW:
		return Route{Dst: defaultRoute(via), GW: via}, true
	case noDst && noGW:
		o.Warn("a route with neither dst nor gw has no effect")
	case hasDst && hasGW && hcnspec.FamilyOf(p.Addr()) != hcnspec.FamilyOf(via):
		gw.Fail("an %s gateway cannot serve the %s destination %s", hcnspec.FamilyOf(via), hcnspec.FamilyOf(p.Addr()), p)
	case hasDst:
		return Route{Dst: p.Masked(), GW: via}, true
	}
	return Route{}, false
}

// defaultRoute returns the prefix of the default route in the family of a.
func defaultRoute(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, 0).Masked() }
