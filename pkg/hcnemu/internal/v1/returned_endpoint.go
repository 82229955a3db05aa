package v1

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// returnedEndpoint is an endpoint as schema 1 returns it.
type returnedEndpoint struct {
	base
	Name               string
	VirtualNetwork     string
	VirtualNetworkName string
	Type               string
	Flags              uint32 `json:",omitempty"`
	IsRemoteEndpoint   bool   `json:",omitempty"`
	MacAddress         string
	IPAddress          string                `json:",omitempty"`
	IPv6Address        string                `json:",omitempty"`
	PrefixLength       uint8                 `json:",omitempty"`
	IPv6PrefixLength   uint8                 `json:",omitempty"`
	GatewayAddress     string                `json:",omitempty"`
	GatewayAddressV6   string                `json:",omitempty"`
	IPSubnetID         string                `json:"IPSubnetId,omitempty"`
	DNSServerList      string                `json:",omitempty"`
	DNSSuffix          string                `json:",omitempty"`
	EncapOverhead      *int                  `json:",omitempty"`
	Namespace          *v1NamespaceReference `json:",omitempty"`
	Policies           []json.RawMessage
	Resources          *returnedResources `json:",omitempty"`
	SharedContainers   []string
}

// encapOverhead is a field of endpoints of overlays, and on Windows Server 2019 of every endpoint (WC#59).
func (t Rules) encapOverhead(n *objects.Network) *int {
	overhead := 0
	if n.Type == hcnspec.Overlay {
		overhead = overlayEncapsulation
	} else if t.Version().Major != 9 {
		return nil
	}
	return &overhead
}

// endpointToV1 returns the ID of an endpoint in lower case if the newer functions created it (recordings 023, 024, 041
// to 046), and in upper case if this API did (025, 027, 028, 035).
func (t Rules) endpointToV1(e *objects.Endpoint) (returnedEndpoint, error) {
	doc := returnedEndpoint{
		base: t.base(e.ID, e.State), Name: e.Name, VirtualNetwork: strings.ToLower(e.Network), MacAddress: e.MAC,
		IsRemoteEndpoint: e.Remote(), SharedContainers: append([]string{}, e.Containers...), Flags: uint32(e.Flags &^ hcnspec.EndpointFlagRemote),
		DNSSuffix: strings.Join(e.DNS.Search, ","), DNSServerList: strings.Join(e.DNS.ServerList, ","),
	}
	if !e.Older {
		doc.ID = strings.ToLower(doc.ID)
	}
	n, err := objects.LoadNetwork(t.Tx, e.Network)
	if err != nil {
		return doc, err
	}
	doc.VirtualNetworkName, doc.Type = n.Name, n.Written
	doc.EncapOverhead = t.encapOverhead(n)
	if n.Isolation != 0 && !e.Remote() {
		doc.Resources = isolationOf(e.ID, n.Isolation)
	}
	for _, c := range e.IPConfigs {
		if strings.Contains(c.IPAddress, ":") {
			doc.IPv6Address, doc.IPv6PrefixLength = c.IPAddress, c.PrefixLength
		} else {
			doc.IPAddress, doc.PrefixLength = c.IPAddress, c.PrefixLength
		}
	}
	if t.Version().AtLeast(withIPSubnets) && len(n.Subnets()) > 0 && !e.Remote() {
		doc.IPSubnetID = strings.ToLower(state.DerivedID("ip subnet", n.ID, n.Subnets()[0].IPAddressPrefix))
	}
	for _, r := range e.Routes {
		switch r.DestinationPrefix {
		case hcnspec.DefaultRoute4:
			doc.GatewayAddress = r.NextHop
		case hcnspec.DefaultRoute6:
			doc.GatewayAddressV6 = r.NextHop
		}
	}
	if e.Namespace != "" {
		doc.Namespace = &v1NamespaceReference{ID: strings.ToLower(e.Namespace)}
	}
	doc.Policies, err = policiesToV1(e.Policies)
	if n.Type == hcnspec.L2Bridge || n.Type == hcnspec.L2Tunnel {
		doc.Policies = append(doc.Policies, json.RawMessage(`{"Type":"L2Driver"}`)) // acs-engine#1903, #3389
	}
	return doc, err
}
