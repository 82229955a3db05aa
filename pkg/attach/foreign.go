package attach

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// A pod's owner requests published ports and a MAC address through the runtime. A hostIP must be an address of this
// node, because HNS makes it a virtual address to which it redirects the node's traffic; a MAC address must be unused,
// because two ports of a switch with the same one receive each other's frames.

// checkForeign rejects what the pod may not request of this node, before anything is created.
func (a *Attacher) checkForeign(ctx context.Context, conf *netconf.Config) error {
	if conf.MAC == nil && !slices.ContainsFunc(conf.PortMappings, namesAddress) {
		return nil
	}
	adapters, err := a.Host.Adapters(ctx)
	if err != nil {
		return err
	}
	return slices.Concat(foreignHostIPs(conf, adapters), nodesMAC(conf, adapters)).Err()
}

func namesAddress(m netconf.PortMapping) bool { return m.HostIP.IsValid() && !m.HostIP.IsUnspecified() }

// foreignHostIPs returns the published addresses that no adapter of the node has. They include loopback addresses: HNS
// publishes ports on the node's networks only.
func foreignHostIPs(conf *netconf.Config, adapters []hostnet.Adapter) confdoc.Findings {
	var own []netip.Addr
	for _, adapter := range adapters {
		for _, prefix := range adapter.Addresses {
			own = append(own, prefix.Addr())
		}
	}
	var findings confdoc.Findings
	for i, m := range conf.PortMappings {
		if namesAddress(m) && !slices.Contains(own, m.HostIP) {
			findings = append(findings, confdoc.Finding{Path: fmt.Sprintf("runtimeConfig.portMappings[%d].hostIP", i),
				Message: fmt.Sprintf("%q: not an address of this node; it has %v", m.HostIP, own)})
		}
	}
	return findings
}

// nodesMAC returns a finding if the pod requests the MAC address of one of the node's adapters.
func nodesMAC(conf *netconf.Config, adapters []hostnet.Adapter) confdoc.Findings {
	for _, adapter := range adapters {
		mac, err := net.ParseMAC(adapter.MAC)
		if err == nil && bytes.Equal(mac, conf.MAC) {
			return confdoc.Findings{{Path: "runtimeConfig.mac", Message: fmt.Sprintf("%q: the MAC address of this node's adapter %q", conf.MAC, adapter.Name)}}
		}
	}
	return nil
}

// checkMAC rejects a requested MAC address that another endpoint of the network has, or that, where MAC addresses are
// derived from IP addresses, belongs to another address on any node.
func (a *Attacher) checkMAC(ctx context.Context, p *plan, network *hcnspec.Network, addrs *addresses) error {
	if p.conf.MAC == nil {
		return nil
	}
	prefix := p.conf.EndpointMACPrefix
	if derived := addrs.macFromIP(prefix); a.Profile.MACFromIP && bytes.HasPrefix(p.conf.MAC, prefix[:]) && derived != addrs.mac {
		return confdoc.Findings{{Path: "runtimeConfig.mac", Message: fmt.Sprintf("%q: begins with endpointMacPrefix, and so belongs to the pod with another address; want %q or no such prefix",
			p.conf.MAC, derived)}}
	}
	endpoints, err := a.Host.EndpointsOfNetwork(ctx, network.ID)
	if err != nil {
		return err
	}
	for _, e := range endpoints {
		if strings.EqualFold(e.MAC, addrs.mac) {
			return fmt.Errorf("%w: MAC address %s belongs to endpoint %q (%s)", ErrAttachment, addrs.mac, e.Name, e.ID)
		}
	}
	return nil
}
