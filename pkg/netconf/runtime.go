package netconf

import (
	"math"
	"net/netip"
	"slices"
)

// runtime reads what a runtime adds to a configuration: runtimeConfig, args and prevResult.
func (r *reader) runtime(c *Config, root *node) {
	o := r.object(r.field(root, "runtimeConfig"))
	c.PortMappings = r.portMappings(r.field(o, "portMappings"))
	r.bandwidth(c, r.field(o, "bandwidth"))
	if dns := r.field(o, "dns"); dns != nil {
		if d := r.dns(dns); !d.IsZero() {
			c.RuntimeDNS = &d
		}
	}
	// By the CNI conventions capabilities go before args, and args before CNI_ARGS.
	r.static(c, o)
	r.static(c, r.object(r.field(r.object(r.field(root, "args")), "cni")))
	prev := r.field(root, "prevResult")
	if r.object(prev) != nil {
		c.PrevResult = slices.Clone(prev.raw)
	}
}

// static reads the addresses that an attachment is to have, unless it has some already.
func (r *reader) static(c *Config, o *node) {
	if ips := r.ips(r.field(o, "ips")); len(c.IPs) == 0 {
		c.IPs = ips
	}
	n := r.field(o, "mac")
	s, ok := r.str(n)
	if !ok || s == "" {
		return
	}
	mac, complaint := parseMAC(s)
	if complaint != "" {
		r.fail(n, "%s", complaint)
	} else if c.MAC == nil {
		c.MAC = mac
	}
}

func (r *reader) ips(n *node) []netip.Prefix {
	var all []netip.Prefix
	for _, item := range r.items(n) {
		s, ok := r.str(item)
		if !ok {
			continue
		}
		p, complaint := parseHostPrefix(s)
		if complaint == "" && hasAddr(all, p.Addr()) {
			complaint = "the address is in the list already"
		}
		if complaint != "" {
			r.fail(item, "%s", complaint)
			continue
		}
		all = append(all, p)
	}
	return all
}

func hasAddr(all []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(all, func(p netip.Prefix) bool { return p.Addr() == a })
}

// bandwidth reads rates and bursts. A burst alone limits nothing.
func (r *reader) bandwidth(c *Config, n *node) {
	o := r.object(n)
	amount := func(name string) uint64 {
		v, _ := r.whole(r.field(o, name), 0, math.MaxInt64)
		return v
	}
	c.Bandwidth = Bandwidth{
		IngressRate: amount("ingressRate"), IngressBurst: amount("ingressBurst"),
		EgressRate: amount("egressRate"), EgressBurst: amount("egressBurst"),
	}
}

// attachments reads what the runtime says is alive, for GC. An entry that cannot be read is a problem for
// GC too: taking it for dead would cut off a living pod. Null comes of a runtime whose list is empty.
func (r *reader) attachments(c *Config, root *node) {
	n := root.get("cni.dev/valid-attachments")
	if n == nil {
		n = root.get("cni.dev/attachments") // the name in an early text of the specification
	}
	if n == nil || n.kind == tooDeep {
		return
	}
	if n.kind != list && n.kind != null {
		r.fatal(n, "want a list of objects with containerID and ifname")
		return
	}
	c.HasValidAttachments = true
	for _, item := range n.items {
		if a, ok := r.attachment(item); ok {
			c.ValidAttachments = append(c.ValidAttachments, a)
		}
	}
}

func (r *reader) attachment(item *node) (ValidAttachment, bool) {
	container, ifname := item.get("containerID"), item.get("ifname")
	for _, n := range []*node{container, ifname} {
		if n == nil || n.kind != text || n.text == "" {
			r.fatal(item, "want an object with containerID and ifname")
			return ValidAttachment{}, false
		}
	}
	return ValidAttachment{ContainerID: container.text, IfName: ifname.text}, true
}
