package netconf

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// dns reads a resolver configuration, with the names of a configuration (nameservers, search) or of a
// runtime (servers, searches).
func dns(section confdoc.Value) DNS {
	o := section.Object()
	var d DNS
	servers := o.Get("nameservers", "servers").Items()
	seen := make(map[netip.Addr]bool, len(servers))
	for _, item := range servers {
		if s, ok := item.Str(); ok && s == "" {
			item.Warn("an empty entry is ignored")
			continue
		}
		if server, ok := resolver(item); ok && !seen[server] {
			seen[server] = true
			d.Nameservers = append(d.Nameservers, server)
		}
	}
	d.Domain, _ = o.Get("domain").Str()
	d.Search = o.Get("search", "searches").Texts()
	d.Options = o.Get("options").Texts()
	return d
}

// resolver reads a server's address. A loopback address is allowed: the pod itself may run a resolver.
func resolver(v confdoc.Value) (netip.Addr, bool) {
	a, ok := v.Addr()
	if complaint := confdoc.Unfit(a); ok && complaint != "" && !a.IsLoopback() {
		v.Fail("%s", complaint)
		return netip.Addr{}, false
	}
	return a, ok
}
