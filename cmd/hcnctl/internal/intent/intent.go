// Package intent generates a CNI configuration from the few settings that differ between nodes and clusters.
package intent

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"

	"sigs.k8s.io/yaml"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Intent is the desired configuration of a network, as a YAML or JSON file or as flags. Everything but Type is
// optional.
type Intent struct {
	Name         string   `json:"name,omitempty"` // of the HNS network; default: the type
	Type         string   `json:"type"`           // an executable's name or an HCN type
	CNIVersion   string   `json:"cniVersion,omitempty"`
	Flannel      bool     `json:"flannel,omitempty"`      // the flannel plugin supplies the subnet and calls this one
	Subnets      []string `json:"subnets,omitempty"`      // of the pods on this node, one per family
	Gateways     []string `json:"gateways,omitempty"`     // one of each subnet; default: its first address
	Adapter      string   `json:"adapter,omitempty"`      // that a new network binds to; default: the one with the default route
	IPAM         string   `json:"ipam,omitempty"`         // host-local; default: HNS assigns the addresses
	VLAN         uint32   `json:"vlan,omitempty"`         // 1 to 4094
	VSIDs        []uint32 `json:"vsids,omitempty"`        // 4096 and up
	DNSServers   []string `json:"dnsServers,omitempty"`   // for the pods
	DNSSearch    []string `json:"dnsSearch,omitempty"`    // suffixes
	ClusterCIDRs []string `json:"clusterCIDRs,omitempty"` // of all pods of the cluster
	ServiceCIDRs []string `json:"serviceCIDRs,omitempty"` // of its services
	Infra        []string `json:"infra,omitempty"`        // the nodes' own prefixes; default: that of this node's address
	NodeAddress  string   `json:"nodeAddress,omitempty"`  // default: this node's address
	LoopbackDSR  bool     `json:"loopbackDSR,omitempty"`
	// Policies are further entries of AdditionalArgs, unchanged: {"Name": "EndpointPolicy", "Value": {…}}.
	Policies []json.RawMessage `json:"policies,omitempty"`
}

// Load reads an intent file. An unknown field is an error.
func Load(path string) (Intent, error) {
	var in Intent
	text, err := os.ReadFile(path) // #nosec G304 -- the operator names the file
	if err != nil {
		return in, fmt.Errorf("intent: %w", err)
	}
	if err := yaml.UnmarshalStrict(text, &in); err != nil {
		return in, fmt.Errorf("intent %s: %w", path, err)
	}
	return in, nil
}

// profile returns the plugin for the intent's type.
func (in Intent) profile() (attach.Profile, error) {
	return attach.ProfileFor(in.Type)
}

// gateways returns the subnets with a gateway each: the given one that is in it, or its first address.
func (in Intent) gateways() ([]route, error) {
	var routes []route
	left := in.Gateways
	for _, subnet := range in.Subnets {
		prefix, err := netip.ParsePrefix(subnet)
		if err != nil {
			return nil, fmt.Errorf("subnet %q: want a prefix, for example 10.4.0.0/24", subnet)
		}
		gateway := prefix.Masked().Addr().Next()
		if i := indexIn(prefix, left); i >= 0 {
			gateway = netip.MustParseAddr(left[i])
			left = append(append([]string{}, left[:i]...), left[i+1:]...)
		}
		routes = append(routes, route{Dst: hcnspec.DefaultRoute(gateway).DestinationPrefix, GW: gateway.String()})
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("gateway %q is in none of the subnets %q", left[0], in.Subnets)
	}
	return routes, nil
}

// indexIn returns the position of the first of the gateways that is in the prefix, or -1.
func indexIn(prefix netip.Prefix, gateways []string) int {
	for i, text := range gateways {
		if addr, err := netip.ParseAddr(text); err == nil && prefix.Contains(addr) {
			return i
		}
	}
	return -1
}
