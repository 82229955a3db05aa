package attach

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
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
		_, _, err := a.IPAM.Add(ctx, a.ipamRequest(conf)) // and is killed here
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

// TestFullPool: an exhausted pool is an error after one retry, and nothing is reserved or created.
func TestFullPool(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	stdin := strings.Replace(bridge, `"rangeStart": "10.244.3.10"`, `"rangeStart": "10.244.3.10", "rangeEnd": "10.244.3.10"`, 1)
	n.must(n.attacher(SDNBridge).Status(ctx, n.conf("STATUS", "", stdin)))
	first := n.confFor("ADD", "first", n.namespace(), stdin)
	_, err := n.attacher(SDNBridge).Add(ctx, first)
	n.must(err)
	var status *types.Error
	if err := n.attacher(SDNBridge).Status(ctx, n.conf("STATUS", "", stdin)); !errors.As(err, &status) || status.Code != codeNotAvailable {
		t.Errorf("STATUS of a full pool: %v", err)
	}
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

// TestDelWithUnreadableIPAM: DEL releases host-local's reservations although the configuration no longer names the
// plugin, and fails if it cannot tell whether an address stays reserved.
func TestDelWithUnreadableIPAM(t *testing.T) {
	ctx := context.Background()
	noAddress := map[string]any{"cniVersion": "1.1.0", "interfaces": []any{}}
	anAddress := map[string]any{"cniVersion": "1.1.0", "ips": []any{map[string]any{"address": "10.244.3.10/24"}}}
	rows := []struct {
		name     string
		ipam     any
		previous any
		want     string // "" for success
	}{
		{"type is a number", map[string]any{"type": 5, "dataDir": "DATADIR"}, nil, ""},
		{"type is a path", map[string]any{"type": "../x", "dataDir": "DATADIR"}, anAddress, ""},
		{"a list, nothing known", []any{}, nil, "it names no IPAM plugin"},
		{"a list, and a result with an address", []any{}, anAddress, "it names no IPAM plugin"},
		{"a list, and a result without addresses", []any{}, noAddress, ""},
		{"a number", 5, nil, "it names no IPAM plugin"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			_, err := n.attacher(SDNBridge).Add(ctx, n.conf("ADD", netns, bridge))
			n.must(err)
			keys := map[string]any{"ipam": row.ipam}
			if row.previous != nil {
				keys["prevResult"] = row.previous
			}
			conf := n.conf("DEL", netns, with(t, bridge, keys))
			for range 2 {
				err = n.attacher(SDNBridge).Del(ctx, conf)
				if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
					t.Errorf("got %v, want %q", err, row.want)
				}
				endpoints, err := n.svc.Endpoints(ctx)
				n.must(err)
				if len(endpoints) > 0 || row.want == "" && row.previous == nil && len(n.reserved()) > 0 {
					t.Errorf("left %d endpoints and addresses %q", len(endpoints), n.reserved())
				}
			}
			n.must(n.attacher(SDNBridge).Del(ctx, n.conf("DEL", netns, bridge))) // the configuration is restored
			n.isEmpty()
		})
	}
}
