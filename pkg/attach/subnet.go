package attach

import (
	"fmt"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// subnets are those of a live network.
type subnets []hcnrule.Subnet

func subnetsOf(network *hcnspec.Network) subnets { return hcnrule.SubnetsOf(network) }

// subnetsOfConf returns the subnets of the network that the configuration would create.
func subnetsOfConf(conf *netconf.Config) subnets {
	var all subnets
	for _, s := range conf.IPAM.Subnets {
		all = append(all, hcnrule.Subnet{Prefix: s.Prefix, Gateway: s.Gateway})
	}
	return all
}

// holding returns the subnet that contains the address.
func (s subnets) holding(addr netip.Addr) (hcnrule.Subnet, bool) {
	for _, each := range s {
		if each.Prefix.Contains(addr) {
			return each, true
		}
	}
	return hcnrule.Subnet{}, false
}

// String lists the prefixes, for the log.
func (s subnets) String() string {
	var prefixes []netip.Prefix
	for _, each := range s {
		prefixes = append(prefixes, each.Prefix)
	}
	return fmt.Sprint(prefixes)
}
