// Package topology draws the objects of a node's host network service: as a tree, Mermaid, DOT or SVG.
package topology

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/printable"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Picture is the content of all drawings.
type Picture struct {
	HNS           string
	Adapters      []Adapter
	Networks      []Network
	LoadBalancers []LoadBalancer
}

// Adapter is a network adapter of the host.
type Adapter struct {
	Name      string
	Addresses []string
	Gateway   string
	Up        bool
	Virtual   bool
}

// Network is an HNS network with its endpoints.
type Network struct {
	Name      string
	Type      string
	Uplink    string   // name of an Adapter, or ""
	Subnets   []string // "10.244.3.0/24 via 10.244.3.1, VSID 4096"
	Policies  []string
	Endpoints []Endpoint
}

// Endpoint is a port on a network.
type Endpoint struct {
	ID        string
	Name      string
	Container string // "" if the plugins did not create it
	IfName    string
	Namespace string // of the pod, or ""
	Use       node.Use
	Addresses []string
	MAC       string
	Ports     []string
	Policies  []string // "OutBoundNAT", "ACL ×3"; without port mappings, which Ports has
}

// LoadBalancer spreads a front end over endpoints.
type LoadBalancer struct {
	ID        string
	Front     string   // "10.96.0.10 80->8080/tcp"
	Endpoints []string // IDs of Endpoints
	DSR       bool
}

// New returns the picture of a node.
func New(n *node.Node) *Picture {
	p := &Picture{HNS: n.Version.String()}
	for _, a := range n.Adapters {
		p.Adapters = append(p.Adapters, adapter(a))
	}
	for i := range n.Networks {
		p.Networks = append(p.Networks, network(n, &n.Networks[i]))
	}
	for i := range n.LoadBalancers {
		lb := &n.LoadBalancers[i]
		drawn := LoadBalancer{ID: lb.ID, DSR: lb.Flags&hcnspec.LoadBalancerDSR != 0,
			Front: printable.Text(strings.Join(lb.FrontendVIPs, ",") + " " + strings.Join(node.FrontPorts(lb), " "))}
		for _, id := range lb.Endpoints {
			if e := n.Endpoint(id); e != nil {
				drawn.Endpoints = append(drawn.Endpoints, e.ID)
			}
		}
		p.LoadBalancers = append(p.LoadBalancers, drawn)
	}
	return p
}

func adapter(a hostnet.Adapter) Adapter {
	drawn := Adapter{Name: printable.Text(a.Name), Up: a.Up, Virtual: a.Virtual}
	for _, prefix := range a.Addresses {
		drawn.Addresses = append(drawn.Addresses, prefix.String())
	}
	if a.Gateway.IsValid() {
		drawn.Gateway = a.Gateway.String()
	}
	return drawn
}

func network(n *node.Node, doc *hcnspec.Network) Network {
	drawn := Network{Name: printable.Text(doc.Name), Type: printable.Text(string(node.TypeOf(doc))), Uplink: printable.Text(node.Uplink(doc)),
		Policies: counted(doc.Policies, hcnspec.NetAdapterName)}
	for _, s := range doc.Subnets() {
		text := s.IPAddressPrefix
		if gw := s.Gateway(); gw.IsValid() {
			text += " via " + gw.String()
		}
		if isolation := node.Isolation(&s); isolation != "" {
			text += ", " + isolation
		}
		drawn.Subnets = append(drawn.Subnets, printable.Text(text))
	}
	for _, e := range n.EndpointsOf(doc.ID) {
		drawn.Endpoints = append(drawn.Endpoints, endpoint(n, &e, doc.Name))
	}
	return drawn
}

func endpoint(n *node.Node, e *hcnspec.Endpoint, network string) Endpoint {
	drawn := Endpoint{ID: e.ID, Name: printable.Text(e.Name), Use: n.UseOf(e), Addresses: node.Addresses(e), MAC: printable.Text(e.MAC),
		Ports: node.Ports(e), Policies: counted(e.Policies, hcnspec.PortMapping)}
	if !hostnet.NoID(e.Namespace) {
		drawn.Namespace = strings.ToLower(e.Namespace)
	}
	if attachment, ours := attach.AttachmentOf(e, network); ours {
		drawn.Container, drawn.IfName = printable.Text(attachment.ContainerID), printable.Text(attachment.IfName)
	}
	return drawn
}

// counted returns the types of policies, each once, except the one that is shown in another way.
func counted(policies []hcnspec.Policy, but hcnspec.PolicyType) []string {
	counts := map[string]int{}
	for _, p := range policies {
		if p.Type != but {
			counts[printable.Text(string(p.Type))]++
		}
	}
	var all []string
	for _, t := range slices.Sorted(maps.Keys(counts)) {
		if counts[t] > 1 {
			t = fmt.Sprintf("%s ×%d", t, counts[t])
		}
		all = append(all, t)
	}
	return all
}

// Title returns the endpoint's container, shortened, or else its name.
func (e Endpoint) Title() string {
	if e.Container == "" {
		return e.Name
	}
	title := e.Container
	if len(title) > 12 {
		title = title[:12]
	}
	if e.IfName != "eth0" {
		title += " " + e.IfName
	}
	return title
}

// place returns where the endpoint is: its pod's namespace, or why it has none.
func (e Endpoint) place() string {
	switch e.Use {
	case node.Attached:
		return "pod " + shortID(e.Namespace)
	case node.Remote:
		return "on another node"
	case node.HostSide:
		return "the node itself"
	case node.Stale:
		return "stale: namespace gone"
	}
	return "idle: in no namespace"
}

func shortID(id string) string { return id[:min(len(id), 8)] }
