package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// conf is a CNI configuration.
type conf map[string]any

func (c conf) name() string { name, _ := c["name"].(string); return name }

func (c conf) bytes() []byte {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // maps of strings, numbers and lists always marshal
	}
	return text
}

// with returns a copy with some fields set.
func (c conf) with(fields conf) conf {
	copied := maps.Clone(c)
	maps.Copy(copied, fields)
	return copied
}

// withIPAM returns a copy with some fields of ipam set.
func (c conf) withIPAM(fields conf) conf {
	ipam, _ := c["ipam"].(conf)
	return c.with(conf{"ipam": ipam.with(fields)})
}

// hostLocal reports whether reservations are on disk.
func (c conf) hostLocal() bool {
	ipam, _ := c["ipam"].(conf)
	return ipam["type"] == "host-local"
}

// bridge is an L2Bridge with host-local; the number is the third octet of its subnet.
func (a *attack) bridge(name string, subnet int) conf {
	return conf{"cniVersion": "1.1.0", "name": name, "type": "sdnbridge", "master": "Ethernet", "capabilities": conf{"portMappings": true},
		"ipam": conf{"type": "host-local", "subnet": fmt.Sprintf("10.244.%d.0/24", subnet), "dataDir": a.store()}}
}

// nat is a NAT network whose addresses HNS assigns.
func (a *attack) nat() conf {
	return conf{"cniVersion": "1.1.0", "name": "nat", "type": "nat", "master": "Ethernet",
		"capabilities": conf{"portMappings": true}, "ipam": conf{"subnet": "172.20.0.0/20"}}
}

// overlay is an Overlay network with host-local in the plugin's process.
func (a *attack) overlay() conf {
	return conf{"cniVersion": "1.1.0", "name": "vxlan0", "type": "sdnoverlay", "master": "Ethernet 2", "vsid": 4096,
		"ipam": conf{"type": "host-local", "inProcess": true, "subnet": "10.245.7.0/24", "dataDir": a.store()}}
}

// behind puts the pods of a network behind a load balancer.
func (c conf) behind(vip string) conf {
	return c.with(conf{"AdditionalArgs": []any{conf{"Name": "LoadBalancerPolicy", "Value": conf{"Type": "LoadBalancer", "Settings": conf{
		"FrontendVIPs": []string{vip}, "PortMappings": []any{conf{"Protocol": 6, "InternalPort": 8080, "ExternalPort": 80}},
	}}}}})
}

// pod is a sandbox.
type pod struct {
	id    string
	netns string
}

// pod creates a namespace, as a runtime does before ADD.
func (a *attack) pod(id string) pod {
	if id == "" {
		id = fmt.Sprintf("pod%d", a.pods.Add(1))
	}
	ns, err := a.host.Service().CreateNamespace(context.Background(), &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	a.must(err)
	return pod{id, ns.ID}
}

// attached creates a pod and adds it to the network.
func (a *attack) attached(id string, c conf) pod {
	p := a.pod(id)
	a.expect(start{command: "ADD", pod: p, conf: c}, 0)
	return p
}

// state is the state of a node.
type state struct {
	Networks      []hcnspec.Network
	Endpoints     []hcnspec.Endpoint
	Namespaces    []hcnspec.Namespace
	LoadBalancers []hcnspec.LoadBalancer
	reserved      map[string]string // "network/address" to host-local's owner of it
	notes         []string          // files in which attach records unfinished work
	created       []string          // files in which attach records the load balancers that it created
}

func (a *attack) state() *state {
	dump, err := a.host.Dump()
	a.must(err)
	s := &state{reserved: map[string]string{}}
	a.must(json.Unmarshal([]byte(dump), s))
	files, err := filepath.Glob(filepath.Join(a.store(), "*", "[0-9]*"))
	a.must(err)
	for _, file := range files {
		owner, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue // released meanwhile
		}
		a.must(err)
		s.reserved[filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file)] = strings.Join(strings.Fields(string(owner)), " ")
	}
	s.notes, err = filepath.Glob(filepath.Join(a.hns(), "replacement", "*"))
	a.must(err)
	s.created, err = filepath.Glob(filepath.Join(a.hns(), "loadbalancer", "*"))
	a.must(err)
	return s
}

// of returns the pod's endpoints on a network.
func (s *state) of(p pod, network string) []hcnspec.Endpoint {
	id := ""
	for _, n := range s.Networks {
		if n.Name == network {
			id = n.ID
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Endpoints), func(e hcnspec.Endpoint) bool {
		return e.Name != p.id+"_"+network || !hostnet.SameID(e.Network, id)
	})
}

// members are the endpoints behind any load balancer.
func (s *state) behindAny(id string) bool {
	return slices.ContainsFunc(s.LoadBalancers, func(lb hcnspec.LoadBalancer) bool {
		return slices.ContainsFunc(lb.Endpoints, func(e string) bool { return hostnet.SameID(e, id) })
	})
}
