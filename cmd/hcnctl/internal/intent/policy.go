package intent

import (
	"encoding/json"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// policies returns the policies that pods on the profile's kind of network need to reach pods, services and the rest of
// the world.
func (in Intent) policies(p attach.Profile) []json.RawMessage {
	var all []json.RawMessage
	switch p.Type {
	case hcnspec.L2Bridge, hcnspec.L2Tunnel:
		all = in.outboundNAT(slices.Concat(in.ClusterCIDRs, in.ServiceCIDRs, in.Infra))
		all = append(all, in.serviceRoutes()...)
		if addr, err := netip.ParseAddr(in.NodeAddress); err == nil && len(in.ServiceCIDRs) > 0 {
			all = append(all, entry(hcnspec.SDNRoutePolicy, hcnspec.SDNRouteSetting{
				DestinationPrefix: netip.PrefixFrom(addr, addr.BitLen()).String(), NeedEncap: true}))
		}
	case hcnspec.Overlay:
		all = in.outboundNAT(slices.Concat(in.ClusterCIDRs, in.ServiceCIDRs))
		all = append(all, in.serviceRoutes()...)
		if in.NodeAddress != "" {
			all = append(all, entry(hcnspec.ProviderAddress, hcnspec.ProviderAddressSetting{ProviderAddress: in.NodeAddress}))
		}
	}
	return all
}

// outboundNAT lets pods keep their address towards the exceptions. Without a cluster there are no exceptions.
func (in Intent) outboundNAT(exceptions []string) []json.RawMessage {
	if len(in.ClusterCIDRs) == 0 && len(in.ServiceCIDRs) == 0 {
		return nil
	}
	return []json.RawMessage{entry(hcnspec.OutBoundNAT, hcnspec.OutboundNATSetting{Exceptions: exceptions})}
}

func (in Intent) serviceRoutes() []json.RawMessage {
	var all []json.RawMessage
	for _, cidr := range in.ServiceCIDRs {
		all = append(all, entry(hcnspec.SDNRoutePolicy, hcnspec.SDNRouteSetting{DestinationPrefix: cidr, NeedEncap: true}))
	}
	return all
}

// entry is a policy as an entry of AdditionalArgs.
func entry(t hcnspec.PolicyType, settings any) json.RawMessage {
	type named struct {
		Name  string
		Value hcnspec.Policy
	}
	text, err := json.Marshal(named{"EndpointPolicy", hcnspec.NewPolicy(t, settings)})
	if err != nil {
		panic(err) // a settings type that JSON cannot express, a programming error
	}
	return text
}
