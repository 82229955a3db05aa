package main

// network is a CNI network of a node.
type network struct {
	plugin string // the executable
	conf   func(n *node, p *pod, timeout int) map[string]any
}

// bridge is an L2Bridge with host-local, published ports and a load balancer with all pods.
var bridge = &network{plugin: "sdnbridge", conf: func(n *node, p *pod, timeout int) map[string]any {
	doc := base("bridge", "sdnbridge", timeout)
	doc["ipam"] = map[string]any{"type": "host-local", "dataDir": n.storeDir(), "subnet": "10.244.3.0/24"}
	doc["runtimeConfig"] = map[string]any{"portMappings": []map[string]any{
		{"hostPort": 20000 + p.number%20000, "containerPort": 80, "protocol": "tcp"},
	}}
	doc["AdditionalArgs"] = []map[string]any{{"Name": "LoadBalancerPolicy", "Value": map[string]any{
		"Type": "LoadBalancer", "Settings": map[string]any{
			"FrontendVIPs": []string{"10.96.0.20"},
			"PortMappings": []map[string]any{{"Protocol": 6, "InternalPort": 8080, "ExternalPort": 80}},
		},
	}}}
	return doc
}}

// nat gets its addresses from HNS.
var nat = &network{plugin: "nat", conf: func(_ *node, _ *pod, timeout int) map[string]any {
	doc := base("nat", "nat", timeout)
	doc["ipam"] = map[string]any{"subnet": "172.30.0.0/24", "gateway": "172.30.0.1"}
	return doc
}}

// overlay runs host-local in the plugin's process.
var overlay = &network{plugin: "sdnoverlay", conf: func(n *node, _ *pod, timeout int) map[string]any {
	doc := base("overlay", "sdnoverlay", timeout)
	doc["ipam"] = map[string]any{"type": "host-local", "inProcess": true, "dataDir": n.storeDir(), "subnet": "10.244.4.0/24"}
	return doc
}}

// flannelled is a node of a flannel cluster: the flannel plugin delegates to sdnoverlay.
var flannelled = &network{plugin: "flannel", conf: func(n *node, _ *pod, timeout int) map[string]any {
	return map[string]any{
		"cniVersion": "0.3.1", "name": "flannel.4096", "type": "flannel",
		"subnetFile": n.subnetFile(), "dataDir": n.flannelDir(),
		"ipam": map[string]any{"type": "host-local", "dataDir": n.storeDir()},
		"delegate": map[string]any{
			"type": "sdnoverlay", "hnsTimeoutSeconds": timeout, "logFile": n.dir + "/plugin.log", "logLevel": "error",
			"Policies": []map[string]any{
				{"Name": "EndpointPolicy", "Value": map[string]any{"Type": "OutBoundNAT", "Settings": map[string]any{
					"Exceptions": []string{"10.42.0.0/16", "10.43.0.0/16"}}}},
				{"Name": "EndpointPolicy", "Value": map[string]any{"Type": "SDNRoute", "Settings": map[string]any{
					"DestinationPrefix": "10.43.0.0/16", "NeedEncap": true}}},
				{"Name": "EndpointPolicy", "Value": map[string]any{"Type": "ProviderAddress", "Settings": map[string]any{
					"ProviderAddress": "10.127.0.10"}}},
			},
		},
	}
}}

func base(name, plugin string, timeout int) map[string]any {
	return map[string]any{
		"cniVersion": "1.0.0", "name": name, "type": plugin, "hnsTimeoutSeconds": timeout, "logLevel": "error",
	}
}
