package clients

import (
	"context"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

const subnet = "10.244.3.0/24"

// sharesNetwork adds pods of two plugins to one network, the other project's first and last, from one host-local store.
func sharesNetwork(n *node, theirs, ours, network, more string, left ...string) {
	n.Helper()
	their, our := n.list(theirs, network, subnet, more), n.list(ours, network, subnet, more)
	first := n.add("first", their)
	second := n.add("second", our)
	third := n.add("third", their)
	if first.IP == second.IP || second.IP == third.IP || first.IP == third.IP {
		n.Errorf("addresses %s, %s, %s: want three", first.IP, second.IP, third.IP)
	}
	for _, p := range []pod{first, second, third} {
		p.check()
	}
	first.del()
	second.check() // the other plugin removed only its own
	second.del()
	third.del()
	n.empty(left...)
}

// TestWinBridge: win-bridge and sdnbridge on a network that sdnbridge created; each detaches the pods that it attached.
func TestWinBridge(t *testing.T) {
	n := newNode(t, "win-bridge")
	ours := n.add("maker", n.list("sdnbridge", "cbr0", subnet, ""))
	ours.del()
	sharesNetwork(n, "win-bridge", "sdnbridge", "cbr0", `, "ipMasqNetwork": "10.244.0.0/16"`)
}

// TestWinOverlay: the same for win-overlay and sdnoverlay, on a network that an operator created.
func TestWinOverlay(t *testing.T) {
	n := newNode(t, "win-overlay")
	n.network(`{"Name": "vxlan0", "Type": "Overlay", "SchemaVersion": {"Major": 2, "Minor": 0},
		"Ipams": [{"Type": "Static", "Subnets": [{"IpAddressPrefix": "10.244.3.0/24",
			"Routes": [{"NextHop": "10.244.3.1", "DestinationPrefix": "0.0.0.0/0"}],
			"Policies": [{"Type": "VSID", "Settings": {"IsolationId": 4096}}]}]}]}`)
	sharesNetwork(n, "win-overlay", "sdnoverlay", "vxlan0", `, "ipMasq": true, "endpointMacPrefix": "0E-2A"`)
}

// flanneld starts a backend twice, as a restart of the daemon does, and returns the resulting network.
func (n *node) flanneld(backend, network string) *hcnspec.Network {
	n.Helper()
	start := func() string {
		return n.start("flanneld", backend, "10.127.0.10", subnet, "10.127.0.11", "10.244.4.0/24", "00:15:5d:44:55:66")
	}
	first, before := start(), n.dump()
	if again := start(); again != first || n.dump() != before {
		n.Errorf("started again, flannel's backend leased %s and left\n%s\nwas %s and\n%s", again, n.dump(), first, before)
	}
	all, err := n.Host.Service().Networks(context.Background())
	if err != nil || len(all) != 1 || all[0].Name != network {
		n.Fatalf("networks %+v, %v; want %s alone", all, err, network)
	}
	return &all[0]
}

// TestFlannelHostGateway: the backend host-gw creates an L2Bridge and the host's own endpoint on it.
func TestFlannelHostGateway(t *testing.T) {
	n := newNode(t, "flanneld", "win-bridge")
	n.flanneld("host-gw", "cbr0")
	if e := n.endpoint("cbr0_ep"); e == nil || e.IPConfigs[0].IPAddress != "10.244.3.2" {
		t.Fatalf("the host's endpoint is %+v", e)
	}
	sharesNetwork(n, "win-bridge", "sdnbridge", "cbr0", "", "cbr0_ep")
}

// TestFlannelVXLAN: the backend vxlan creates an Overlay, reads the router's MAC address and the node's own address
// from it, and adds a route to the other node.
func TestFlannelVXLAN(t *testing.T) {
	n := newNode(t, "flanneld", "win-overlay")
	network := n.flanneld("vxlan", "flannel.4096")
	var remote []string
	for _, p := range network.Policies {
		if p.Type == hcnspec.RemoteSubnetRoute {
			remote = append(remote, string(p.Settings))
		}
	}
	if len(remote) != 1 || !strings.Contains(remote[0], `"10.244.4.0/24"`) || !strings.Contains(remote[0], `"10.127.0.11"`) {
		t.Errorf("routes to other nodes %q, want one to 10.244.4.0/24 over 10.127.0.11", remote)
	}
	sharesNetwork(n, "win-overlay", "sdnoverlay", "flannel.4096", `, "ipMasq": true`)
}
