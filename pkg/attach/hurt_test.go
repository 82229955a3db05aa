package attach

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// The defects that the crash matrix (test/crash) found, one test each.

// hurt returns the verbs of a profile on an HNS with the faults of HCNEMU_FAULTS.
func (n *node) hurt(p Profile, faults string) *Attacher {
	n.t.Helper()
	host, err := hcnemu.Open(hcnemu.Settings{Dir: n.dir, HostProfile: `{"version": "13.3"}`, Faults: faults})
	n.must(err)
	a := n.attacher(p)
	a.Host = hostnet.NewPatient(host.Service())
	return a
}

// TestDelBelievesTheList: while HNS lists an endpoint, "not found" does not prove its deletion, and its address stays
// reserved.
func TestDelBelievesTheList(t *testing.T) { inBubble(delBelievesTheList)(t) }

func delBelievesTheList(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	impatient := with(t, bridge, map[string]any{"hnsTimeoutSeconds": 1})
	if _, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, impatient)); err != nil {
		t.Fatal(err)
	}
	conf := n.conf("DEL", netns, impatient)
	if err := n.hurt(SDNBridge, "HcnDeleteEndpoint=0x490").Del(ctx, conf); !errors.Is(err, hostnet.ErrTryLater) {
		t.Errorf("DEL while HNS denies the endpoint: %v", err)
	}
	if reserved := n.reserved(); len(reserved) != 1 {
		t.Errorf("reserved addresses %q, want the endpoint's", reserved)
	}
	if err := n.hurt(SDNBridge, "HcnDeleteEndpoint#1=0x490").Del(ctx, conf); err != nil {
		t.Errorf("DEL while HNS denies the endpoint once: %v", err)
	}
	n.isEmpty()
}

// TestFailureAfterItsEffect: a call that took effect and then failed does not lead to a second endpoint.
func TestFailureAfterItsEffect(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	dhcp := `{"cniVersion": "1.0.0", "name": "podnet", "type": "transparent"}`
	_, err := n.hurt(Transparent, "HcnCloseNamespace#1=0x803b001c").Add(ctx, n.conf("ADD", netns, dhcp))
	n.must(err)
	n.attached("c1_podnet", netns)
}

// TestLostAnswerOfPolicies: policies whose addition was not answered are in the endpoint exactly once.
func TestLostAnswerOfPolicies(t *testing.T) {
	ctx := context.Background()
	stdin := `{"cniVersion": "1.0.0", "name": "podnet", "type": "sdnbridge", "loopbackDSR": true,
		"ipam": {"subnet": "10.244.3.0/24", "gateway": "10.244.3.1"}}`
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	_, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, stdin))
	n.must(err)
	want := withoutAddress(n.attached("c1_podnet", netns))
	n.del(netns, stdin)
	_, err = n.hurt(SDNBridge, "HcnCloseEndpoint#2=0x5b4").Add(ctx, n.conf("ADD", netns, stdin))
	n.must(err)
	if diff := cmp.Diff(want, withoutAddress(n.attached("c1_podnet", netns))); diff != "" || len(want) != 1 {
		t.Errorf("%d policies wanted (-want +got):\n%s", len(want), diff)
	}
}

// withoutAddress returns an endpoint's policies with ADDRESS in place of its own address.
func withoutAddress(e hcnspec.Endpoint) []string {
	var all []string
	for _, p := range e.Policies {
		all = append(all, string(p.Type)+" "+strings.ReplaceAll(string(p.Settings), `"`+e.IPConfigs[0].IPAddress+`"`, "ADDRESS"))
	}
	return all
}

// TestLoadBalancerWithoutMembers: an endpoint that was deleted without DEL leaves a load balancer, which DEL deletes.
func TestLoadBalancerWithoutMembers(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	_, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, behindVIP(t)))
	n.must(err)
	n.must(n.svc.DeleteEndpoint(ctx, n.attached("c1_podnet", netns).ID))
	n.del(netns, behindVIP(t))
	lbs, err := n.svc.LoadBalancers(ctx)
	if err != nil || len(lbs) != 0 {
		t.Errorf("load balancers %v, error %v", lbs, err)
	}
}

// TestReplacementIsFinishedByDel: neither ADD nor its undo could create the new load balancer; the DEL that follows
// creates it for the other pods, although it finds no endpoint.
func TestReplacementIsFinishedByDel(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	stdin := behindVIP(t)
	n.addAs("other", "eth0", stdin)
	netns := n.namespace()
	if _, err := n.hurt(SDNBridge, "HcnCreateLoadBalancer=0x803b000d").Add(ctx, n.conf("ADD", netns, stdin)); err == nil {
		t.Fatal("ADD succeeds without a load balancer")
	}
	n.del(netns, stdin)
	if diff := cmp.Diff([]string{"other_podnet"}, n.members()); diff != "" {
		t.Error(diff)
	}
}

// TestFailedSecondAddTakesNothing: a second ADD that fails keeps the first one's membership.
func TestFailedSecondAddTakesNothing(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	conf := n.conf("ADD", netns, behindVIP(t))
	_, err := n.attacher(SDNBridge).Add(ctx, conf)
	n.must(err)
	if _, err := n.hurt(SDNBridge, "HcnEnumerateLoadBalancers#1=0x803b000d").Add(ctx, conf); err == nil {
		t.Fatal("the second ADD succeeds without an answer about load balancers")
	}
	if diff := cmp.Diff([]string{"c1_podnet"}, n.members()); diff != "" {
		t.Error(diff)
	}
}

// TestGCOfALostNetwork: HNS has lost the network but lists its endpoints: GC removes them before releasing their
// addresses, and keeps endpoints that only have a similar name.
func TestGCOfALostNetwork(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	_, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, bridge))
	n.must(err)
	other := with(t, `{"cniVersion": "1.0.0", "type": "nat", "name": "other_podnet"}`, map[string]any{})
	_, err = n.attacher(NAT).Add(ctx, n.conf("ADD", n.namespace(), other))
	n.must(err)
	conf := n.conf("GC", "", with(t, bridge, map[string]any{"cni.dev/valid-attachments": []any{}}))
	n.must(n.hurt(SDNBridge, "HcnEnumerateNetworks#1=0x803b0001").GC(ctx, conf))
	endpoints, err := n.svc.Endpoints(ctx)
	n.must(err)
	if len(endpoints) != 1 || endpoints[0].Name != "c1_other_podnet" || len(n.reserved()) != 0 {
		t.Errorf("endpoints %v, reserved %q", endpoints, n.reserved())
	}
}
