package doctor

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func checkNetworks(f Facts) []Finding {
	var found []Finding
	var nats []string
	for i := range f.Node.Networks {
		n := &f.Node.Networks[i]
		again := fmt.Sprintf("delete it (hcnctl network rm --force %s); the next ADD or hcnctl network create recreates it", n.Name)
		if code := n.Health.LastErrorCode(); code != 0 {
			found = append(found, Finding{Problem, "", fmt.Sprintf("network %q is not healthy: %s", n.Name, hostnet.MakeCode(code)), again})
		}
		if len(n.Subnets()) == 0 && ownsSubnets(n) {
			found = append(found, Finding{Problem, "", fmt.Sprintf("network %q has no subnet: a reboot left it incomplete", n.Name), again})
		}
		if up := node.Uplink(n); up != "" && node.Adapter(f.Node.Adapters, up) == nil {
			found = append(found, Finding{Problem, "", fmt.Sprintf("network %q is bound to adapter %q, which no longer exists", n.Name, up), again})
		}
		if node.TypeOf(n) == hcnspec.NAT {
			nats = append(nats, n.Name)
		}
	}
	if len(nats) > 1 {
		found = append(found, Finding{Warning, "", fmt.Sprintf("%d NAT networks (%s)", len(nats), strings.Join(nats, ", ")),
			"keep one: published ports on two of them can hang HNS until a reboot (Windows-Containers#140)"})
	}
	return append(found, sharedAdapters(f.Node)...)
}

// sharedAdapters finds networks of different types on one adapter.
func sharedAdapters(n *node.Node) []Finding {
	var found []Finding
	seen := map[string]bool{"": true}
	for i := range n.Networks {
		adapter := n.AdapterOf(&n.Networks[i])
		if seen[adapter] {
			continue
		}
		seen[adapter] = true
		bound := n.BoundTo(adapter)
		alike := true
		var names []string
		for _, network := range bound {
			alike = alike && (len(bound) == 1 || node.MayShare(network.Type, bound[0].Type))
			names = append(names, fmt.Sprintf("%q (%s)", network.Name, network.Type))
		}
		if !alike {
			found = append(found, Finding{Warning, "", fmt.Sprintf("%d networks share the adapter %q: %s", len(bound), adapter, strings.Join(names, ", ")), node.Sharing})
		}
	}
	return found
}

// ownsSubnets reports whether a network of that type and IPAM has its own address space.
func ownsSubnets(n *hcnspec.Network) bool {
	for _, ipam := range n.Ipams {
		if ipam.Type == hcnspec.IpamDHCP {
			return false
		}
	}
	t := node.TypeOf(n)
	return t == hcnspec.L2Bridge || t == hcnspec.Overlay || t == hcnspec.L2Tunnel || t == hcnspec.NAT
}

func checkEndpoints(f Facts) []Finding {
	var found []Finding
	for _, e := range OrphanEndpoints(f.Node) {
		found = append(found, Finding{Warning, "", fmt.Sprintf("endpoint %q (%s) is orphaned: no namespace holds it", e.Name, e.ID), "hcnctl gc"})
	}
	for i := range f.Node.Endpoints {
		e := &f.Node.Endpoints[i]
		if code := e.Health.LastErrorCode(); code != 0 {
			found = append(found, Finding{Problem, "", fmt.Sprintf("endpoint %q (%s) is not healthy: %s", e.Name, e.ID, hostnet.MakeCode(code)),
				"restart its pod"})
		}
		if f.Node.Network(e.Network) == nil {
			found = append(found, Finding{Warning, "", fmt.Sprintf("endpoint %q (%s) belongs to a network that no longer exists (%s)", e.Name, e.ID, e.Network),
				"hcnctl endpoint rm " + e.ID})
		}
	}
	return found
}

func checkAddresses(f Facts) []Finding {
	found := duplicateAddresses(f.Node)
	for _, r := range OrphanReservations(f.Node, f.Reservations) {
		found = append(found, Finding{Warning, "", fmt.Sprintf("%s is reserved for container %q on %q, but no endpoint has it", r.Address, r.Container, r.Network),
			"hcnctl gc"})
	}
	return append(found, unreserved(f)...)
}

func duplicateAddresses(n *node.Node) []Finding {
	type place struct {
		network string
		addr    netip.Addr
	}
	var found []Finding
	first := map[place]*hcnspec.Endpoint{}
	for i := range n.Endpoints {
		e := &n.Endpoints[i]
		for _, ip := range node.IPs(e) {
			at := place{strings.ToLower(e.Network), ip}
			if other := first[at]; other != nil {
				found = append(found, Finding{Problem, "", fmt.Sprintf("%s is the address of two endpoints: %q (%s) and %q (%s)", ip, other.Name, n.UseOf(other), e.Name, n.UseOf(e)),
					"delete the stale one (hcnctl endpoint rm); restart the pod of the other"})
				continue
			}
			first[at] = e
		}
	}
	return found
}

// unreserved finds endpoints whose network has host-local's files, but none for their address: host-local would assign
// the address again.
func unreserved(f Facts) []Finding {
	reserved := map[netip.Addr]bool{}
	networks := map[string]bool{}
	for _, r := range f.Reservations {
		reserved[r.Address] = true
		networks[r.Network] = true
	}
	var found []Finding
	for i := range f.Node.Endpoints {
		e := &f.Node.Endpoints[i]
		network := f.Node.Network(e.Network)
		if network == nil || !networks[network.Name] || f.Node.UseOf(e) != node.Attached {
			continue
		}
		for _, ip := range node.IPs(e) {
			if !reserved[ip] {
				found = append(found, Finding{Warning, "", fmt.Sprintf("endpoint %q has %s, which host-local has not reserved", e.Name, ip),
					"restart its pod before host-local gives the address to another one"})
			}
		}
	}
	return found
}

func checkNamespaces(f Facts) []Finding {
	var found []Finding
	for i := range f.Node.Namespaces {
		n := &f.Node.Namespaces[i]
		for _, id := range n.EndpointIDs() {
			if f.Node.Endpoint(id) == nil {
				found = append(found, Finding{Warning, "", fmt.Sprintf("namespace %s holds endpoint %s, which no longer exists", n.ID, id),
					"delete the pod; the runtime then removes the namespace"})
			}
		}
	}
	return found
}

func checkLoadBalancers(f Facts) []Finding {
	var found []Finding
	for i := range f.Node.LoadBalancers {
		lb := &f.Node.LoadBalancers[i]
		if len(lb.Endpoints) == 0 {
			found = append(found, Finding{Warning, "", fmt.Sprintf("load balancer %s (%s) has no members: clients get no answer",
				strings.Join(lb.FrontendVIPs, ","), lb.ID), "hcnctl loadbalancer rm " + lb.ID + ", unless kube-proxy is about to fill it"})
		}
		for _, id := range lb.Endpoints {
			if f.Node.Endpoint(id) == nil {
				found = append(found, Finding{Warning, "", fmt.Sprintf("load balancer %s (%s) refers to endpoint %s, which no longer exists",
					strings.Join(lb.FrontendVIPs, ","), lb.ID, id), "restart kube-proxy if it created it; GC removes the entry if a CNI configuration did"})
			}
		}
	}
	return found
}
