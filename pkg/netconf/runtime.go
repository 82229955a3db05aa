package netconf

import (
	"math"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// runtime reads what a runtime adds to a configuration: runtimeConfig, args and prevResult.
func (r *reader) runtime() {
	o := r.root.Get("runtimeConfig").Object()
	r.c.PortMappings = portMappings(o.Get("portMappings"))
	r.bandwidth(o.Get("bandwidth").Object())
	if d := dns(o.Get("dns")); !d.IsZero() {
		r.c.RuntimeDNS = &d
	}
	// By the CNI conventions capabilities override args, and args override CNI_ARGS.
	r.static(o)
	r.static(r.root.Get("args").Object().Get("cni").Object())
	r.c.PrevResult = slices.Clone(r.root.Get("prevResult").Object().JSON())
}

// static reads the requested addresses of an attachment, unless it already has some.
func (r *reader) static(o confdoc.Value) {
	r.c.noNulls(o.Get("ips"))
	if ips := staticIPs(o.Get("ips").Items()); len(r.c.IPs) == 0 {
		r.c.IPs = ips
	}
	if mac, ok := o.Get("mac").MAC(); ok && r.c.MAC == nil {
		r.c.MAC = mac
	}
}

func staticIPs(items []confdoc.Value) []netip.Prefix {
	all, seen := make([]netip.Prefix, 0, len(items)), make(map[netip.Addr]bool, len(items))
	for _, item := range items {
		p, ok := item.HostPrefix()
		if ok && seen[p.Addr()] {
			item.Fail("the address is already in the list")
		} else if ok {
			all = append(all, p)
		}
		seen[p.Addr()] = true
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// bandwidth reads rates and bursts. A burst alone limits nothing.
func (r *reader) bandwidth(o confdoc.Value) {
	amount := func(name string) uint64 {
		n, _ := o.Get(name).Whole(0, math.MaxInt64)
		return n
	}
	r.c.Bandwidth = Bandwidth{
		IngressRate: amount("ingressRate"), IngressBurst: amount("ingressBurst"),
		EgressRate: amount("egressRate"), EgressBurst: amount("egressBurst"),
	}
}

// attachments reads the valid attachments, for GC. An unreadable or ambiguous list is an error for GC too: GC would
// otherwise cut off running pods. A runtime with an empty list writes null. The second name is from a draft of the
// specification.
func (r *reader) attachments() {
	v := r.root.Certain("cni.dev/valid-attachments", "cni.dev/attachments")
	if !v.Given() {
		return
	}
	if v.Kind() != confdoc.List && v.Kind() != confdoc.Null {
		v.Fatal("want a list of objects with containerID and ifname")
		return
	}
	r.c.HasValidAttachments = true
	for _, item := range v.Children() {
		if a, ok := attachment(r.Read(item)); ok {
			r.c.ValidAttachments = append(r.c.ValidAttachments, a)
		}
	}
}

func attachment(item confdoc.Value) (ValidAttachment, bool) {
	container, ifname := item.Certain("containerID"), item.Certain("ifname")
	for _, v := range []confdoc.Value{container, ifname} {
		if v.Node.Kind() != confdoc.Text || v.Text() == "" {
			item.Fatal("want an object with containerID and ifname")
			return ValidAttachment{}, false
		}
	}
	return ValidAttachment{ContainerID: container.Text(), IfName: ifname.Text()}, true
}
