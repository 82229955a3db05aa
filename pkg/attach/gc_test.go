package attach

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// addAs adds a pod of another container or interface.
func (n *node) addAs(containerID, ifName, stdin string) string {
	n.t.Helper()
	netns := n.namespace()
	conf := *n.conf("ADD", netns, stdin)
	conf.Attachment.ContainerID, conf.Attachment.IfName = containerID, ifName
	if _, err := n.attacher(SDNBridge).Add(context.Background(), &conf); err != nil {
		n.t.Fatal(err)
	}
	return netns
}

func valid(attachments ...[2]string) map[string]any {
	list := []any{}
	for _, a := range attachments {
		list = append(list, map[string]any{"containerID": a[0], "ifname": a[1]})
	}
	return map[string]any{"cni.dev/valid-attachments": list}
}

// TestGC: GC removes exactly the endpoints, with their addresses, that belong to no valid attachment.
func TestGC(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	for _, each := range [][2]string{{"live", "eth0"}, {"live", "net1"}, {"dead", "eth0"}, {"dead", "net1"}} {
		n.addAs(each[0], each[1], bridge)
	}
	n.leave("podnet_ep", "10.244.3.2", n.namespace())
	n.leave("Calico_thing", "10.244.3.200", "")
	network, err := n.svc.NetworkByName(ctx, "podnet")
	n.must(err)
	_, err = n.svc.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: "far_podnet", Network: network.ID, Flags: hcnspec.EndpointFlagRemote,
		IPConfigs: []hcnspec.IPConfig{{IPAddress: "10.244.3.210", PrefixLength: 24}}, SchemaVersion: hcnspec.SchemaV2})
	n.must(err)

	conf := n.conf("GC", "", with(t, bridge, valid([2]string{"live", "eth0"}, [2]string{"live", "net1"})))
	n.must(n.attacher(SDNBridge).GC(ctx, conf))
	endpoints, err := n.svc.Endpoints(ctx)
	n.must(err)
	var names []string
	for _, e := range endpoints {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	want := []string{"Calico_thing", "far_podnet", "live_podnet", "live_podnet@net1", "podnet_ep"}
	if !slices.Equal(names, want) {
		t.Errorf("left %q, want %q", names, want)
	}
	if reserved := n.reserved(); len(reserved) != 2 {
		t.Errorf("reserved %q, want the two of the live pod", reserved)
	}
}

// TestGCGoesOn: an endpoint that cannot be removed does not stop the removal of the others, and the error names it.
func TestGCGoesOn(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	for _, id := range []string{"a", "b", "c"} {
		n.addAs(id, "eth0", bridge)
	}
	n.breakWith("HcnDeleteEndpoint#2=0x803b001a")
	err := n.attacher(SDNBridge).GC(context.Background(), n.conf("GC", "", with(t, bridge, valid())))
	if hostnet.CodeOf(err) != hostnet.CodeRegkeyFailure || !strings.Contains(err.Error(), "_podnet") {
		t.Errorf("got %v", err)
	}
	endpoints, err := n.svc.Endpoints(context.Background())
	n.must(err)
	if len(endpoints) != 1 || len(n.reserved()) != 1 {
		t.Errorf("left %d endpoints and %q, want one of each", len(endpoints), n.reserved())
	}
}

// TestGCNeedsTheList: without it GC would remove every pod.
func TestGCNeedsTheList(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.addAs("live", "eth0", bridge)
	err := n.attacher(SDNBridge).GC(context.Background(), n.conf("GC", "", bridge))
	var problems confdoc.Findings
	if !errors.As(err, &problems) {
		t.Errorf("got %v", err)
	}
	n.attached("live_podnet", netns)
}

// TestStatus: ready, or the code and the reason.
func TestStatus(t *testing.T) {
	rows := []struct {
		name     string
		settings hcnemu.Settings
		conf     map[string]any
		faults   string
		code     uint
		want     string
	}{
		{"network can be made", hcnemu.Settings{}, nil, "", 0, ""},
		{"HNS too old", hcnemu.Settings{HostProfile: `{"version": "8.1"}`}, nil, "", 50, "HNS 8.1 is too old"},
		{"HNS down", hcnemu.Settings{}, nil, "*=0x426", 51, "does not answer"},
		{"HNS hangs", hcnemu.Settings{}, nil, "*=hang", 51, "does not answer"},
		{"network missing", hcnemu.Settings{}, map[string]any{"createNetwork": false}, "", 50, "createNetwork is not true"},
		{"no uplink", hcnemu.Settings{}, map[string]any{"master": "Wi-Fi"}, "", 50, "cannot be created"},
	}
	for _, row := range rows {
		status := func(t *testing.T) {
			n := newNode(t, row.settings)
			if row.faults != "" {
				n.breakWith(row.faults)
			}
			err := n.attacher(SDNBridge).Status(context.Background(), n.conf("STATUS", "", with(t, hurried(t), row.conf)))
			var cni *types.Error
			if row.code == 0 {
				n.must(err)
			} else if !errors.As(err, &cni) || cni.Code != row.code || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want code %d and %q", err, row.code, row.want)
			}
		}
		if !strings.HasSuffix(row.faults, "hang") {
			status = inBubble(status)
		}
		t.Run(row.name, status)
	}
}
