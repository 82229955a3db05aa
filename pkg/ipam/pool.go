package ipam

import (
	"fmt"
	"net/netip"

	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/allocator"
)

// hostLocalFull returns an error with STATUS's code 50 if host-local has no free address in one of its range
// sets, which its executable does not check. It reads the directory of reservations and takes no lock.
func hostLocalFull(r Request) error {
	conf, _, err := allocator.LoadIPAMConfig(r.Stdin, r.Args)
	if err != nil {
		return badConfig("ipam: %v", err)
	}
	reserved, err := reservedAddresses(conf)
	if err != nil {
		return err
	}
	for i := range conf.Ranges {
		if !hasFree(conf.Ranges[i], reserved) {
			return types.NewError(codeNotAvailable, fmt.Sprintf("ipam: no address is free in range set %d: %s", i, conf.Ranges[i].String()),
				"delete pods, widen the range, or run GC if addresses of pods that are gone stay reserved")
		}
	}
	return nil
}

func reservedAddresses(conf *allocator.IPAMConfig) (map[netip.Addr]bool, error) {
	all, err := reservationsIn(dirOf(conf.Name, conf.DataDir))
	if err != nil {
		return nil, err
	}
	reserved := make(map[netip.Addr]bool, len(all))
	for _, r := range all {
		reserved[r.Address] = true
	}
	return reserved, nil
}

// hasFree reports whether a range of the set has an address that is neither reserved nor the gateway. It examines at
// most one address more than there are reservations.
func hasFree(set allocator.RangeSet, reserved map[netip.Addr]bool) bool {
	for _, r := range set {
		first, ok1 := netip.AddrFromSlice(r.RangeStart)
		last, ok2 := netip.AddrFromSlice(r.RangeEnd)
		gateway, _ := netip.AddrFromSlice(r.Gateway)
		if !ok1 || !ok2 {
			continue
		}
		first, last, gateway = first.Unmap(), last.Unmap(), gateway.Unmap()
		for addr := first; addr.IsValid() && addr.Compare(last) <= 0; addr = addr.Next() {
			if addr != gateway && !reserved[addr] {
				return true
			}
		}
	}
	return false
}
