package v1

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// The documents that the older API returns have more fields than those that it accepts, most of them always.
// testdata/recordings holds documents that hosts returned.

// base has the fields of every object.
type base struct {
	ActivityID       string `json:"ActivityId"`
	AdditionalParams struct{}
	Health           struct{ LastErrorCode, LastUpdateTime uint64 }
	ID               string
	State            hcnspec.EndpointState
	Version          uint64 // of the HNS that created it: major in the upper half
}

func (t Rules) base(id string, s hcnspec.EndpointState) base {
	v := t.Version()
	return base{ActivityID: state.DerivedID("activity", id), ID: id, State: s, Version: uint64(v.Major)<<32 | uint64(v.Minor)} // #nosec G115 -- both are positive
}

// returnedNetwork is a network as schema 1 returns it.
type returnedNetwork struct {
	base
	CurrentEndpointCount   int
	DNSServerCompartment   int    `json:",omitempty"`
	DNSServerList          string `json:",omitempty"`
	DNSSuffix              string `json:",omitempty"`
	DrMacAddress           string `json:",omitempty"`
	Flags                  uint32
	GatewayMac             string `json:",omitempty"`
	IPv6                   bool
	IsolateSwitch          bool   `json:",omitempty"`
	LayeredOn              string `json:",omitempty"`
	MacPools               []hcnspec.MacRange
	ManagementIP           string `json:",omitempty"`
	MaxConcurrentEndpoints int
	Name                   string
	NatName                string `json:",omitempty"`
	NetworkAdapterName     string `json:",omitempty"`
	Policies               []json.RawMessage
	Resources              *returnedResources `json:",omitempty"`
	Subnets                []returnedSubnet   `json:",omitempty"`
	SwitchGUID             string             `json:"SwitchGuid,omitempty"`
	SwitchName             string             `json:",omitempty"`
	TotalEndpoints         int
	Type                   string
}

type returnedSubnet struct {
	AdditionalParams struct{}
	AddressPrefix    string
	Flags            *uint32 `json:",omitempty"`
	GatewayAddress   string  `json:",omitempty"`
	Health           struct{ LastErrorCode, LastUpdateTime uint64 }
	ID               string
	IPSubnets        []returnedIPSubnet `json:"IpSubnets,omitempty"`
	ObjectType       int
	Policies         []json.RawMessage
	State            int
}

type returnedIPSubnet struct {
	AdditionalParams struct{}
	Flags            int
	Health           struct{ LastErrorCode, LastUpdateTime uint64 }
	ID               string
	IPAddressPrefix  string `json:"IpAddressPrefix"`
	ObjectType       int
	Policies         []json.RawMessage
	State            int
}

// Numbers in the documents that are not documented; recordings have them.
const (
	objectSubnet, objectIPSubnet = 5, 6
	ipSubnetFlags                = 3 // EnableBroadcast and ReserveNetworkAddress
	overlayDNSCompartment        = 3
	overlayEncapsulation         = 50 // bytes
	listApplied                  = 2  // State of a policy list
)

// Versions from which documents have a part: the lowest recorded ones, as the recordings are years apart.
var (
	withSubnetFlags = hcnspec.Version{Major: 10}
	withIPSubnets   = hcnspec.Version{Major: 13}
	withSwitchGUID  = hcnspec.Version{Major: 15}
	withNATName     = hcnspec.Version{Major: 13} // before: ICS…
)

func (t Rules) networkToV1(n *objects.Network) (returnedNetwork, error) {
	count := len(t.FindAll(state.KeyOfNetwork(n.ID, "")))
	doc := returnedNetwork{
		base: t.base(n.ID, 1), Name: n.Name, Type: n.Written, Flags: uint32(n.Flags), MacPools: n.MacPool.Ranges,
		CurrentEndpointCount: count, MaxConcurrentEndpoints: count, TotalEndpoints: count,
		DNSSuffix: strings.Join(n.DNS.Search, ","), DNSServerList: strings.Join(n.DNS.ServerList, ","),
		NetworkAdapterName: n.AdapterName(), LayeredOn: state.DerivedID("layer", n.Uplink), Policies: []json.RawMessage{},
	}
	if doc.Type == "" {
		doc.Type = string(n.Type)
	}
	if t.Version().AtLeast(withSwitchGUID) {
		doc.SwitchGUID = n.ID
	}
	if a := t.Profile.Adapter(n.Uplink); a != nil && len(a.Addresses) > 0 {
		doc.ManagementIP = a.Addresses[0].Addr().String()
	}
	t.internalParts(n, &doc)
	if err := t.policiesOf(n, &doc); err != nil {
		return doc, err
	}
	return doc, t.subnetsOf(n, &doc)
}

// policiesOf fills in the policies, without those that have a separate field.
func (t Rules) policiesOf(n *objects.Network, doc *returnedNetwork) error {
	if n.Isolation != 0 {
		doc.Policies = append(doc.Policies, json.RawMessage(mustJSON(map[string]any{"Type": "VLAN", "VLAN": n.Isolation})))
	}
	var others []hcnspec.Policy
	for _, p := range n.Policies {
		switch p.Type {
		case hcnspec.NetAdapterName, hcnspec.ProviderAddress:
		case hcnspec.DrMacAddress:
			var s hcnspec.DrMacAddressSetting
			if err := policy.Settings(p, &s); err != nil {
				return err
			}
			doc.DrMacAddress, doc.DNSServerCompartment = s.Address, overlayDNSCompartment
		default:
			others = append(others, p)
		}
	}
	flat, err := policiesToV1(others)
	doc.Policies = append(doc.Policies, flat...)
	return err
}

func (t Rules) subnetsOf(n *objects.Network, doc *returnedNetwork) error {
	subnets, err := objects.ReadSubnets(&n.Network)
	if err != nil {
		return err
	}
	for i, s := range subnets {
		prefix := s.Prefix.String()
		out := returnedSubnet{AddressPrefix: prefix, ID: state.DerivedID("subnet", n.ID, prefix), ObjectType: objectSubnet}
		if s.Gateway.IsValid() {
			out.GatewayAddress = s.Gateway.String()
		}
		if out.Policies, err = policiesToV1(n.Subnets()[i].Policies); err != nil {
			return err
		}
		if t.Version().AtLeast(withSubnetFlags) {
			flags := uint32(n.Subnets()[i].Flags)
			out.Flags = &flags
		}
		if t.Version().AtLeast(withIPSubnets) {
			out.IPSubnets = []returnedIPSubnet{{
				Flags: ipSubnetFlags, ID: state.DerivedID("ip subnet", n.ID, prefix), IPAddressPrefix: prefix,
				ObjectType: objectIPSubnet, Policies: []json.RawMessage{},
			}}
		}
		doc.Subnets = append(doc.Subnets, out)
		doc.IPv6 = doc.IPv6 || s.Prefix.Addr().Is6()
	}
	return nil
}

// mustJSON marshals what always marshals.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
