package gocni

import (
	"strings"

	cni "github.com/containerd/go-cni"
)

const (
	bridgeConf = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "master": "Ethernet",
		"capabilities": {"portMappings": true, "dns": true, "bandwidth": true},
		"dns": {"nameservers": ["10.1.1.1"], "search": ["svc.cluster.local"]},
		"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.244.3.0/24", "rangeStart": "10.244.3.10", "gateway": "10.244.3.1",
			"routes": [{"dst": "0.0.0.0/0"}]}}`
	overlayConf = `{"cniVersion": "1.0.0", "name": "vxlan0", "type": "sdnoverlay", "vsid": 4097, "ipMasq": true, "ipMasqNetwork": "10.245.0.0/16",
		"capabilities": {"dns": true, "bandwidth": true},
		"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.245.3.0/24"}}`
	dualConf = `{"cniVersion": "1.1.0", "name": "dual", "type": "sdnbridge", "capabilities": {"portMappings": true},
		"dns": {"nameservers": ["10.96.0.10"], "search": ["svc.cluster.local"]},
		"ipam": {"type": "host-local", "dataDir": "DATADIR", "ranges": [[{"subnet": "10.6.0.0/24"}], [{"subnet": "fd00:6::/64"}]]}}`
)

const (
	clusterResult   = `[{"nameservers":["10.96.0.10"],"search":["shop.svc.cluster.local","svc.cluster.local"],"options":["ndots:5"]}]`
	clusterEndpoint = `{"Search":["shop.svc.cluster.local","svc.cluster.local"],"ServerList":["10.96.0.10"],"Options":["ndots:5"]}`
)

// onNAT is a pod on the NAT network, which has no LocalRoutedVip.
func onNAT(name string) view {
	return view{
		Interfaces: map[string][]string{"eth0": {"172.20.0.2 via 172.20.0.1"}},
		DNS:        clusterResult,
		Routes:     []string{"0.0.0.0/0 via 172.20.0.1"},
		Endpoint: endpoint{
			Name: name, Addresses: []string{"172.20.0.2/20"}, DNS: clusterEndpoint,
			Policies: []string{
				`PortMapping {"Protocol":6,"InternalPort":80,"ExternalPort":8080}`,
				`PortMapping {"Protocol":17,"InternalPort":53,"ExternalPort":5353}`,
			},
		},
	}
}

// lives are the pods of TestLife. host-local and the emulator assign addresses in order.
func lives() []life {
	web := ports(cni.PortMapping{HostPort: 8080, ContainerPort: 80, Protocol: "tcp"},
		cni.PortMapping{HostPort: 5353, ContainerPort: 53, Protocol: "udp", HostIP: "0.0.0.0"})
	return []life{
		{
			name: "containerd nat", conf: example("nat-containerd.conf"), network: existingNAT, old: true,
			opts: []cni.NamespaceOpts{web, clusterDNS(), bandwidth(100_000_000)}, // the conf requests no bandwidth
			want: onNAT("sandbox-containerd-nat_nat"),
		},
		{
			name: "nat 1.1.0", conf: strings.Replace(example("nat-containerd.conf"), "0.2.0", "1.1.0", 1),
			opts: []cni.NamespaceOpts{web, clusterDNS()},
			want: onNAT("sandbox-nat-1.1.0_nat"),
		},
		{name: "sdnbridge", conf: bridgeConf, opts: []cni.NamespaceOpts{web, clusterDNS(), bandwidth(100_000_000)}, want: onBridge},
		{name: "sdnoverlay", conf: overlayConf, opts: []cni.NamespaceOpts{clusterDNS(), bandwidth(8_000_000)}, want: onOverlay},
		{name: "dual stack", conf: dualConf, opts: []cni.NamespaceOpts{web}, want: onDual},
	}
}

var onBridge = view{
	Interfaces: map[string][]string{"eth0": {"10.244.3.10 via 10.244.3.1"}},
	DNS:        clusterResult,
	Routes:     []string{"0.0.0.0/0 via 10.244.3.1"},
	Endpoint: endpoint{
		Name: "sandbox-sdnbridge_podnet", Addresses: []string{"10.244.3.10/24"}, DNS: clusterEndpoint,
		Policies: []string{
			`PortMapping {"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1}`,
			`PortMapping {"Protocol":17,"InternalPort":53,"ExternalPort":5353,"Flags":1}`,
			`QOS {"MaximumOutgoingBandwidthInBytes":12500000}`,
		},
	},
}

var onOverlay = view{
	Interfaces: map[string][]string{"eth0": {"10.245.3.2 via 10.245.3.1"}},
	DNS:        clusterResult,
	Routes:     []string{"0.0.0.0/0 via 10.245.3.1"},
	Endpoint: endpoint{
		Name: "sandbox-sdnoverlay_vxlan0", Addresses: []string{"10.245.3.2/24"}, DNS: clusterEndpoint,
		Policies: []string{
			`OutBoundNAT {"Exceptions":["10.245.0.0/16"]}`,
			`QOS {"MaximumOutgoingBandwidthInBytes":1000000}`,
			`ProviderAddress {"ProviderAddress":"10.127.0.10"}`,
		},
	},
}

// onDual has the conf's DNS, because the runtime gives none, in the pod's Kubernetes namespace, which is passed as a
// label.
var onDual = view{
	Interfaces: map[string][]string{"eth0": {"10.6.0.2 via 10.6.0.1", "fd00:6::2 via fd00:6::1"}},
	DNS:        `[{"nameservers":["10.96.0.10"],"search":["shop.svc.cluster.local"]}]`,
	Routes:     []string{"0.0.0.0/0 via 10.6.0.1", "::/0 via fd00:6::1"},
	Endpoint: endpoint{
		Name: "sandbox-dual-stack_dual", Addresses: []string{"10.6.0.2/24", "fd00:6::2/64"},
		DNS: `{"Search":["shop.svc.cluster.local"],"ServerList":["10.96.0.10"]}`,
		Policies: []string{
			`PortMapping {"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1}`,
			`PortMapping {"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":3}`,
			`PortMapping {"Protocol":17,"InternalPort":53,"ExternalPort":5353,"Flags":1}`,
		},
	},
}
