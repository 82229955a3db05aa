package attach

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// TestDelIsIdempotent: DEL succeeds whatever is already missing, and leaves nothing.
func TestDelIsIdempotent(t *testing.T) {
	ctx := context.Background()
	rows := []struct {
		name   string
		before func(n *node, netns string)
		netns  string // "-" for the pod's own
	}{
		{"as ADD left it", func(*node, string) {}, "-"},
		{"never added", func(n *node, netns string) { n.del(netns, bridge) }, "-"},
		{"no CNI_NETNS, as containerd calls after a reboot", func(*node, string) {}, ""},
		{"a CNI_NETNS that is gone", func(*node, string) {}, "11111111-2222-3333-4444-555555555555"},
		{"endpoint gone", func(n *node, netns string) {
			e := n.attached("c1_podnet", netns)
			n.must(n.svc.Detach(ctx, netns, e.ID))
			n.must(n.svc.DeleteEndpoint(ctx, e.ID))
		}, "-"},
		{"detached", func(n *node, netns string) {
			n.must(n.svc.Detach(ctx, netns, n.attached("c1_podnet", netns).ID))
		}, "-"},
		{"after a reboot", func(n *node, _ string) { n.must(n.host.Reboot()) }, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			if _, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, bridge)); err != nil {
				t.Fatal(err)
			}
			row.before(n, netns)
			if row.netns != "-" {
				netns = row.netns
			}
			for range 2 {
				n.del(netns, bridge)
				n.isEmpty()
			}
		})
	}
}

func (n *node) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) del(netns, stdin string) {
	n.t.Helper()
	n.must(n.attacher(SDNBridge).Del(context.Background(), n.conf("DEL", netns, stdin)))
}

// TestDelWithABrokenConf: an error in the configuration that matters only to ADD does not keep a pod from being
// deleted.
func TestDelWithABrokenConf(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	if _, err := n.attacher(SDNBridge).Add(context.Background(), n.conf("ADD", netns, bridge)); err != nil {
		t.Fatal(err)
	}
	n.del(netns, with(t, bridge, map[string]any{
		"type": "l2tunnel", "additionalRoutes": "none", "vlan": 99999,
		"policies":      []any{map[string]any{"name": "EndpointPolicy", "value": map[string]any{"Type": "ACL"}}},
		"runtimeConfig": map[string]any{"portMappings": []any{map[string]any{"hostPort": 0, "protocol": "sctp"}}},
	}))
	n.isEmpty()
}

// TestDelKeepsWhatItCannotRemove: while HNS is down nothing counts as absent, and the address stays reserved; the next
// DEL succeeds.
func TestDelKeepsWhatItCannotRemove(t *testing.T) {
	for _, faults := range []string{"*=0x803b0020", "*=0x426", "*=0x6ba", "HcnDeleteEndpoint=0x803b0031", "HcnEnumerateEndpoints=hang", "HcnDeleteEndpoint=0x803b001a"} {
		keeps := func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			if _, err := n.attacher(SDNBridge).Add(context.Background(), n.conf("ADD", netns, bridge)); err != nil {
				t.Fatal(err)
			}
			reserved := n.reserved()
			n.breakWith(faults)
			err := n.attacher(SDNBridge).Del(context.Background(), n.conf("DEL", netns, hurried(t)))
			if err == nil || errors.Is(err, hostnet.ErrNotFound) {
				t.Errorf("DEL while HNS fails: %v", err)
			}
			if diff := cmp.Diff(reserved, n.reserved()); diff != "" {
				t.Errorf("reservations changed while the endpoint stands: %s", diff)
			}
			n.svc = n.host.Service()
			n.del(netns, bridge)
			n.isEmpty()
		}
		if !strings.HasSuffix(faults, "hang") {
			keeps = inBubble(keeps)
		}
		t.Run(faults, keeps)
	}
}

// TestDelOfNothing: without an endpoint of the name, DEL needs no network, and not one call for it.
func TestDelOfNothing(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	stdin := with(t, bridge, map[string]any{"hnsTimeoutSeconds": 1})
	if err := n.hurt(SDNBridge, "HcnEnumerateNetworks=0x803b0020").Del(context.Background(), n.conf("DEL", "", stdin)); err != nil {
		t.Errorf("DEL of a pod that was never added, while HNS does not list networks: %v", err)
	}
}

// TestDelLeavesNamesakes: an endpoint of the same name on another network belongs to another attachment.
func TestDelLeavesNamesakes(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	other := n.attacher(NAT)
	makeNetwork(t, other, n.conf("ADD", netns, `{"name": "nat", "type": "nat", "ipam": {"subnet": "10.4.0.0/24"}}`))
	nat, err := n.svc.NetworkByName(context.Background(), "nat")
	n.must(err)
	namesake := endpointDocument(&plan{endpointName: "c1_podnet", conf: n.conf("ADD", netns, bridge), policies: emptySet(t, n)}, nat, &addresses{})
	kept, err := n.svc.CreateEndpoint(context.Background(), namesake)
	n.must(err)
	n.must(n.svc.Attach(context.Background(), n.namespace(), kept.ID))
	if _, err := n.attacher(SDNBridge).Add(context.Background(), n.conf("ADD", netns, bridge)); err != nil {
		t.Fatal(err)
	}
	n.del(netns, bridge)
	left, err := n.svc.Endpoints(context.Background())
	n.must(err)
	if len(left) != 1 || left[0].ID != kept.ID {
		t.Errorf("left: %+v, want only %s", left, kept.ID)
	}
}
