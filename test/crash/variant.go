package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// variant is a way to configure a plugin.
type variant struct {
	plugin    string
	ipam      string // host-local, in-process, hns or dhcp
	ports     bool   // with port mappings
	lb        bool   // with a load balancer that has another pod too
	loopback  bool   // with loopback DSR, which costs a call if HNS assigns the addresses
	dualStack bool
	hns       string // version; 15.5 is the first that modifies load balancers
	habit     string // a switch of the host profile: see pkg/hcnemu
}

// variants cover every profile with every kind of IPAM, and the features that cost additional calls: port mappings and
// load balancers, below and above the version that modifies them in place.
var variants = []variant{
	{plugin: "nat", ipam: "hns", ports: true, hns: "13.3"},
	{plugin: "nat", ipam: "host-local", hns: "9.2"},
	{plugin: "nat", ipam: "in-process", ports: true, lb: true, hns: "15.5"},
	{plugin: "sdnbridge", ipam: "host-local", ports: true, lb: true, hns: "13.3"},
	{plugin: "sdnbridge", ipam: "in-process", lb: true, dualStack: true, hns: "15.5"},
	{plugin: "sdnbridge", ipam: "hns", ports: true, loopback: true, hns: "13.3"},
	{plugin: "sdnoverlay", ipam: "host-local", ports: true, hns: "13.3"},
	{plugin: "sdnoverlay", ipam: "in-process", lb: true, hns: "13.3"},
	{plugin: "sdnoverlay", ipam: "hns", ports: true, lb: true, hns: "16.0"},
	{plugin: "sdntunnel", ipam: "host-local", ports: true, lb: true, hns: "13.3"},
	{plugin: "sdntunnel", ipam: "hns", hns: "15.5"},
	{plugin: "transparent", ipam: "in-process", hns: "13.3"},
	{plugin: "transparent", ipam: "dhcp", hns: "13.3"},
}

// String names the variant: sdnbridge-host-local-ports-lb-13.3.
func (v variant) String() string {
	parts := []string{v.plugin, v.ipam}
	for _, option := range []struct {
		on   bool
		name string
	}{{v.ports, "ports"}, {v.lb, "lb"}, {v.loopback, "loopback"}, {v.dualStack, "dual"}} {
		if option.on {
			parts = append(parts, option.name)
		}
	}
	return strings.Join(append(parts, v.hns), "-")
}

func variantNamed(name string) (variant, error) {
	for _, v := range variants {
		if v.String() == name {
			return v, nil
		}
	}
	return variant{}, fmt.Errorf("no variant is called %q", name)
}

// network is the name of the CNI and HNS network.
const network = "podnet"

// hostLocal reports whether addresses come from host-local's store.
func (v variant) hostLocal() bool { return v.ipam == "host-local" || v.ipam == "in-process" }

// host returns the node's profile.
func (v variant) host() string {
	habit := ""
	if v.habit != "" {
		habit = fmt.Sprintf(`, %q: true`, v.habit)
	}
	return fmt.Sprintf(`{"version": %q%s, "adapters": [{"name": "Ethernet", "mac": "00:15:5d:7f:00:0a",
		"addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"}]}`, v.hns, habit)
}

// confOptions are the differences between the verbs of one case.
type confOptions struct {
	storeDir string
	timeout  int // hnsTimeoutSeconds
	ports    int // the first port that the pod publishes; 0 publishes none
	ipamType string
	more     map[string]any // prevResult, cni.dev/valid-attachments
}

// conf returns the network configuration as a runtime passes it to the plugin.
func (v variant) conf(o confOptions) ([]byte, error) {
	doc := map[string]any{
		"cniVersion": "1.1.0", "name": network, "type": v.plugin, "master": "Ethernet",
		"hnsTimeoutSeconds": o.timeout, "ipam": v.ipamSection(o),
		"dns":          map[string]any{"nameservers": []string{"10.96.0.10"}, "search": []string{"svc.cluster.local"}},
		"capabilities": map[string]any{"portMappings": true},
		"logFile":      o.storeDir + ".log",
	}
	if policies := v.policies(); len(policies) > 0 {
		doc["AdditionalArgs"] = policies
	}
	flags := map[string]any{}
	if v.loopback {
		flags["loopbackDSR"] = true
	}
	if v.dualStack {
		flags["enableDualStack"] = true
	}
	if len(flags) > 0 {
		doc["optionalFlags"] = flags
	}
	if v.ports && o.ports != 0 {
		doc["runtimeConfig"] = map[string]any{"portMappings": []map[string]any{
			{"hostPort": o.ports, "containerPort": 80, "protocol": "tcp"},
			{"hostPort": o.ports + 1, "containerPort": 53, "protocol": "udp"},
		}}
	}
	maps.Copy(doc, o.more)
	return json.Marshal(doc)
}

func (v variant) ipamSection(o confOptions) map[string]any {
	if v.ipam == "dhcp" {
		return map[string]any{}
	}
	if v.ipam == "hns" {
		return map[string]any{"subnet": "10.244.3.0/24", "gateway": "10.244.3.1"}
	}
	section := map[string]any{"type": "host-local", "dataDir": o.storeDir}
	if o.ipamType != "" {
		section["type"] = o.ipamType
	}
	if v.ipam == "in-process" {
		section["inProcess"] = true
	}
	if v.dualStack {
		section["ranges"] = [][]map[string]any{
			{{"subnet": "10.244.3.0/24", "gateway": "10.244.3.1"}},
			{{"subnet": "fd00:10:244:3::/64", "gateway": "fd00:10:244:3::1"}},
		}
	} else {
		section["subnet"], section["gateway"] = "10.244.3.0/24", "10.244.3.1"
	}
	return section
}

func (v variant) policies() []map[string]any {
	var all []map[string]any
	add := func(name, kind string, settings map[string]any) {
		all = append(all, map[string]any{"Name": name, "Value": map[string]any{"Type": kind, "Settings": settings}})
	}
	if v.plugin == "sdnbridge" || v.plugin == "sdnoverlay" {
		add("EndpointPolicy", "OutBoundNAT", map[string]any{"Exceptions": []string{"10.244.0.0/16", "10.96.0.0/12"}})
		add("EndpointPolicy", "SDNRoute", map[string]any{"DestinationPrefix": "10.96.0.0/12", "NeedEncap": true})
	}
	if v.lb {
		add("LoadBalancerPolicy", "LoadBalancer", map[string]any{
			"FrontendVIPs": []string{"10.96.0.20"},
			"PortMappings": []map[string]any{{"Protocol": 6, "InternalPort": 8080, "ExternalPort": 80}},
		})
	}
	return all
}
