package topology

import (
	"fmt"
	"slices"
	"strings"
)

// Tree returns a drawing with lines for a terminal.
func (p *Picture) Tree() string {
	var b strings.Builder
	fmt.Fprintf(&b, "node, HNS %s\n", p.HNS)
	roots := make([]branch, 0, len(p.Adapters)+len(p.Networks)+len(p.LoadBalancers))
	for _, a := range p.Adapters {
		roots = append(roots, branch{"adapter " + a.Name + "  " + strings.Join(a.lines(), "  "), nil})
	}
	for _, n := range p.Networks {
		roots = append(roots, n.branch())
	}
	for _, lb := range p.LoadBalancers {
		roots = append(roots, p.loadBalancerBranch(lb))
	}
	writeBranches(&b, "", roots)
	return b.String()
}

type branch struct {
	text     string
	children []branch
}

func writeBranches(b *strings.Builder, indent string, all []branch) {
	for i, one := range all {
		fork, bar := "├─ ", "│  "
		if i == len(all)-1 {
			fork, bar = "└─ ", "   "
		}
		fmt.Fprintf(b, "%s%s%s\n", indent, fork, strings.TrimSpace(one.text))
		writeBranches(b, indent+bar, one.children)
	}
}

func (n Network) branch() branch {
	text := fmt.Sprintf("network %s (%s) %s", n.Name, n.Type, strings.Join(n.Subnets, "; "))
	if n.Uplink != "" {
		text += " on " + n.Uplink
	}
	b := branch{text: text}
	if len(n.Policies) > 0 {
		b.children = append(b.children, branch{"policies: " + strings.Join(n.Policies, ", "), nil})
	}
	for _, e := range n.Endpoints {
		b.children = append(b.children, e.branch())
	}
	return b
}

func (e Endpoint) branch() branch {
	b := branch{text: fmt.Sprintf("endpoint %s  %s  %s  %s", e.Title(), strings.Join(e.Addresses, " "), e.MAC, e.place())}
	if len(e.Ports) > 0 {
		b.children = append(b.children, branch{"ports: " + strings.Join(e.Ports, ", "), nil})
	}
	if len(e.Policies) > 0 {
		b.children = append(b.children, branch{"policies: " + strings.Join(e.Policies, ", "), nil})
	}
	return b
}

func (p *Picture) loadBalancerBranch(lb LoadBalancer) branch {
	b := branch{text: "load balancer " + lb.title()}
	for _, n := range p.Networks {
		for _, e := range n.Endpoints {
			if slices.Contains(lb.Endpoints, e.ID) {
				b.children = append(b.children, branch{"endpoint " + e.Title() + "  " + strings.Join(e.Addresses, " "), nil})
			}
		}
	}
	return b
}

func (lb LoadBalancer) title() string {
	if lb.DSR {
		return lb.Front + " (DSR)"
	}
	return lb.Front
}
