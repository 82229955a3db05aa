package ipam

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// nullChecked rejects results with a null in place of an object before the CNI library, which dereferences each one,
// reads them.
type nullChecked struct{ invoke.Exec }

func (e nullChecked) ExecPlugin(ctx context.Context, file string, stdin []byte, environ []string) ([]byte, error) {
	stdout, err := e.Exec.ExecPlugin(ctx, file, stdin, environ)
	if err == nil {
		err = RefuseNulls(stdout)
	}
	return stdout, err
}

// RefuseNulls returns an error with the path of a null among the addresses, routes and interfaces of a CNI result of
// any version. The CNI library panics on them. Anything that is no result at all is left to the library.
func RefuseNulls(result []byte) error {
	type list = []json.RawMessage
	var r struct {
		IPs, Routes, Interfaces list
		IP4, IP6                struct{ Routes list } // before CNI 0.3.0
	}
	if json.Unmarshal(result, &r) != nil {
		return nil
	}
	for path, l := range map[string]list{"ips": r.IPs, "routes": r.Routes, "interfaces": r.Interfaces,
		"ip4.routes": r.IP4.Routes, "ip6.routes": r.IP6.Routes} {
		for i, v := range l {
			if bytes.Equal(v, []byte("null")) {
				return fmt.Errorf("%s[%d]: null, where an object belongs", path, i)
			}
		}
	}
	return nil
}

// checkResult rejects addresses and routes that no pod can use: HNS would accept some of them, and the pod would have
// no network. It accepts what is unusual but works somewhere: a gateway outside the subnet of a single address or one
// that is link-local, no gateway at all, a route without one.
func checkResult(r *types100.Result) error {
	if len(r.IPs) == 0 {
		return badAnswer("its result has no addresses")
	}
	seen := map[netip.Addr]int{}
	for i, ip := range r.IPs {
		prefix, err := checkAddress(ip.Address)
		if err != nil {
			return badAnswer("ips[%d].address %q: %v", i, ip.Address.String(), err)
		}
		if first, twice := seen[prefix.Addr()]; twice {
			return badAnswer("ips[%d].address %q: the same as ips[%d]", i, prefix, first)
		}
		seen[prefix.Addr()] = i
		if err := checkGateway(ip.Gateway, prefix); err != nil {
			return badAnswer("ips[%d].gateway %q: %v", i, ip.Gateway, err)
		}
	}
	for i, route := range r.Routes {
		if err := checkRoute(route); err != nil {
			return badAnswer("routes[%d]: %v", i, err)
		}
	}
	for i, server := range r.DNS.Nameservers {
		if addr, err := netip.ParseAddr(server); err != nil || addr.IsUnspecified() || addr.IsMulticast() {
			return badAnswer("dns.nameservers[%d] %q: not the address of a server", i, server)
		}
	}
	return nil
}

func badAnswer(format string, args ...any) error {
	return types.NewError(types.ErrDecodingFailure, fmt.Sprintf(format, args...), "")
}

// shortestPrefix is the longest prefix length that counts as a mistake: no pod's subnet has 2^24 addresses.
const shortestPrefix = 8

func checkAddress(n net.IPNet) (netip.Prefix, error) {
	addr, ok := netip.AddrFromSlice(n.IP)
	bits, size := n.Mask.Size()
	if addr = addr.Unmap(); !ok || size != addr.BitLen() {
		return netip.Prefix{}, fmt.Errorf("not an address with a prefix length")
	}
	prefix := netip.PrefixFrom(addr, bits)
	switch {
	case bits <= shortestPrefix:
		return prefix, fmt.Errorf("a prefix length of %d is too short for a subnet of pods", bits)
	case !isHost(addr):
		return prefix, fmt.Errorf("not an address that a host can have")
	case addr.Is4() && bits < 31 && prefix.Masked().Addr() == addr:
		return prefix, fmt.Errorf("the address of the subnet itself")
	case addr.Is4() && bits < 31 && !prefix.Contains(addr.Next()):
		return prefix, fmt.Errorf("the subnet's broadcast address")
	}
	return prefix, nil
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

func isHost(addr netip.Addr) bool {
	return !addr.IsUnspecified() && !addr.IsLoopback() && !addr.IsMulticast() && addr != broadcast
}

// checkGateway accepts a missing gateway, which the specification allows, and 0.0.0.0 or ::, by which plugins mean the
// same.
func checkGateway(ip net.IP, of netip.Prefix) error {
	gateway, ok := netip.AddrFromSlice(ip)
	gateway = gateway.Unmap()
	switch {
	case !ok || gateway.IsUnspecified():
		return nil
	case gateway.Is4() != of.Addr().Is4():
		return fmt.Errorf("of another family than the address %s", of)
	case !isHost(gateway):
		return fmt.Errorf("not an address that a gateway can have")
	case !of.Contains(gateway) && !of.IsSingleIP() && !gateway.IsLinkLocalUnicast():
		return fmt.Errorf("outside the address's subnet %s", of.Masked())
	case gateway.Is4() && of.Bits() < 31 && of.Contains(gateway) && !of.Contains(gateway.Next()):
		return fmt.Errorf("the broadcast address of %s", of.Masked())
	}
	return nil
}

func checkRoute(r *types.Route) error {
	dst, ok := netip.AddrFromSlice(r.Dst.IP)
	dst = dst.Unmap()
	if _, size := r.Dst.Mask.Size(); !ok || size != dst.BitLen() {
		return fmt.Errorf("dst %q: not an address with a prefix length", r.Dst.String())
	}
	gateway, ok := netip.AddrFromSlice(r.GW)
	gateway = gateway.Unmap()
	switch {
	case !ok || gateway.IsUnspecified():
		return nil
	case gateway.Is4() != dst.Is4():
		return fmt.Errorf("gw %q: of another family than dst %s", gateway, r.Dst.String())
	case !isHost(gateway):
		return fmt.Errorf("gw %q: not an address that a gateway can have", gateway)
	}
	return nil
}
