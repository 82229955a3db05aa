package attach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// addresses are the addresses and DNS of a new endpoint. Without ips HNS chooses.
type addresses struct {
	ips      []netip.Prefix
	families hcnspec.Families
	gateway4 netip.Addr
	gateway6 netip.Addr
	routes   []hcnspec.Route
	dns      types.DNS
	mac      string
}

// allocate gets addresses from the delegate and adds their release to the undo list, or leaves the choice to HNS.
func (a *Attacher) allocate(ctx context.Context, p *plan, network *hcnspec.Network, u *undo) (*addresses, error) {
	subnets := subnetsOf(network)
	if p.conf.IPAM.Type == "" {
		if p.conf.Flags.ForceBridgeGateway {
			a.Log.Warn("optionalFlags.forceBridgeGateway has no effect where HNS assigns the addresses: the network's gateway is used")
		}
		addrs := &addresses{mac: hcnMAC(p.conf.MAC)}
		addrs.fromHNS(p.conf, subnets)
		addrs.finish(a.Profile, p.conf, subnets, p.conf.IPAM.Routes)
		return addrs, nil
	}
	addrs, err := a.delegated(ctx, p, subnets, u)
	if err != nil || !addrs.ownGateway() {
		return addrs, err
	}
	// With forceBridgeGateway the .2 belongs to the host, and flannel leaves it in host-local's range.
	a.Log.Warn("IPAM assigned the gateway's address to the pod; asking again", "ips", addrs.ips)
	if err := a.IPAM.Del(ctx, a.ipamRequest(p.conf)); err != nil {
		return nil, err
	}
	addrs, err = a.delegated(ctx, p, subnets, u)
	if err == nil && addrs.ownGateway() {
		return nil, fmt.Errorf("%w: %s assigns %v to the pod, which is its gateway", ErrAttachment, p.conf.IPAM.Type, addrs.ips)
	}
	return addrs, err
}

// delegated gets addresses from the delegate.
func (a *Attacher) delegated(ctx context.Context, p *plan, subnets subnets, u *undo) (*addresses, error) {
	result, release, err := a.reserve(ctx, p.conf)
	if err != nil {
		return nil, err
	}
	u.pushLast("addresses from "+p.conf.IPAM.Type, release)
	addrs := &addresses{mac: hcnMAC(p.conf.MAC)}
	routes, err := addrs.fromResult(result)
	if err != nil {
		return nil, err
	}
	for _, ip := range addrs.ips {
		if s, ok := subnets.holding(ip.Addr()); ok && s.Prefix.Bits() != ip.Bits() {
			a.Log.Warn("IPAM's prefix is not the network's", "ip", ip, "network_subnet", s.Prefix)
		}
	}
	addrs.finish(a.Profile, p.conf, subnets, routes)
	return addrs, nil
}

// reserve requests addresses from IPAM. The attachment has no endpoint, so anything that IPAM holds for it was left by
// an ADD that was killed, and host-local makes no second reservation for an attachment: after an error that may have
// this cause, reserve releases the reservation and retries once.
func (a *Attacher) reserve(ctx context.Context, conf *netconf.Config) (*types100.Result, ipam.Release, error) {
	result, release, err := a.IPAM.Add(ctx, a.ipamRequest(conf))
	if err == nil || ctx.Err() != nil || !ownRefusal(err) {
		return result, release, err
	}
	a.Log.Warn("IPAM refuses; releasing any address that it holds for this attachment, which has no endpoint, and retrying", "error", err)
	if delErr := a.IPAM.Del(ctx, a.ipamRequest(conf)); delErr != nil {
		return nil, nil, errors.Join(err, delErr)
	}
	return a.IPAM.Add(ctx, a.ipamRequest(conf))
}

// ownRefusal reports whether an IPAM plugin's error may be about its reservations: it has none of the codes that the
// specification defines for a bad configuration or for "try again later".
func ownRefusal(err error) bool {
	var e *types.Error
	return !errors.As(err, &e) || e.Code >= 100
}

// ownGateway reports whether an address is also the gateway, which would cut the pod off.
func (a *addresses) ownGateway() bool {
	return slices.ContainsFunc(a.ips, func(ip netip.Prefix) bool { return ip.Addr() == a.gatewayFor(ip.Addr()) })
}

// fromHNS uses the addresses that the runtime requested, if any; HNS rejects those that it cannot assign.
func (a *addresses) fromHNS(conf *netconf.Config, subnets subnets) {
	for _, ip := range conf.IPs {
		if s, ok := subnets.holding(ip.Addr()); ok && ip.IsSingleIP() {
			ip = netip.PrefixFrom(ip.Addr(), s.Prefix.Bits())
		}
		a.ips = append(a.ips, ip)
		a.families |= hcnspec.FamilyOf(ip.Addr())
	}
	if len(a.ips) > 0 {
		return
	}
	for _, s := range subnets {
		a.families |= hcnspec.FamilyOf(s.Prefix.Addr())
	}
	if len(subnets) == 0 { // DHCP
		a.families = hcnspec.IPv4
	}
}

// fromResult copies the delegate's addresses, gateways and DNS, and returns its routes.
func (a *addresses) fromResult(result *types100.Result) ([]netconf.Route, error) {
	for i, ip := range result.IPs {
		if ip == nil {
			return nil, types.NewError(types.ErrDecodingFailure, fmt.Sprintf("IPAM result: ips[%d] is null", i), "")
		}
		prefix, err := prefixOf(ip.Address)
		if err != nil {
			return nil, fmt.Errorf("IPAM result: ip %q: %w", ip.Address.String(), err)
		}
		a.ips = append(a.ips, prefix)
		a.families |= hcnspec.FamilyOf(prefix.Addr())
		if gateway, ok := netip.AddrFromSlice(ip.Gateway); ok {
			a.offerGateway(gateway.Unmap())
		}
	}
	a.dns = result.DNS
	var routes []netconf.Route
	for i, r := range result.Routes {
		if r == nil {
			return nil, types.NewError(types.ErrDecodingFailure, fmt.Sprintf("IPAM result: routes[%d] is null", i), "")
		}
		dst, err := prefixOf(r.Dst)
		if err != nil {
			return nil, fmt.Errorf("IPAM result: route %q: %w", r.Dst.String(), err)
		}
		gateway, _ := netip.AddrFromSlice(r.GW)
		if gateway = gateway.Unmap(); gateway.IsUnspecified() {
			gateway = netip.Addr{} // as in the configuration: the pod's own gateway
		}
		routes = append(routes, netconf.Route{Dst: dst, GW: gateway})
	}
	return routes, nil
}

// finish determines gateways, routes and the MAC address.
func (a *addresses) finish(profile Profile, conf *netconf.Config, subnets subnets, routes []netconf.Route) {
	if conf.OfWinOverlay() {
		a.gateway4, a.gateway6 = netip.Addr{}, netip.Addr{}
	} else {
		a.offerDefaults(routes)
	}
	for _, s := range subnets {
		if len(a.ips) == 0 || a.within(s.Prefix) {
			a.offerGateway(s.Gateway)
		}
	}
	if (conf.Flags.ForceBridgeGateway || conf.OfWinBridge()) && conf.IPAM.Type != "" {
		a.forceBridgeGateway()
	}
	if conf.Flags.GatewayFromAdditionalRoutes {
		a.offerDefaults(conf.Routes)
	}
	a.setRoutes(slices.Concat(routes, conf.Routes))
	if a.mac == "" && profile.MACFromIP {
		a.mac = a.macFromIP(conf.EndpointMACPrefix)
	}
}

// offerDefaults offers the gateways of default routes.
func (a *addresses) offerDefaults(routes []netconf.Route) {
	for _, r := range routes {
		if r.Dst.Bits() == 0 {
			a.offerGateway(r.GW)
		}
	}
}

// offerGateway sets the gateway of a family that has none yet.
func (a *addresses) offerGateway(gateway netip.Addr) {
	switch {
	case !gateway.IsValid() || gateway.IsUnspecified():
	case gateway.Is4() && !a.gateway4.IsValid():
		a.gateway4 = gateway
	case gateway.Is6() && !a.gateway6.IsValid():
		a.gateway6 = gateway
	}
}

func (a *addresses) within(prefix netip.Prefix) bool {
	for _, ip := range a.ips {
		if prefix.Contains(ip.Addr()) {
			return true
		}
	}
	return false
}

// forceBridgeGateway uses the second address of the subnet as the gateway: flannel assigns it to the host's endpoint of
// an L2Bridge (WCN#40).
func (a *addresses) forceBridgeGateway() {
	a.gateway4, a.gateway6 = netip.Addr{}, netip.Addr{}
	for _, ip := range a.ips {
		a.offerGateway(ip.Masked().Addr().Next().Next())
	}
}

// setRoutes puts the default routes first, one for each family of the endpoint, and then the others, through the
// family's gateway where they name none.
func (a *addresses) setRoutes(others []netconf.Route) {
	if a.gateway4.IsValid() && a.families.Has(hcnspec.IPv4) {
		a.routes = append(a.routes, hcnspec.DefaultRoute(a.gateway4))
	}
	if a.gateway6.IsValid() && a.families.Has(hcnspec.IPv6) {
		a.routes = append(a.routes, hcnspec.DefaultRoute(a.gateway6))
	}
	for _, r := range others {
		if r.Dst.Bits() == 0 {
			continue // it is the gateway above
		}
		if !r.GW.IsValid() {
			r.GW = a.gatewayFor(r.Dst.Addr())
		}
		if r.GW.IsValid() {
			a.routes = append(a.routes, hcnspec.Route{NextHop: r.GW.String(), DestinationPrefix: r.Dst.String()})
		}
	}
}

func (a *addresses) gatewayFor(addr netip.Addr) netip.Addr {
	if addr.Is4() {
		return a.gateway4
	}
	return a.gateway6
}

// macFromIP returns a MAC built from the prefix and the first IPv4 address, or "", which leaves the choice to HNS.
func (a *addresses) macFromIP(prefix [2]byte) string {
	for _, ip := range a.ips {
		if ip.Addr().Is4() {
			b := ip.Addr().As4()
			return hcnMAC(net.HardwareAddr{prefix[0], prefix[1], b[0], b[1], b[2], b[3]})
		}
	}
	return ""
}

func prefixOf(n net.IPNet) (netip.Prefix, error) {
	addr, ok := netip.AddrFromSlice(n.IP)
	ones, bits := n.Mask.Size()
	if !ok || bits == 0 {
		return netip.Prefix{}, fmt.Errorf("not an address with a prefix length")
	}
	return netip.PrefixFrom(addr.Unmap(), ones), nil
}
