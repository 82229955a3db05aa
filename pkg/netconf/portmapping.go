package netconf

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// portMappings reads the ports to publish. It drops duplicates with a warning.
func portMappings(v confdoc.Value) []PortMapping {
	var all []PortMapping
	published := map[PortMapping]uint16{} // the pod's port, by the mapping without it
	for _, item := range v.Items() {
		pm, ok := portMapping(item.Object())
		if !ok {
			continue
		}
		key := pm
		key.ContainerPort = 0
		switch port, taken := published[key]; {
		case taken && port == pm.ContainerPort:
			item.Warn("the same port mapping is already in the list")
		case taken:
			item.Fail("host port %s is already published, to port %d of the pod", pm.host(), port)
		default:
			published[key] = pm.ContainerPort
			all = append(all, pm)
		}
	}
	return all
}

func portMapping(o confdoc.Value) (PortMapping, bool) {
	if !o.Given() {
		return PortMapping{}, false
	}
	host, okHost := o.Require("a number from 1 to 65535", "hostPort").Port()
	container, okContainer := o.Require("a number from 1 to 65535", "containerPort").Port()
	protocol, okProtocol := protocol(o.Get("protocol"))
	hostIP, okIP := hostIP(o.Get("hostIP"))
	pm := PortMapping{HostPort: host, ContainerPort: container, Protocol: protocol, HostIP: hostIP}
	return pm, okHost && okContainer && okProtocol && okIP
}

// hostIP reads the address that a port is published on. 0.0.0.0 and :: stand for every address of their
// family, a missing or empty one for every address.
func hostIP(v confdoc.Value) (netip.Addr, bool) {
	if v.Text() == "" && (!v.Given() || v.Kind() == confdoc.Text) {
		return netip.Addr{}, true
	}
	a, ok := v.Addr()
	if complaint := confdoc.Unfit(a); ok && complaint != "" && !a.IsUnspecified() && !a.IsLoopback() {
		v.Fail("%s", complaint)
		return netip.Addr{}, false
	}
	return a, ok
}

// protocol reads tcp, which is the default, or udp.
func protocol(v confdoc.Value) (uint32, bool) {
	if !v.Given() {
		return TCP, true
	}
	s, ok := v.Str()
	if ok && s == "" {
		return TCP, true
	}
	n, known := confdoc.Transport(s)
	switch {
	case !ok || known:
	case strings.EqualFold(s, "sctp"):
		v.Fail("Windows cannot publish SCTP ports; want tcp or udp")
	default:
		v.Fail("want tcp or udp")
	}
	return n, known
}

// host returns the host's side, as 0.0.0.0:8080/tcp.
func (pm PortMapping) host() string {
	port := fmt.Sprintf("%d/%s", pm.HostPort, confdoc.ProtocolName(pm.Protocol))
	switch {
	case !pm.HostIP.IsValid():
		return port
	case pm.HostIP.Is6():
		return fmt.Sprintf("[%s]:%s", pm.HostIP, port)
	}
	return fmt.Sprintf("%s:%s", pm.HostIP, port)
}
