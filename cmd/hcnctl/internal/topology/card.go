package topology

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
)

// stripes are the colours of the purposes of endpoints.
var stripes = map[node.Use]string{
	node.Attached: "#2e9e6b",
	node.Remote:   "#8593a1",
	node.HostSide: "#6b5bd2",
	node.Stale:    "#d1433f",
	node.Idle:     "#e0912f",
}

var (
	heading      = style{size: 22, bold: true, colour: inkColour}
	title        = style{size: 15, bold: true, colour: inkColour}
	adapterTitle = style{size: 13.5, bold: true, colour: inkColour}
	cardTitle    = style{size: 13, bold: true, mono: true, colour: inkColour}
	address      = style{size: 12.5, mono: true, colour: inkColour}
	small        = style{size: 11.5, colour: greyColour}
	smallMono    = style{size: 11, mono: true, colour: greyColour}
	column       = style{size: 11, bold: true, colour: greyColour}
	pad          = 14.0
	lineHeight   = 17.0
)

func (l *layout) heading(c *canvas) {
	c.text(margin, 46, l.width, heading, "Container network of this node")
	endpoints := 0
	for _, n := range l.Networks {
		endpoints += len(n.Endpoints)
	}
	s := small
	s.size = 13
	c.text(margin, 68, l.width, s, fmt.Sprintf("HNS %s  ·  %s  ·  %s  ·  %s", l.HNS, plural(len(l.Networks), "network"),
		plural(endpoints, "endpoint"), plural(len(l.LoadBalancers), "load balancer")))
	c.text(adapterX, 102, adapterWidth, column, "ADAPTERS")
	c.text(networkX, 102, networkWidth, column, "NETWORKS")
	c.text(endpointX, 102, endpointWidth, column, "ENDPOINTS")
	if len(l.LoadBalancers) > 0 {
		c.text(balancerX, 102, balancerWidth, column, "LOAD BALANCERS")
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// legend explains the stripes at the bottom.
func (l *layout) legend(c *canvas) {
	x, y := float64(endpointX), l.height-28
	for _, use := range []node.Use{node.Attached, node.HostSide, node.Remote, node.Idle, node.Stale} {
		c.rect(x, y-9, 4, 12, 2, stripes[use], "")
		c.text(x+10, y, 120, small, string(use))
		x += 34 + small.width(string(use))
	}
}

func adapterHeight(a Adapter) float64 { return 2*pad + 12 + lineHeight*float64(len(a.lines())) }

func (a Adapter) lines() []string {
	lines := append([]string{}, a.Addresses...)
	if a.Gateway != "" {
		lines = append(lines, "via "+a.Gateway)
	}
	switch {
	case !a.Up:
		lines = append(lines, "down")
	case a.Virtual:
		lines = append(lines, "virtual")
	}
	return lines
}

func drawAdapter(c *canvas, at span, a Adapter) {
	c.rect(adapterX, at.y, adapterWidth, at.height, 10, colours["adapter"].fill, colours["adapter"].line)
	y := at.y + pad + 11
	c.text(adapterX+pad, y, adapterWidth-2*pad, adapterTitle, a.Name)
	for _, line := range a.lines() {
		y += lineHeight
		c.text(adapterX+pad, y, adapterWidth-2*pad, smallMono, line)
	}
}

func (n Network) chips() [][]chip {
	chips := []chip{{n.Type, colours["network"].line, "#ffffff"}}
	for _, p := range n.Policies {
		chips = append(chips, chip{p, "#cfe3f5", inkColour})
	}
	return layChips(chips, networkWidth-2*pad)
}

func networkHeight(n Network) float64 {
	return 2*pad + 16 + lineHeight*float64(len(n.lines())) + 6 + chipsHeight(n.chips())
}

// lines returns the subnets, each followed by its gateway on the next line.
func (n Network) lines() []string {
	var lines []string
	for _, s := range n.Subnets {
		prefix, rest, _ := strings.Cut(s, " ")
		lines = append(lines, prefix)
		if rest != "" {
			lines = append(lines, rest)
		}
	}
	return lines
}

func drawNetwork(c *canvas, at span, n Network) {
	c.rect(networkX, at.y, networkWidth, at.height, 10, colours["network"].fill, colours["network"].line)
	y := at.y + pad + 12
	c.text(networkX+pad, y, networkWidth-2*pad, title, n.Name)
	for _, line := range n.lines() {
		y += lineHeight
		c.text(networkX+pad, y, networkWidth-2*pad, smallMono, line)
	}
	c.chips(networkX+pad, y+12, networkWidth-2*pad, n.chips())
}

func (e Endpoint) chips() [][]chip {
	var chips []chip
	for _, p := range e.Ports {
		chips = append(chips, chip{strings.ReplaceAll(p, "->", " → "), "#dff3e9", "#1d6b49"})
	}
	for _, p := range e.Policies {
		chips = append(chips, chip{p, "#edf0f3", greyColour})
	}
	return layChips(chips, endpointWidth-2*pad-6)
}

func endpointHeight(e Endpoint) float64 {
	h := pad + 12 + lineHeight*float64(max(1, len(e.Addresses))) + 12
	if rows := e.chips(); len(rows) > 0 {
		h += 2 + chipsHeight(rows)
	}
	return h
}

func drawEndpoint(c *canvas, at span, e Endpoint) {
	c.rect(endpointX, at.y, endpointWidth, at.height, 8, colours["endpoint"].fill, colours["endpoint"].line)
	c.rect(endpointX, at.y, 5, at.height, 2, stripes[e.Use], "")
	left, half := endpointX+pad+6, (endpointWidth-2*pad-6)/2.0
	y := at.y + pad + 10
	c.text(left, y, half, cardTitle, e.Title())
	c.text(left+half, y, half, small, e.place())
	for i, a := range e.Addresses {
		c.text(left, y+lineHeight*float64(i+1), half, address, a)
	}
	c.text(left+half, y+lineHeight, half, smallMono, e.MAC)
	c.chips(left, y+lineHeight*float64(max(1, len(e.Addresses)))+10, endpointWidth-2*pad-6, e.chips())
}

const balancerHeight = 58

func drawBalancer(c *canvas, at span, lb LoadBalancer) {
	c.rect(balancerX, at.y, balancerWidth, at.height, 10, colours["lb"].fill, colours["lb"].line)
	front, ports, _ := strings.Cut(lb.title(), " ")
	c.text(balancerX+pad, at.y+24, balancerWidth-2*pad, cardTitle, front)
	c.text(balancerX+pad, at.y+24+lineHeight, balancerWidth-2*pad, smallMono, strings.ReplaceAll(ports, "->", " → "))
}
