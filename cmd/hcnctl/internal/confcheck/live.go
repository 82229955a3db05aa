package confcheck

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// live compares a configuration with the network of its name on the node.
func (c *checker) live(conf *netconf.Config, profile attach.Profile, prefix string) {
	var network *hcnspec.Network
	for i := range c.against.Live.Networks {
		if c.against.Live.Networks[i].Name == conf.Name {
			network = &c.against.Live.Networks[i]
		}
	}
	if network == nil {
		c.absent(conf, profile, prefix)
		return
	}
	if t := node.TypeOf(network); t != profile.Type {
		c.add(Error, prefix+"type", fmt.Sprintf("%q: the node's network %q is of type %s, and %s serves %s",
			conf.Type, conf.Name, t, profile.Name, profile.Type))
		return
	}
	c.found(prefix, Error, attach.Foreign(conf, network))
	for _, s := range conf.IPAM.Subnets {
		if conf.IPAM.Type == "" {
			c.subnet(s, network, prefix)
		}
	}
}

// absent checks the values from which the plugin would create the network.
func (c *checker) absent(conf *netconf.Config, profile attach.Profile, prefix string) {
	if !conf.CreateNetwork {
		c.add(Warning, "name", fmt.Sprintf("%q: the node has no such network, and createNetwork is not true", conf.Name))
		return
	}
	c.found(prefix, Error, profile.Uncreatable(conf))
	if profile.Uplink && conf.Master != "" && node.Adapter(c.against.Live.Adapters, conf.Master) == nil {
		c.add(Error, prefix+"master", fmt.Sprintf("%q: the node has no such adapter, and the network %q must be created", conf.Master, conf.Name))
	}
	c.beside(conf, profile, prefix)
}

// beside warns of networks that already use the adapter on which the network would be created.
func (c *checker) beside(conf *netconf.Config, profile attach.Profile, prefix string) {
	if !profile.Uplink {
		return
	}
	var policies []hcnspec.Policy
	if node.Adapter(c.against.Live.Adapters, conf.Master) != nil {
		policies = append(policies, hcnspec.NewPolicy(hcnspec.NetAdapterName, hcnspec.NetAdapterNameSetting{NetworkAdapterName: conf.Master}))
	}
	adapter := c.against.Live.AdapterOf(&hcnspec.Network{Type: profile.Type, Policies: policies})
	for _, other := range c.against.Live.BoundTo(adapter) {
		if adapter != "" && !node.MayShare(profile.Type, other.Type) {
			c.add(Warning, c.inFile(prefix, "type"), fmt.Sprintf("%q: the network would be created on adapter %q beside %q (%s); %s",
				conf.Type, adapter, other.Name, other.Type, node.Sharing))
		}
	}
}

func (c *checker) subnet(want netconf.Subnet, network *hcnspec.Network, prefix string) {
	var have []string
	for _, s := range network.Subnets() {
		have = append(have, s.IPAddressPrefix)
		p, err := netip.ParsePrefix(s.IPAddressPrefix)
		if err != nil || p.Masked() != want.Prefix {
			continue
		}
		if gw := s.Gateway(); want.Gateway.IsValid() && gw != want.Gateway {
			c.add(Warning, prefix+"ipam.routes", fmt.Sprintf("gateway %s: the node's network %q has the gateway %s, which is used",
				want.Gateway, network.Name, gw))
		}
		return
	}
	if len(have) == 0 {
		return
	}
	path := prefix + "ipam.subnet"
	if c.root.At(path) == nil {
		path = prefix + "ipam"
	}
	c.add(Warning, path, fmt.Sprintf("%q: the node's network %q has %s, which is used", want.Prefix, network.Name, strings.Join(have, ", ")))
}
