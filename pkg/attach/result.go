package attach

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// result returns the CNI result from the endpoint as HNS reports it, never from the configuration.
func result(conf *netconf.Config, network *hcnspec.Network, endpoint *hcnspec.Endpoint) (*types100.Result, error) {
	r := &types100.Result{
		CNIVersion: types100.ImplementedSpecVersion,
		Interfaces: []*types100.Interface{{
			Name:    conf.Attachment.IfName,
			Mac:     strings.ToLower(strings.ReplaceAll(endpoint.MAC, "-", ":")),
			Sandbox: conf.Attachment.Namespace,
		}},
		DNS: types.DNS{Nameservers: endpoint.DNS.ServerList, Domain: endpoint.DNS.Domain, Search: endpoint.DNS.Search, Options: endpoint.DNS.Options},
	}
	subnets := subnetsOf(network)
	for _, c := range endpoint.IPConfigs {
		ip, err := resultIP(c, endpoint, subnets)
		if err != nil {
			return nil, err
		}
		r.IPs = append(r.IPs, ip)
	}
	routes, err := resultRoutes(endpoint.Routes)
	r.Routes = routes
	return r, err
}

func resultIP(c hcnspec.IPConfig, endpoint *hcnspec.Endpoint, subnets subnets) (*types100.IPConfig, error) {
	addr, err := netip.ParseAddr(c.IPAddress)
	if err != nil {
		return nil, fmt.Errorf("endpoint %q: HNS reports address %q: %w", endpoint.Name, c.IPAddress, err)
	}
	live, inSubnet := subnets.holding(addr)
	bits := int(c.PrefixLength)
	if bits == 0 && inSubnet {
		bits = live.Prefix.Bits()
	}
	gateway := hcnspec.Gateway(endpoint.Routes, addr)
	if !gateway.IsValid() {
		gateway = live.Gateway
	}
	return &types100.IPConfig{
		Interface: types100.Int(0),
		Address:   net.IPNet{IP: addr.AsSlice(), Mask: net.CIDRMask(bits, addr.BitLen())},
		Gateway:   gateway.AsSlice(),
	}, nil
}

func resultRoutes(routes []hcnspec.Route) ([]*types.Route, error) {
	var out []*types.Route
	for _, r := range routes {
		dst, err := netip.ParsePrefix(r.DestinationPrefix)
		if err != nil {
			return nil, fmt.Errorf("HNS reports a route to %q: %w", r.DestinationPrefix, err)
		}
		gateway, _ := netip.ParseAddr(r.NextHop)
		out = append(out, &types.Route{
			Dst: net.IPNet{IP: dst.Addr().AsSlice(), Mask: net.CIDRMask(dst.Bits(), dst.Addr().BitLen())},
			GW:  gateway.AsSlice(),
		})
	}
	return out, nil
}
