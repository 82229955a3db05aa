package v1

import (
	"encoding/json"
	"net/netip"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/networks"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1Network is a network's document in schema 1.
type v1Network struct {
	ID                 string             `json:",omitempty"`
	Name               string             `json:",omitempty"`
	Type               string             `json:",omitempty"`
	NetworkAdapterName string             `json:",omitempty"`
	SourceMac          string             `json:",omitempty"`
	Policies           []json.RawMessage  `json:",omitempty"`
	MacPools           []hcnspec.MacRange `json:",omitempty"`
	Subnets            []v1Subnet         `json:",omitempty"`
	DNSSuffix          string             `json:",omitempty"`
	DNSServerList      string             `json:",omitempty"`
	Flags              uint32             `json:",omitempty"`
	IsolateSwitch      bool               `json:",omitempty"`
}

type v1Subnet struct {
	AddressPrefix  string            `json:",omitempty"`
	GatewayAddress string            `json:",omitempty"`
	Policies       []json.RawMessage `json:",omitempty"`
}

// ReadNetwork reads a network's document in either schema.
func ReadNetwork(settings string) (hcnspec.Network, error) {
	var n hcnspec.Network
	v2, err := isV2(settings, "Ipams", "MacPool", "Dns")
	if err != nil {
		return n, err
	}
	if v2 {
		err := state.Decode(settings, &n)
		return n, err
	}
	var doc v1Network
	if err := state.Decode(settings, &doc); err != nil {
		return n, err
	}
	err = doc.convert(&n)
	return n, err
}

func (doc v1Network) convert(n *hcnspec.Network) error {
	*n = hcnspec.Network{
		ID: doc.ID, Name: doc.Name, Type: hcnspec.NetworkType(doc.Type), Flags: hcnspec.NetworkFlags(doc.Flags),
		MacPool: hcnspec.MacPool{Ranges: doc.MacPools}, DNS: v1DNS(doc.DNSSuffix, doc.DNSServerList),
	}
	if doc.NetworkAdapterName != "" {
		n.Policies = append(n.Policies, hcnspec.NewPolicy(hcnspec.NetAdapterName, hcnspec.NetAdapterNameSetting{NetworkAdapterName: doc.NetworkAdapterName}))
	}
	if doc.SourceMac != "" {
		n.Policies = append(n.Policies, hcnspec.NewPolicy(hcnspec.SourceMacAddress, hcnspec.SourceMacAddressSetting{SourceMacAddress: doc.SourceMac}))
	}
	policies, err := policiesFromV1(doc.Policies)
	if err != nil {
		return err
	}
	var isolation []hcnspec.Policy // of the network in schema 1, of its subnets in schema 2
	for _, p := range policies {
		if p.Type == hcnspec.VLAN || p.Type == hcnspec.VSID {
			isolation = append(isolation, p)
		} else {
			n.Policies = append(n.Policies, p)
		}
	}
	var subnets []hcnspec.Subnet
	for _, s := range doc.Subnets {
		subnet, err := s.convert()
		if err != nil {
			return err
		}
		subnet.Policies = append(subnet.Policies, isolation...)
		subnets = append(subnets, subnet)
	}
	if len(subnets) > 0 {
		n.Ipams = []hcnspec.Ipam{{Type: hcnspec.IpamStatic, Subnets: subnets}}
	}
	return nil
}

func (doc v1Subnet) convert() (hcnspec.Subnet, error) {
	s := hcnspec.Subnet{IPAddressPrefix: doc.AddressPrefix}
	if doc.GatewayAddress != "" {
		gateway, err := netip.ParseAddr(doc.GatewayAddress)
		if err != nil {
			return s, refusal.With(hostnet.CodeInvalidNetwork, "gateway %q is no address", doc.GatewayAddress)
		}
		s.Routes = []hcnspec.Route{hcnspec.DefaultRoute(gateway)}
	}
	var err error
	s.Policies, err = policiesFromV1(doc.Policies)
	return s, err
}

func (t Rules) v1Networks(r v1Request) (any, error) {
	if r.id == "" {
		return t.v1NetworkList(r)
	}
	id, err := r.v1ID()
	if err != nil {
		return nil, err
	}
	n, err := objects.LoadNetwork(t.Tx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case r.method == "GET" && r.verb == "":
		return t.networkToV1(n)
	case r.method == "DELETE" && r.verb == "":
		return nil, networks.On(t.Tx).Delete(id)
	}
	return nil, r.unsupported("networks")
}

func (t Rules) v1NetworkList(r v1Request) (any, error) {
	switch r.method {
	case "GET":
		list := []returnedNetwork{}
		for _, id := range t.All(state.KindNetwork) {
			n, err := objects.LoadNetwork(t.Tx, id)
			if err != nil {
				return nil, err
			}
			doc, err := t.networkToV1(n)
			if err != nil {
				return nil, err
			}
			list = append(list, doc)
		}
		return list, nil
	case "POST":
		n, err := t.v1CreateNetwork(r.body)
		if err != nil {
			return nil, err
		}
		return t.networkToV1(n)
	}
	return nil, r.unsupported("networks")
}

func (t Rules) v1CreateNetwork(body string) (*objects.Network, error) {
	doc, err := ReadNetwork(body)
	if err != nil {
		return nil, err
	}
	var older v1Network
	if err := state.Decode(body, &older); err != nil {
		return nil, err
	}
	id, err := networks.On(t.Tx).Create("", doc)
	if err != nil {
		return nil, err
	}
	n, err := objects.LoadNetwork(t.Tx, id)
	if err != nil || !older.IsolateSwitch {
		return n, err
	}
	n.Isolated = true
	return n, t.Save(state.KindNetwork, n)
}

// v1DNS reads the comma-separated DNS fields of schema 1.
func v1DNS(suffixes, servers string) hcnspec.DNS {
	dns := hcnspec.DNS{Search: policy.List(suffixes), ServerList: policy.List(servers)}
	if len(dns.Search) > 0 {
		dns.Domain = dns.Search[0]
	}
	return dns
}
