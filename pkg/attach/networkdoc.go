package attach

import (
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// NetworkDocument returns the document of the network that the configuration requests, as HNS is given it. The adapter,
// if any, becomes a NetAdapterName policy unless the configuration already has one.
func NetworkDocument(profile Profile, conf *netconf.Config, policies *policy.Set, adapter string) *hcnspec.Network {
	doc := &hcnspec.Network{
		Name: conf.Name, Type: profile.Type,
		Policies:      policies.Network(),
		Ipams:         ipamsOf(profile, conf, policies),
		DNS:           networkDNS(conf),
		SchemaVersion: hcnspec.SchemaV2,
	}
	if adapter != "" && !hasPolicy(doc.Policies, hcnspec.NetAdapterName) {
		doc.Policies = append(doc.Policies, hcnspec.NewPolicy(hcnspec.NetAdapterName,
			hcnspec.NetAdapterNameSetting{NetworkAdapterName: adapter}))
	}
	if profile.Type == hcnspec.Overlay && !hasPolicy(doc.Policies, hcnspec.HostRoute) {
		// Without it the node does not reach its own pods; flannel, Calico and OVN add it.
		doc.Policies = append(doc.Policies, hcnspec.Policy{Type: hcnspec.HostRoute, Settings: []byte("{}")})
	}
	return doc
}

func hasPolicy(policies []hcnspec.Policy, t hcnspec.PolicyType) bool {
	return slices.ContainsFunc(policies, func(p hcnspec.Policy) bool { return p.Type == t })
}

// ipamsOf returns the address space. Without a subnet HNS chooses one (NAT) or uses that of the LAN (DHCP).
func ipamsOf(profile Profile, conf *netconf.Config, policies *policy.Set) []hcnspec.Ipam {
	if len(conf.IPAM.Subnets) == 0 {
		if profile.DHCP {
			return []hcnspec.Ipam{{Type: hcnspec.IpamDHCP}}
		}
		return nil
	}
	ipam := hcnspec.Ipam{Type: hcnspec.IpamStatic}
	for i, s := range conf.IPAM.Subnets {
		own := policies.SubnetAt(i)
		if profile.DefaultVSID != 0 && !hasPolicy(own, hcnspec.VSID) {
			own = append(own, hcnspec.NewPolicy(hcnspec.VSID, hcnspec.IsolationSetting{IsolationID: profile.DefaultVSID}))
		}
		ipam.Subnets = append(ipam.Subnets, subnetDocument(s, own))
	}
	return []hcnspec.Ipam{ipam}
}

// subnetDocument returns a subnet with its default route, which HNS and the bindings require. Without a configured
// gateway it is the first address, as in docker and host-local.
func subnetDocument(s netconf.Subnet, policies []hcnspec.Policy) hcnspec.Subnet {
	gateway := s.Gateway
	if !gateway.IsValid() {
		gateway = s.Prefix.Addr().Next()
	}
	return hcnspec.Subnet{
		IPAddressPrefix: s.Prefix.String(),
		Policies:        policies,
		Routes:          []hcnspec.Route{hcnspec.DefaultRoute(gateway)},
	}
}

// networkDNS returns the configuration's DNS without search domains that depend on the pod.
func networkDNS(conf *netconf.Config) hcnspec.DNS {
	dns := dnsDocument(conf.DNS)
	dns.Search = slices.DeleteFunc(slices.Clone(dns.Search), func(domain string) bool {
		return strings.Contains(domain, namespacePlaceholder)
	})
	return dns
}
