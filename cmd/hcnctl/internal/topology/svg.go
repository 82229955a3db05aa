package topology

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
)

// Columns of the drawing, from left to right.
const (
	margin        = 32
	adapterX      = margin
	adapterWidth  = 216
	networkX      = adapterX + adapterWidth + 64
	networkWidth  = 268
	endpointX     = networkX + networkWidth + 64
	endpointWidth = 372
	balancerX     = endpointX + endpointWidth + 72
	balancerWidth = 220
	top           = 116
	gap           = 12 // between cards
	bandPad       = 16
)

// span is a position on the vertical axis.
type span struct{ y, height float64 }

func (s span) middle() float64 { return s.y + s.height/2 }

// layout holds all positions.
type layout struct {
	*Picture
	bands     []span // of the networks
	networks  []span
	endpoints [][]span
	adapters  []span
	balancers []span
	width     float64
	height    float64
}

// SVG returns a self-contained image for a review or a ticket.
func (p *Picture) SVG() string {
	l := p.layOut()
	c := &canvas{}
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="%s" role="img">`+"\n",
		l.width, l.height, l.width, l.height, sans)
	fmt.Fprintf(c, "<title>Container network of a Windows node</title>\n")
	c.rect(0, 0, l.width, l.height, 0, paperColour, "")
	l.heading(c)
	for i, n := range l.Networks {
		c.rect(networkX-bandPad, l.bands[i].y, endpointX+endpointWidth-networkX+2*bandPad, l.bands[i].height, 14, bandColour, "")
		l.links(c, i, n)
	}
	l.balancerLinks(c)
	for i, a := range l.Adapters {
		drawAdapter(c, l.adapters[i], a)
	}
	for i, n := range l.Networks {
		drawNetwork(c, l.networks[i], n)
		for j, e := range n.Endpoints {
			drawEndpoint(c, l.endpoints[i][j], e)
		}
	}
	for i, lb := range l.LoadBalancers {
		drawBalancer(c, l.balancers[i], lb)
	}
	l.legend(c)
	_, _ = c.WriteString("</svg>\n")
	return c.String()
}

func (p *Picture) layOut() *layout {
	l := &layout{Picture: p, width: endpointX + endpointWidth + margin + bandPad}
	if len(p.LoadBalancers) > 0 {
		l.width = balancerX + balancerWidth + margin
	}
	y := float64(top)
	for _, n := range p.Networks {
		y = l.placeNetwork(n, y)
	}
	l.placeAdapters()
	l.placeBalancers()
	l.height = max(y, bottom(l.adapters), bottom(l.balancers)) + 64
	return l
}

// placeNetwork stacks the network's endpoints and centres the network beside them.
func (l *layout) placeNetwork(n Network, y float64) float64 {
	own := networkHeight(n)
	at, cards := y+bandPad, []span{}
	for _, e := range n.Endpoints {
		h := endpointHeight(e)
		cards = append(cards, span{at, h})
		at += h + gap
	}
	inside := max(own, at-gap-y-bandPad)
	l.bands = append(l.bands, span{y, inside + 2*bandPad})
	l.networks = append(l.networks, span{y + bandPad + (inside-own)/2, own})
	l.endpoints = append(l.endpoints, cards)
	return y + inside + 2*bandPad + gap*1.5
}

// placeAdapters puts each adapter beside the middle of its networks, without overlap, and those without networks last.
// The virtual adapters that HNS creates are named after the network or the uplink.
func (l *layout) placeAdapters() {
	var wanted []float64
	for _, a := range l.Adapters {
		var middles []float64
		for i, n := range l.Networks {
			if n.Uplink == a.Name || a.Name == "vEthernet ("+n.Name+")" || a.Name == "vEthernet ("+n.Uplink+")" {
				middles = append(middles, l.networks[i].middle())
			}
		}
		wanted = append(wanted, mean(middles, math.MaxFloat64))
	}
	l.adapters = stack(wanted, func(i int) float64 { return adapterHeight(l.Adapters[i]) })
}

func (l *layout) placeBalancers() {
	var wanted []float64
	for _, lb := range l.LoadBalancers {
		var middles []float64
		l.each(func(s span, e Endpoint) {
			if slices.Contains(lb.Endpoints, e.ID) {
				middles = append(middles, s.middle())
			}
		})
		wanted = append(wanted, mean(middles, top+balancerHeight/2))
	}
	l.balancers = stack(wanted, func(int) float64 { return balancerHeight })
}

func (l *layout) each(f func(span, Endpoint)) {
	for i, n := range l.Networks {
		for j, e := range n.Endpoints {
			f(l.endpoints[i][j], e)
		}
	}
}

// stack places cards as close as possible to the desired middles, from the top, without overlap. MaxFloat64 stands for
// the next free place.
func stack(wanted []float64, height func(int) float64) []span {
	order := make([]int, len(wanted))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(wanted[a], wanted[b]) })
	spans := make([]span, len(wanted))
	free := float64(top)
	for _, i := range order {
		h := height(i)
		if wanted[i] == math.MaxFloat64 {
			wanted[i] = 0
		}
		spans[i] = span{max(free, wanted[i]-h/2), h}
		free = spans[i].y + h + gap
	}
	return spans
}

func mean(all []float64, none float64) float64 {
	if len(all) == 0 {
		return none
	}
	sum := 0.0
	for _, v := range all {
		sum += v
	}
	return sum / float64(len(all))
}

func bottom(spans []span) float64 {
	lowest := float64(top)
	for _, s := range spans {
		lowest = max(lowest, s.y+s.height)
	}
	return lowest
}

func (l *layout) links(c *canvas, i int, n Network) {
	for j, a := range l.Adapters {
		if a.Name == n.Uplink {
			c.curve(adapterX+adapterWidth, l.adapters[j].middle(), networkX, l.networks[i].middle(), linkColour)
		}
	}
	for j, e := range n.Endpoints {
		colour := linkColour
		if e.Use == node.Idle || e.Use == node.Stale {
			colour = stripes[e.Use]
		}
		c.curve(networkX+networkWidth, l.networks[i].middle(), endpointX, l.endpoints[i][j].middle(), colour)
	}
}

func (l *layout) balancerLinks(c *canvas) {
	for i, lb := range l.LoadBalancers {
		l.each(func(s span, e Endpoint) {
			if slices.Contains(lb.Endpoints, e.ID) {
				c.curve(endpointX+endpointWidth, s.middle(), balancerX, l.balancers[i].middle(), colours["lb"].line)
			}
		})
	}
}
