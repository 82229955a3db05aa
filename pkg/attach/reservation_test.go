package attach

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// TestAddAfterAKilledAdd: an address that is reserved for an attachment without an endpoint does not keep
// ADD from succeeding, and is not lost.
func TestAddAfterAKilledAdd(t *testing.T) {
	ctx := context.Background()
	for _, inProcess := range []bool{false, true} {
		n := newNode(t, hcnemu.Settings{})
		netns := n.namespace()
		stdin := strings.Replace(bridge, `"host-local",`, `"host-local", "inProcess": true,`, 1)
		if !inProcess {
			stdin = bridge
		}
		conf := n.conf("ADD", netns, stdin)
		a := n.attacher(SDNBridge)
		_, _, err := a.IPAM.Add(ctx, a.ipamRequest(conf)) // and there it is killed
		n.must(err)
		for range 2 {
			_, err = a.Add(ctx, conf)
			n.must(err)
		}
		if !n.census(netns, stdin) {
			t.Error("there is no endpoint")
		}
	}
}

// TestFullPool: an exhausted pool is an error after one more try, and nothing is reserved or made.
func TestFullPool(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	stdin := strings.Replace(bridge, `"rangeStart": "10.244.3.10"`, `"rangeStart": "10.244.3.10", "rangeEnd": "10.244.3.10"`, 1)
	first := n.confFor("ADD", "first", n.namespace(), stdin)
	_, err := n.attacher(SDNBridge).Add(ctx, first)
	n.must(err)
	before := n.dump()
	_, err = n.attacher(SDNBridge).Add(ctx, n.conf("ADD", n.namespace(), stdin))
	if err == nil || !strings.Contains(err.Error(), "no IP addresses available") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"10.244.3.10"}, n.reserved()); diff != "" {
		t.Error(diff)
	}
	n.must(n.attacher(SDNBridge).Del(ctx, n.conf("DEL", "", stdin)))
	if diff := cmp.Diff(strings.Count(before, "_podnet"), strings.Count(n.dump(), "_podnet")); diff != "" {
		t.Error(diff)
	}
}
