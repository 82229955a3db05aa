package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// state is the whole state of a node, with names in place of the IDs that HNS chose, so that two nodes with the same
// history compare equal.
type state struct {
	Networks      []hcnspec.Network
	Endpoints     []endpoint
	Namespaces    []hcnspec.Namespace
	LoadBalancers []hcnspec.LoadBalancer
	Reserved      []string // host-local's: "network/address container interface"
	Notes         []string // files of attach about unfinished work
}

// endpoint is an endpoint with the state that only the emulator shows.
type endpoint struct {
	hcnspec.Endpoint
	State hcnspec.EndpointState
	Fault string `json:",omitempty"`
}

// readState reads the node's state from the emulator's dump and the other files.
func readState(n *node) (*state, error) {
	dump, err := n.host.Dump()
	if err != nil {
		return nil, err
	}
	s := new(state)
	if err := json.Unmarshal([]byte(dump), s); err != nil {
		return nil, fmt.Errorf("dump of the emulator: %w", err)
	}
	s.name()
	if s.Reserved, err = reservations(n.storeDir()); err != nil {
		return nil, err
	}
	notes, err := filepath.Glob(filepath.Join(n.hnsDir(), "replacement", "*"))
	for _, file := range notes {
		s.Notes = append(s.Notes, filepath.Base(file))
	}
	return s, err
}

// name replaces IDs with names, and sorts everything that has no order.
func (s *state) name() {
	names := map[string]string{}
	for i := range s.Networks {
		s.Networks[i].ID = call(names, "network "+s.Networks[i].Name, s.Networks[i].ID)
	}
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		e.ID = call(names, "endpoint "+e.Name, e.ID)
	}
	for i := range s.Endpoints {
		s.Endpoints[i].Network = named(names, s.Endpoints[i].Network)
	}
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		lb.ID = ""
		for j, id := range lb.Endpoints {
			lb.Endpoints[j] = named(names, id)
		}
		slices.Sort(lb.Endpoints)
	}
	for i := range s.Namespaces {
		nameResources(names, &s.Namespaces[i])
	}
	slices.SortFunc(s.Networks, func(a, b hcnspec.Network) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Endpoints, func(a, b endpoint) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.LoadBalancers, func(a, b hcnspec.LoadBalancer) int { return strings.Compare(render(a), render(b)) })
}

// nameResources names a namespace's endpoints. Containers keep their IDs.
func nameResources(names map[string]string, n *hcnspec.Namespace) {
	for i, r := range n.Resources {
		var data struct{ ID string }
		if json.Unmarshal(r.Data, &data) == nil && r.Type == hcnspec.NamespaceEndpoint {
			n.Resources[i].Data = json.RawMessage(fmt.Sprintf("%q", named(names, data.ID)))
		}
	}
	slices.SortFunc(n.Resources, func(a, b hcnspec.NamespaceResource) int {
		return strings.Compare(string(a.Data), string(b.Data))
	})
}

// call gives an ID a name, with a number where the name is taken: a duplicate must show.
func call(names map[string]string, name, id string) string {
	for n := 2; ; n++ {
		if !containsValue(names, name) {
			names[strings.ToUpper(id)] = name
			return name
		}
		name = fmt.Sprintf("%s (%d)", strings.TrimSuffix(name, fmt.Sprintf(" (%d)", n-1)), n)
	}
}

func containsValue(names map[string]string, value string) bool {
	for _, v := range names {
		if v == value {
			return true
		}
	}
	return false
}

func named(names map[string]string, id string) string {
	if name, ok := names[strings.ToUpper(id)]; ok {
		return name
	}
	return "missing " + id
}

// reservations reads host-local's store.
func reservations(dir string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || d.Name() == "lock" || strings.HasPrefix(d.Name(), "last_reserved_ip") {
			return err
		}
		owner, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		addr := strings.ReplaceAll(d.Name(), "_", ":")
		all = append(all, fmt.Sprintf("%s/%s %s", filepath.Base(filepath.Dir(file)), addr, strings.Join(strings.Fields(string(owner)), " ")))
		return nil
	})
	slices.Sort(all)
	return all, err
}

// String renders the state for comparing and for reading.
func (s *state) String() string { return render(s) }

// withoutNetworks returns the state except for the networks, which ADD creates and no verb removes.
func (s *state) withoutNetworks() string {
	rest := *s
	rest.Networks = nil
	return rest.String()
}

// masked renders the state with the addresses and the MAC of one endpoint left out: HNS and host-local assign different
// ones the next time.
func (s *state) masked(name string) string {
	text := s.String()
	for _, e := range s.Endpoints {
		if e.Name != name {
			continue
		}
		for _, ip := range e.IPConfigs {
			text = strings.ReplaceAll(text, `"`+ip.IPAddress+`"`, `"ADDRESS"`)
			text = strings.ReplaceAll(text, "/"+ip.IPAddress+" ", "/ADDRESS ")
		}
		text = strings.ReplaceAll(text, `"`+e.MAC+`"`, `"MAC"`)
	}
	return text
}

// endpointsNamed returns the endpoints of a name.
func (s *state) endpointsNamed(name string) []endpoint {
	var found []endpoint
	for _, e := range s.Endpoints {
		if e.Name == name {
			found = append(found, e)
		}
	}
	return found
}

// unreserved returns an address of a pod's endpoint on the network that host-local would assign to another pod, or "".
func (s *state) unreserved(network string) string {
	for _, e := range s.Endpoints {
		if e.Network != "network "+network || !strings.HasSuffix(e.Name, "_"+network) || e.Flags&hcnspec.EndpointFlagRemote != 0 {
			continue
		}
		for _, ip := range e.IPConfigs {
			if !s.reserves(network, ip.IPAddress) {
				return fmt.Sprintf("endpoint %s has %s", e.Name, ip.IPAddress)
			}
		}
	}
	return ""
}

func (s *state) reserves(network, addr string) bool {
	return slices.ContainsFunc(s.Reserved, func(r string) bool { return strings.HasPrefix(r, network+"/"+addr+" ") })
}

func render(v any) string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Sprintf("cannot be rendered: %v", err) // documents that came from JSON always can
	}
	return string(text)
}
