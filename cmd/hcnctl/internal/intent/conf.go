package intent

import (
	"encoding/json"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// The parts of a configuration that are generated, in the order in which people read them.
type confList struct {
	CNIVersion string `json:"cniVersion"`
	Name       string `json:"name"`
	Plugins    []any  `json:"plugins"`
}

type conf struct {
	CNIVersion     string            `json:"cniVersion,omitempty"`
	Name           string            `json:"name,omitempty"`
	Type           string            `json:"type"`
	Master         string            `json:"master,omitempty"`
	CreateNetwork  bool              `json:"createNetwork,omitempty"`
	Capabilities   map[string]bool   `json:"capabilities,omitempty"`
	VLAN           uint32            `json:"vlan,omitempty"`
	VSID           []uint32          `json:"vsid,omitempty"`
	IPAM           *ipam             `json:"ipam,omitempty"`
	DNS            *dns              `json:"dns,omitempty"`
	OptionalFlags  map[string]bool   `json:"optionalFlags,omitempty"`
	AdditionalArgs []json.RawMessage `json:"AdditionalArgs,omitempty"`
}

type flannelConf struct {
	Type         string          `json:"type"`
	Capabilities map[string]bool `json:"capabilities"`
	Delegate     conf            `json:"delegate"`
}

type ipam struct {
	Type   string      `json:"type,omitempty"`
	Subnet string      `json:"subnet,omitempty"`
	Ranges [][]subnets `json:"ranges,omitempty"`
	Routes []route     `json:"routes,omitempty"`
}

type subnets struct {
	Subnet string `json:"subnet"`
}

type route struct {
	Dst string `json:"dst"`
	GW  string `json:"gw"`
}

type dns struct {
	Nameservers []string `json:"nameservers,omitempty"`
	Search      []string `json:"search,omitempty"`
}

// defaultCNIVersion is the newest that containerd 1.6, which nodes still run, understands.
const defaultCNIVersion = "1.0.0"

// capabilities that the plugins use and that a runtime passes only if a configuration has them: without portMappings,
// published ports are ignored without an error (nerdctl#5157).
func capabilities() map[string]bool { return map[string]bool{"portMappings": true, "dns": true} }

// List returns the .conflist for the intent, whose gaps WithFacts has filled.
func (in Intent) List() ([]byte, error) {
	c, err := in.conf()
	if err != nil {
		return nil, err
	}
	list := confList{CNIVersion: in.cniVersion(), Name: in.Name, Plugins: []any{c}}
	if in.Flannel {
		c.Capabilities = nil
		list.Plugins = []any{flannelConf{Type: "flannel", Capabilities: capabilities(), Delegate: c}}
	}
	return marshal(list)
}

// Single returns the configuration as a plugin receives it on stdin.
func (in Intent) Single() ([]byte, error) {
	c, err := in.conf()
	if err != nil {
		return nil, err
	}
	c.CNIVersion, c.Name = in.cniVersion(), in.Name
	return marshal(c)
}

// NetworkOnly returns the configuration of the network alone, without fields for pods; it permits a second NAT network,
// which was requested by name.
func (in Intent) NetworkOnly() ([]byte, error) {
	c, err := in.conf()
	if err != nil {
		return nil, err
	}
	c.CNIVersion, c.Name, c.CreateNetwork = in.cniVersion(), in.Name, true
	c.Capabilities, c.OptionalFlags, c.AdditionalArgs = nil, nil, in.Policies
	return marshal(c)
}

func (in Intent) cniVersion() string {
	if in.CNIVersion == "" {
		return defaultCNIVersion
	}
	return in.CNIVersion
}

func (in Intent) conf() (conf, error) {
	p, err := in.profile()
	if err != nil {
		return conf{}, err
	}
	if in.Flannel && len(in.Subnets) > 0 {
		return conf{}, fmt.Errorf("flannel assigns the subnet; leave subnets %q out", in.Subnets)
	}
	c := conf{Type: p.Name, Master: in.Adapter, Capabilities: capabilities(), VLAN: in.VLAN, VSID: in.VSIDs,
		OptionalFlags: in.flags(p), AdditionalArgs: append(in.policies(p), in.Policies...)}
	if c.IPAM, err = in.ipam(); err != nil {
		return conf{}, err
	}
	if len(in.DNSServers) > 0 || len(in.DNSSearch) > 0 {
		c.DNS = &dns{in.DNSServers, in.DNSSearch}
	}
	return c, nil
}

func (in Intent) ipam() (*ipam, error) {
	routes, err := in.gateways()
	if err != nil {
		return nil, err
	}
	section := &ipam{Type: in.IPAM, Routes: routes}
	switch len(in.Subnets) {
	case 0:
		if in.IPAM == "" {
			return nil, nil
		}
	case 1:
		section.Subnet = in.Subnets[0]
	default:
		for _, s := range in.Subnets {
			section.Ranges = append(section.Ranges, []subnets{{s}})
		}
	}
	return section, nil
}

func (in Intent) flags(p attach.Profile) map[string]bool {
	flags := map[string]bool{}
	if p.Type == hcnspec.L2Bridge {
		flags["localRoutedPortMapping"] = true // needed for the node itself to reach published ports (WC#360)
		if in.Flannel {
			flags["forceBridgeGateway"] = true // flannel's host endpoint is .2 (plugins#671)
		}
	}
	if in.LoopbackDSR {
		flags["loopbackDSR"] = true
	}
	if len(in.Subnets) > 1 {
		flags["enableDualStack"] = true
	}
	return flags
}

func marshal(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("intent: %w", err)
	}
	return append(text, '\n'), nil
}
