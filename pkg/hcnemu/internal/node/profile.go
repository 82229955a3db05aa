package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// IP protocols by IANA number.
const (
	TCP uint32 = 6
	UDP uint32 = 17
)

// Profile is the emulated node, as HCNEMU_HOST describes it.
type Profile struct {
	Version   hcnspec.Version
	Adapters  []adapter
	BusyPorts map[Port]bool // taken by programs of the node
	Switches  []string      // internal virtual switches without a network
	DNS       hcnspec.DNS   // the node's own, which endpoints without DNS get
	Language  string        // of the system's error texts; "" is English
	Seed      *uint64       // of HNS's random choices; nil always chooses the first free value

	// RebootKeepsAddresses keeps the addresses of endpoints reserved after a reboot (moby#47576).
	RebootKeepsAddresses bool
	// RestartDropsEndpoints deletes endpoints when the service restarts (calico#5164).
	RestartDropsEndpoints bool
}

// adapter is a network adapter of the node before HNS binds switches to it.
type adapter struct {
	hostnet.Adapter
	Vswitch string // the virtual switch, not HNS's, that has the adapter; "" for none
}

// profileJSON is the profile's document.
type profileJSON struct {
	Version   string        `json:"version"`
	Adapters  []adapterJSON `json:"adapters"`
	BusyPorts []string      `json:"busyPorts"` // "tcp/80"
	Switches  []string      `json:"switches"`
	DNS       *dnsJSON      `json:"dns"`
	Language  string        `json:"language"` // "zh-TW"

	RebootKeepsAddresses  bool `json:"rebootKeepsAddresses"`
	RestartDropsEndpoints bool `json:"restartDropsEndpoints"`
}

type dnsJSON struct {
	Suffix  string   `json:"suffix"`
	Servers []string `json:"servers"`
}

type adapterJSON struct {
	Name      string   `json:"name"`
	Addresses []string `json:"addresses"` // with prefix length
	Gateway   string   `json:"gateway"`
	MAC       string   `json:"mac"`
	Up        *bool    `json:"up"` // left out: true
	Virtual   bool     `json:"virtual"`
	Switch    string   `json:"switch"`
}

// defaultProfile is a Windows Server 2022 node with one adapter.
const defaultProfile = `{
	"version": "13.3",
	"adapters": [{
		"name": "Ethernet", "mac": "00:15:5d:7f:00:0a",
		"addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"
	}]
}`

// Load reads HCNEMU_HOST: empty, a JSON object, or the path of a file with one. Fields that the object omits are those
// of the default profile.
func Load(s string) (*Profile, error) {
	text := []byte(s)
	if s != "" && !strings.HasPrefix(strings.TrimSpace(s), "{") {
		var err error
		if text, err = os.ReadFile(s); err != nil { // #nosec G304 -- the file that HCNEMU_HOST names
			return nil, fmt.Errorf("HCNEMU_HOST %q: %w", s, err)
		}
	}
	var doc profileJSON
	if err := json.Unmarshal([]byte(defaultProfile), &doc); err != nil {
		return nil, fmt.Errorf("default host profile: %w", err)
	}
	if s != "" {
		given := profileJSON{Version: doc.Version}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&given); err != nil {
			return nil, fmt.Errorf("HCNEMU_HOST %q: %w", s, err)
		}
		if given.Adapters == nil {
			given.Adapters = doc.Adapters
		}
		doc = given
	}
	p, err := doc.parse()
	if err != nil {
		return nil, fmt.Errorf("HCNEMU_HOST %q: %w", s, err)
	}
	return p, nil
}

func (doc profileJSON) parse() (*Profile, error) {
	p := &Profile{
		BusyPorts: map[Port]bool{}, Switches: doc.Switches, Language: doc.Language,
		RebootKeepsAddresses: doc.RebootKeepsAddresses, RestartDropsEndpoints: doc.RestartDropsEndpoints,
	}
	if doc.DNS != nil {
		p.DNS.ServerList = doc.DNS.Servers
		if doc.DNS.Suffix != "" {
			p.DNS.Domain, p.DNS.Search = doc.DNS.Suffix, []string{doc.DNS.Suffix}
		}
	}
	var err error
	if p.Version, err = hcnspec.ParseVersion(doc.Version); err != nil {
		return nil, fmt.Errorf("version: %w", err)
	}
	seen := map[string]bool{}
	for i, a := range doc.Adapters {
		parsed, err := a.parse()
		if err != nil {
			return nil, fmt.Errorf("adapters[%d]: %w", i, err)
		}
		if seen[parsed.Name] {
			return nil, fmt.Errorf("adapters[%d]: a second adapter is called %q", i, parsed.Name)
		}
		seen[parsed.Name] = true
		p.Adapters = append(p.Adapters, parsed)
	}
	for i, s := range doc.BusyPorts {
		port, err := parseBusyPort(s)
		if err != nil {
			return nil, fmt.Errorf("busyPorts[%d]: %w", i, err)
		}
		p.BusyPorts[port] = true
	}
	return p, nil
}

func (doc adapterJSON) parse() (adapter, error) {
	a := adapter{Vswitch: doc.Switch}
	a.Name, a.Virtual, a.Up = doc.Name, doc.Virtual, doc.Up == nil || *doc.Up
	if a.Name == "" {
		return a, fmt.Errorf("an adapter needs a name")
	}
	for _, s := range doc.Addresses {
		prefix, err := netip.ParsePrefix(s)
		if err != nil {
			return a, fmt.Errorf("address %q: want address/prefix length", s)
		}
		a.Addresses = append(a.Addresses, prefix)
	}
	var err error
	if doc.Gateway != "" {
		if a.Gateway, err = netip.ParseAddr(doc.Gateway); err != nil {
			return a, fmt.Errorf("gateway %q is not an address", doc.Gateway)
		}
	}
	if doc.MAC != "" {
		mac, err := net.ParseMAC(doc.MAC)
		if err != nil {
			return a, fmt.Errorf("mac %q is not a MAC address", doc.MAC)
		}
		a.MAC = mac.String()
	}
	return a, nil
}

// Port is a port that something on the node listens on.
type Port struct {
	Protocol uint32 // IANA number
	Number   uint16
}

func parseBusyPort(s string) (Port, error) {
	protocol, number, _ := strings.Cut(s, "/")
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil || port == 0 {
		return Port{}, fmt.Errorf("%q: want tcp/1…65535 or udp/1…65535", s)
	}
	switch protocol {
	case "tcp":
		return Port{TCP, uint16(port)}, nil
	case "udp":
		return Port{UDP, uint16(port)}, nil
	}
	return Port{}, fmt.Errorf("%q: want tcp/1…65535 or udp/1…65535", s)
}

// Adapter returns the adapter with that name, or nil.
func (p *Profile) Adapter(name string) *adapter {
	for i := range p.Adapters {
		if strings.EqualFold(p.Adapters[i].Name, name) {
			return &p.Adapters[i]
		}
	}
	return nil
}

// Uplink returns the adapter that HNS uses if a network names none: a physical one that is up, preferably with a
// gateway; nil if there is none.
func (p *Profile) Uplink() *adapter {
	var second *adapter
	for i := range p.Adapters {
		a := &p.Adapters[i]
		if !a.Up || a.Virtual || a.Vswitch != "" {
			continue
		}
		if a.Gateway.IsValid() {
			return a
		}
		if second == nil {
			second = a
		}
	}
	return second
}
