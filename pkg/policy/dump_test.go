package policy

import (
	"fmt"
	"net/netip"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// dump is everything that a Set's methods return, for comparing whole documents.
type dump struct {
	Network       []hcnspec.Policy       `json:",omitempty"`
	Subnets       [][]hcnspec.Policy     `json:",omitempty"`
	Endpoint4     []hcnspec.Policy       `json:",omitempty"`
	Endpoint6     []hcnspec.Policy       `json:",omitempty"`
	Endpoint46    []hcnspec.Policy       `json:",omitempty"`
	Endpoint      []hcnspec.Policy       `json:",omitempty"` // if it is the same for all families
	Unserved      []string               `json:",omitempty"`
	Loopback      []hcnspec.Policy       `json:",omitempty"`
	LoadBalancers []hcnspec.LoadBalancer `json:",omitempty"`
	Gates         []string               `json:",omitempty"`
	Warnings      []string               `json:",omitempty"`
}

var podAddresses = []netip.Addr{netip.MustParseAddr("10.244.1.7"), netip.MustParseAddr("fd00:244:1::7")}

// dumpOf renders a Set for every combination of families, with the given number of subnets.
func dumpOf(s *Set, subnets int) dump {
	d := dump{
		Network: s.Network(), Loopback: s.Loopback(podAddresses), LoadBalancers: s.LoadBalancers(),
		Warnings: s.Warnings().Texts(),
	}
	for i := range subnets {
		if p := s.SubnetAt(i); len(p) > 0 {
			d.Subnets = append(d.Subnets, p)
		}
	}
	d.Endpoint4, d.Endpoint6, d.Endpoint46 = s.Endpoint(hcnspec.IPv4), s.Endpoint(hcnspec.IPv6), s.Endpoint(hcnspec.DualStack)
	if cmp.Equal(d.Endpoint4, d.Endpoint6) && cmp.Equal(d.Endpoint4, d.Endpoint46) {
		d.Endpoint, d.Endpoint4, d.Endpoint6, d.Endpoint46 = d.Endpoint46, nil, nil, nil
	}
	for _, problems := range []confdoc.Findings{s.Unserved(hcnspec.IPv4), s.Unserved(hcnspec.IPv6)} {
		for _, p := range problems {
			d.Unserved = append(d.Unserved, p.Error())
		}
	}
	for _, g := range s.Gates() {
		d.Gates = append(d.Gates, fmt.Sprintf("%s at %s", g.Feature.Name, g.Path))
	}
	return d
}
