package hnshost

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Adapters implements hostnet.Service with GetAdaptersAddresses: no HCN call.
func (service) Adapters(context.Context) ([]hostnet.Adapter, error) {
	first, err := readAdapters()
	if err != nil {
		return nil, fmt.Errorf("list the network adapters: %w", err)
	}
	var all []hostnet.Adapter
	for a := first; a != nil; a = a.Next {
		if a.IfType != windows.IF_TYPE_SOFTWARE_LOOPBACK {
			all = append(all, makeAdapter(a))
		}
	}
	return all, nil
}

// readAdapters retries until the buffer is large enough; usually the first size is.
func readAdapters() (*windows.IpAdapterAddresses, error) {
	const flags = windows.GAA_FLAG_INCLUDE_GATEWAYS | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST | windows.GAA_FLAG_SKIP_DNS_SERVER
	for size := uint32(16 << 10); ; {
		// Of the struct's own type, for its alignment.
		buffer := make([]windows.IpAdapterAddresses, size/uint32(unsafe.Sizeof(windows.IpAdapterAddresses{}))+1)
		size = uint32(len(buffer)) * uint32(unsafe.Sizeof(buffer[0])) // #nosec G115 -- some kilobytes
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, &buffer[0], &size)
		switch {
		case err == nil && size == 0, errors.Is(err, windows.ERROR_NO_DATA):
			return nil, nil
		case err == nil:
			return &buffer[0], nil
		case !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW):
			return nil, err
		}
	}
}

func makeAdapter(a *windows.IpAdapterAddresses) hostnet.Adapter {
	adapter := hostnet.Adapter{
		Name: windows.UTF16PtrToString(a.FriendlyName),
		MAC:  net.HardwareAddr(a.PhysicalAddress[:min(int(a.PhysicalAddressLength), len(a.PhysicalAddress))]).String(),
		Up:   a.OperStatus == windows.IfOperStatusUp,
	}
	adapter.Virtual = strings.HasPrefix(adapter.Name, "vEthernet")
	for u := a.FirstUnicastAddress; u != nil; u = u.Next {
		if addr := addressOf(u.Address); addr.IsValid() {
			adapter.Addresses = append(adapter.Addresses, netip.PrefixFrom(addr, int(u.OnLinkPrefixLength)))
		}
	}
	for g := a.FirstGatewayAddress; g != nil; g = g.Next {
		// The IPv4 gateway is what is usually meant by the host's gateway.
		if addr := addressOf(g.Address); addr.IsValid() && (!adapter.Gateway.IsValid() || !adapter.Gateway.Is4() && addr.Is4()) {
			adapter.Gateway = addr
		}
	}
	return adapter
}

func addressOf(socket windows.SocketAddress) netip.Addr {
	addr, _ := netip.AddrFromSlice(socket.IP())
	return addr.Unmap()
}
