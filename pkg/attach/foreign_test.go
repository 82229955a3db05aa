package attach

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

const overlay = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnoverlay", "master": "Ethernet",
	"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.244.3.0/24", "gateway": "10.244.3.1", "rangeStart": "10.244.3.10"}}`

// TestForeignHostIP: a port is published on an address of the node, or on all of them, and nowhere else.
func TestForeignHostIP(t *testing.T) {
	ctx := context.Background()
	for ip, fits := range map[string]bool{
		"10.127.0.10": true, "0.0.0.0": true, "": true,
		"10.96.0.10": false, "169.254.169.254": false, "8.8.8.8": false, "127.0.0.1": false, "10.127.0.1": false,
	} {
		n := newNode(t, hcnemu.Settings{HostProfile: twoUplinks})
		stdin := with(t, bridge, map[string]any{"runtimeConfig": map[string]any{"portMappings": []any{
			map[string]any{"hostPort": 80, "containerPort": 80, "protocol": "tcp"},
			map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp", "hostIP": ip}}}})
		before := n.dump()
		netns := n.namespace()
		_, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, stdin))
		if fits {
			if err != nil {
				t.Errorf("hostIP %q: %v", ip, err)
			}
			continue
		}
		var findings confdoc.Findings
		if !errors.As(err, &findings) || !strings.Contains(err.Error(), "runtimeConfig.portMappings[1].hostIP") || !strings.Contains(err.Error(), "10.127.0.10") {
			t.Errorf("hostIP %q: %v", ip, err)
		}
		n.must(n.svc.DeleteNamespace(ctx, netns))
		if diff := cmp.Diff(networksIn(t, before), networksIn(t, n.dump())); diff != "" {
			t.Errorf("hostIP %q changed the host: %s", ip, diff)
		}
	}
}

// networksIn returns the networks and endpoints of a dump.
func networksIn(t *testing.T, dump string) [2]any {
	t.Helper()
	var state struct{ Networks, Endpoints any }
	if err := json.Unmarshal([]byte(dump), &state); err != nil {
		t.Fatal(err)
	}
	return [2]any{state.Networks, state.Endpoints}
}

// TestForeignMAC: a pod does not get the MAC address of the node, of another pod, or of the pod that another
// address of an overlay belongs to; the address that IPAM reserved is released.
func TestForeignMAC(t *testing.T) {
	ctx := context.Background()
	rows := []struct {
		name    string
		profile Profile
		stdin   string
		mac     string
		want    string // "" for success
	}{
		{"its own", SDNBridge, bridge, "00:15:5d:12:34:56", ""},
		{"the node's", SDNBridge, bridge, "00:15:5d:7f:00:0a", `"Ethernet"`},
		{"the node's on an overlay", SDNOverlay, overlay, "00:15:5d:7f:00:0a", `"Ethernet"`},
		{"another pod's", SDNBridge, bridge, "00:15:5d:99:99:99", `endpoint "first_podnet"`},
		{"another address's", SDNOverlay, overlay, "0e:2a:0a:f4:05:05", "0E-2A-0A-F4-03-0B"},
		{"its own derived one", SDNOverlay, overlay, "0e:2a:0a:f4:03:0b", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: twoUplinks})
			a := n.attacher(row.profile)
			ask := func(mac string) string {
				return with(t, row.stdin, map[string]any{"runtimeConfig": map[string]any{"mac": mac}})
			}
			_, err := a.Add(ctx, n.confFor("ADD", "first", n.namespace(), ask("00:15:5d:99:99:99")))
			n.must(err)
			_, err = a.Add(ctx, n.conf("ADD", n.namespace(), ask(row.mac)))
			if row.want == "" {
				n.must(err)
				return
			}
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %s", err, row.want)
			}
			if endpoints, err := n.svc.Endpoints(ctx); err != nil || len(endpoints) != 1 || len(n.reserved()) != 1 {
				t.Errorf("%d endpoints, reserved %q (%v); want those of the first pod", len(endpoints), n.reserved(), err)
			}
		})
	}
}
