package topology

import (
	"fmt"
	"strconv"
	"strings"
)

// box and arrow are the picture as a graph, which Mermaid and DOT draw.
type box struct {
	id    string
	lines []string
	kind  string // adapter, network, endpoint or lb
}

type arrow struct{ from, to string }

func (p *Picture) graph() (boxes []box, arrows []arrow) {
	adapters := map[string]string{}
	for i, a := range p.Adapters {
		id := fmt.Sprintf("adapter%d", i)
		adapters[a.Name] = id
		boxes = append(boxes, box{id, append([]string{a.Name}, a.lines()...), "adapter"})
	}
	endpoints := map[string]string{}
	for i, n := range p.Networks {
		id := fmt.Sprintf("network%d", i)
		boxes = append(boxes, box{id, append([]string{n.Name + " (" + n.Type + ")"}, n.Subnets...), "network"})
		if from, known := adapters[n.Uplink]; known {
			arrows = append(arrows, arrow{from, id})
		}
		for j, e := range n.Endpoints {
			endpoint := fmt.Sprintf("endpoint%d_%d", i, j)
			endpoints[e.ID] = endpoint
			boxes = append(boxes, box{endpoint, e.lines(), "endpoint"})
			arrows = append(arrows, arrow{id, endpoint})
		}
	}
	for i, lb := range p.LoadBalancers {
		id := fmt.Sprintf("lb%d", i)
		boxes = append(boxes, box{id, []string{lb.title()}, "lb"})
		for _, e := range lb.Endpoints {
			arrows = append(arrows, arrow{endpoints[e], id})
		}
	}
	return boxes, arrows
}

func (e Endpoint) lines() []string {
	lines := []string{e.Title(), strings.Join(e.Addresses, " "), e.place()}
	if len(e.Ports) > 0 {
		lines = append(lines, strings.Join(e.Ports, " "))
	}
	if len(e.Policies) > 0 {
		lines = append(lines, strings.Join(e.Policies, " "))
	}
	return lines
}

// Mermaid returns a drawing for Markdown (https://mermaid.js.org/syntax/flowchart.html).
func (p *Picture) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	boxes, arrows := p.graph()
	for _, x := range boxes {
		text := strings.Join(escapedLines(x.lines, mermaidText.Replace), "<br/>")
		open, shut := "[", "]"
		if x.kind == "lb" {
			open, shut = "{{", "}}"
		}
		fmt.Fprintf(&b, "  %s%s\"%s\"%s:::%s\n", x.id, open, text, shut, x.kind)
	}
	for _, a := range arrows {
		fmt.Fprintf(&b, "  %s --- %s\n", a.from, a.to)
	}
	for _, class := range []string{"adapter", "network", "endpoint", "lb"} {
		c := colours[class]
		fmt.Fprintf(&b, "  classDef %s fill:%s,stroke:%s,color:%s\n", class, c.fill, c.line, inkColour)
	}
	return b.String()
}

// Characters that Mermaid treats as markup, as its entity codes.
var mermaidText = strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "#", "#35;")

// DOT returns a drawing for Graphviz (https://graphviz.org/doc/info/lang.html).
func (p *Picture) DOT() string {
	var b strings.Builder
	b.WriteString("graph hcnctl {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n")
	boxes, arrows := p.graph()
	for _, x := range boxes {
		c := colours[x.kind]
		fmt.Fprintf(&b, "  %s [label=%s, fillcolor=%q, color=%q];\n", x.id, strconv.Quote(strings.Join(x.lines, "\n")), c.fill, c.line)
	}
	for _, a := range arrows {
		fmt.Fprintf(&b, "  %s -- %s;\n", a.from, a.to)
	}
	b.WriteString("}\n")
	return b.String()
}

func escapedLines(lines []string, escape func(string) string) []string {
	var all []string
	for _, l := range lines {
		all = append(all, escape(l))
	}
	return all
}

type colour struct{ fill, line string }

const inkColour = "#1b2733"

var colours = map[string]colour{
	"adapter":  {"#eef1f4", "#8593a1"},
	"network":  {"#e3f0fb", "#2f7fc1"},
	"endpoint": {"#ffffff", "#b7c3ce"},
	"lb":       {"#fdf1dc", "#c98a1b"},
}
