package intent

import (
	"net/netip"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// WithFacts returns the intent with missing fields filled in from the node: the adapter with the default route, its
// address and prefix, and for an existing NAT network its subnet and gateway.
func (in Intent) WithFacts(n *node.Node) (Intent, error) {
	p, err := in.profile()
	if err != nil {
		return in, err
	}
	if in.Name == "" {
		in.Name = p.Name
	}
	if up := node.DefaultAdapter(n.Adapters); up != nil {
		in = in.withAdapter(p.Uplink, up)
	}
	if p.Type == hcnspec.NAT && len(in.Subnets) == 0 {
		in = in.withLiveSubnets(n)
	}
	return in, nil
}

func (in Intent) withAdapter(uplink bool, up *hostnet.Adapter) Intent {
	if uplink && in.Adapter == "" {
		in.Adapter = node.Physical(up)
	}
	for _, prefix := range up.Addresses {
		if !prefix.Addr().Is4() {
			continue
		}
		if in.NodeAddress == "" {
			in.NodeAddress = prefix.Addr().String()
		}
		if len(in.Infra) == 0 {
			in.Infra = []string{netip.PrefixFrom(prefix.Addr(), prefix.Bits()).Masked().String()}
		}
		break
	}
	return in
}

// withLiveSubnets uses the subnets of the live network: a configuration that contradicts it is the most widespread
// mistake (nerdctl#28).
func (in Intent) withLiveSubnets(n *node.Node) Intent {
	for i := range n.Networks {
		network := &n.Networks[i]
		if network.Name != in.Name || node.TypeOf(network) != hcnspec.NAT {
			continue
		}
		for _, s := range network.Subnets() {
			in.Subnets = append(in.Subnets, s.IPAddressPrefix)
			if gw := s.Gateway(); gw.IsValid() {
				in.Gateways = append(in.Gateways, gw.String())
			}
		}
	}
	return in
}
