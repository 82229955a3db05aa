package netconf

import (
	"fmt"
	"net/netip"
	"strings"
)

const maxPort = 65535

// portMappings reads the ports to publish.
func (r *reader) portMappings(n *node) []PortMapping {
	var all []PortMapping
	for _, item := range r.items(n) {
		pm, ok := r.portMapping(item)
		if ok && !r.taken(item, pm, all) {
			all = append(all, pm)
		}
	}
	return all
}

func (r *reader) portMapping(item *node) (PortMapping, bool) {
	o := r.object(item)
	if o == nil {
		return PortMapping{}, false
	}
	host, okHost := r.port(o, "hostPort")
	container, okContainer := r.port(o, "containerPort")
	protocol, okProtocol := r.protocol(r.field(o, "protocol"))
	hostIP, okIP := r.hostIP(r.field(o, "hostIP"))
	pm := PortMapping{HostPort: host, ContainerPort: container, Protocol: protocol, HostIP: hostIP}
	return pm, okHost && okContainer && okProtocol && okIP
}

// hostIP reads the address that a port is published on. 0.0.0.0 and :: stand for every address of their
// family, a missing or empty one for every address.
func (r *reader) hostIP(n *node) (netip.Addr, bool) {
	if n == nil || n.kind == text && n.text == "" {
		return netip.Addr{}, true
	}
	a, ok := r.addr(n)
	if ok && a.IsMulticast() {
		r.fail(n, "%s", unfit(a))
		return netip.Addr{}, false
	}
	return a, ok
}

func (r *reader) port(o *node, name string) (uint16, bool) {
	n := r.field(o, name)
	if n == nil {
		r.missing(wrong, o, name, "want a number from 1 to %d", maxPort)
		return 0, false
	}
	v, ok := r.whole(n, 1, maxPort)
	return uint16(v), ok
}

// protocol reads tcp, which is the default, or udp.
func (r *reader) protocol(n *node) (uint32, bool) {
	if n == nil {
		return TCP, true
	}
	s, ok := r.str(n)
	switch {
	case !ok:
		return 0, false
	case s == "" || strings.EqualFold(s, "tcp"):
		return TCP, true
	case strings.EqualFold(s, "udp"):
		return UDP, true
	case strings.EqualFold(s, "sctp"):
		r.fail(n, "Windows cannot publish SCTP ports; want tcp or udp")
	default:
		r.fail(n, "want tcp or udp")
	}
	return 0, false
}

// taken reports whether a port of the host is published already: twice the same is said and left out, to
// two ports of the pod is a problem.
func (r *reader) taken(item *node, pm PortMapping, all []PortMapping) bool {
	for _, have := range all {
		switch {
		case have == pm:
			r.advise(item, "the same port mapping is in the list already")
			return true
		case have.HostPort == pm.HostPort && have.Protocol == pm.Protocol && have.HostIP == pm.HostIP:
			r.fail(item, "host port %s is published already, to port %d of the pod", pm.host(), have.ContainerPort)
			return true
		}
	}
	return false
}

// host renders the host's side, as 0.0.0.0:8080/tcp.
func (pm PortMapping) host() string {
	protocol := "tcp"
	if pm.Protocol == UDP {
		protocol = "udp"
	}
	if !pm.HostIP.IsValid() {
		return fmt.Sprintf("%d/%s", pm.HostPort, protocol)
	}
	if pm.HostIP.Is6() {
		return fmt.Sprintf("[%s]:%d/%s", pm.HostIP, pm.HostPort, protocol)
	}
	return fmt.Sprintf("%s:%d/%s", pm.HostIP, pm.HostPort, protocol)
}
