package attach

import (
	"fmt"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// subnet is a subnet of a live network.
type subnet struct {
	prefix  netip.Prefix
	gateway netip.Addr
}

type subnets []subnet

// subnetsOf reads the subnets of a network that HNS returned. It skips subnets that cannot be parsed.
func subnetsOf(network *hcnspec.Network) subnets {
	var all subnets
	for _, s := range network.Subnets() {
		prefix, err := netip.ParsePrefix(s.IPAddressPrefix)
		if err != nil {
			continue
		}
		all = append(all, subnet{prefix.Masked(), s.Gateway()})
	}
	return all
}

// holding returns the subnet that contains the address.
func (s subnets) holding(addr netip.Addr) (subnet, bool) {
	for _, each := range s {
		if each.prefix.Contains(addr) {
			return each, true
		}
	}
	return subnet{}, false
}

// String lists the prefixes, for the log.
func (s subnets) String() string {
	var prefixes []netip.Prefix
	for _, each := range s {
		prefixes = append(prefixes, each.prefix)
	}
	return fmt.Sprint(prefixes)
}
