package attach

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// leave creates an endpoint as an interrupted ADD or another program would.
func (n *node) leave(name, ip, netns string) hcnspec.Endpoint {
	n.t.Helper()
	ctx := context.Background()
	network, err := n.host.Service().NetworkByName(ctx, "podnet")
	if err != nil {
		n.t.Fatal(err)
	}
	made, err := n.host.Service().CreateEndpoint(ctx, &hcnspec.Endpoint{
		Name: name, Network: network.ID, SchemaVersion: hcnspec.SchemaV2,
		IPConfigs: []hcnspec.IPConfig{{IPAddress: ip, PrefixLength: 24}},
	})
	if err != nil {
		n.t.Fatal(err)
	}
	if netns != "" {
		if err := n.host.Service().Attach(ctx, netns, made.ID); err != nil {
			n.t.Fatal(err)
		}
	}
	return *made
}

// TestStale: an endpoint that an earlier run left with the pod's name or address is replaced if no live pod uses it,
// and otherwise fails the ADD.
func TestStale(t *testing.T) {
	rows := []struct {
		name   string
		left   string // endpoint's name
		ip     string
		where  string // "", "other", "gone" or "same" namespace
		refuse string // text of the error; "" for success
	}{
		{"orphan of our name", "c1_podnet", "10.244.3.77", "", ""},
		{"ours in a namespace that is gone", "c1_podnet", "10.244.3.77", "gone", ""},
		{"ours, alive elsewhere", "c1_podnet", "10.244.3.77", "other", `endpoint "c1_podnet"`},
		{"orphan with our address", "dead_podnet", "10.244.3.10", "", ""},
		{"our address, alive", "live_podnet", "10.244.3.10", "other", `endpoint "live_podnet"`},
		{"our address, the host's own", "podnet_ep", "10.244.3.10", "", `endpoint "podnet_ep"`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			conf := n.conf("ADD", netns, bridge)
			makeNetwork(t, n.attacher(SDNBridge), conf)
			n.leaveIn(row.left, row.ip, row.where)
			before := n.dump()
			_, err := n.attacher(SDNBridge).Add(context.Background(), conf)
			if row.refuse == "" {
				if err != nil {
					t.Fatal(err)
				}
				n.attached("c1_podnet", netns)
				return
			}
			if !errors.Is(err, ErrAttachment) || !strings.Contains(err.Error(), row.refuse) {
				t.Errorf("got %v\nwant %s", err, row.refuse)
			}
			if diff := cmp.Diff(before, n.dump()); diff != "" {
				t.Errorf("the host changed: %s", diff)
			}
			if reserved := n.reserved(); len(reserved) > 0 {
				t.Errorf("reserved: %v", reserved)
			}
		})
	}
}

func (n *node) leaveIn(name, ip, where string) {
	n.t.Helper()
	other := ""
	if where != "" {
		other = n.namespace()
	}
	n.leave(name, ip, other)
	if where == "gone" {
		n.must(n.svc.DeleteNamespace(context.Background(), other))
	}
}

// TestPortOwner: the error about a port that another pod publishes names its endpoint.
func TestPortOwner(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	a := n.attacher(SDNBridge)
	publish := with(t, bridge, map[string]any{"runtimeConfig": map[string]any{"portMappings": []any{map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}}}})
	first := *n.conf("ADD", n.namespace(), publish)
	first.Attachment.ContainerID = "first"
	if _, err := a.Add(context.Background(), &first); err != nil {
		t.Fatal(err)
	}
	netns := n.namespace()
	before, reserved := n.dump(), n.reserved()
	_, err := a.Add(context.Background(), n.conf("ADD", netns, publish))
	if !errors.Is(err, ErrAttachment) || !strings.Contains(err.Error(), `host port 8080 is published by endpoint "first_podnet"`) || hostnet.CodeOf(err) != hostnet.CodePortAlreadyExists {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(before, n.dump()); diff != "" {
		t.Errorf("the host changed: %s", diff)
	}
	if diff := cmp.Diff(reserved, n.reserved()); diff != "" {
		t.Errorf("reservations changed: %s", diff)
	}
}

// TestStalePortOwner: an endpoint of the network that publishes a requested port is removed if its namespace does not
// exist any more.
func TestStalePortOwner(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	a := n.attacher(SDNBridge)
	publish := with(t, bridge, map[string]any{"runtimeConfig": map[string]any{"portMappings": []any{map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}}}})
	gone := n.namespace()
	first := *n.conf("ADD", gone, publish)
	first.Attachment.ContainerID = "first"
	if _, err := a.Add(t.Context(), &first); err != nil {
		t.Fatal(err)
	}
	n.must(n.svc.DeleteNamespace(t.Context(), gone))
	netns := n.namespace()
	if _, err := a.Add(t.Context(), n.conf("ADD", netns, publish)); err != nil {
		t.Fatal(err)
	}
	n.attached("c1_podnet", netns)
	if left, err := n.svc.EndpointsByName(t.Context(), "first_podnet"); err != nil || len(left) > 0 {
		t.Errorf("the stale endpoint: %v, %v", left, err)
	}
}

// sick reports a code in the health of every endpoint that it creates.
type sick struct {
	hostnet.Service
	code uint32
}

func (s sick) CreateEndpoint(ctx context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	made, err := s.Service.CreateEndpoint(ctx, e)
	if err == nil {
		made.Health.Extra.Resources = fmt.Appendf(nil, `{"Health": {"LastErrorCode": %d}}`, s.code)
	}
	return made, err
}

// TestHealth: a permanent error of HNS in the health of a new endpoint fails ADD, and other codes do not.
func TestHealth(t *testing.T) {
	for _, row := range []struct {
		name   string
		code   uint32
		broken bool
	}{
		{"healthy", 0, false},
		{"invalid policy", uint32(hostnet.CodeInvalidPolicy), true},
		{"degraded", uint32(hostnet.CodeDegradedOperation), true},
		{"temporary", uint32(hostnet.CodeNetadapterTimeout), false},
		{"unknown", 0x8000ffff, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			a := n.attacher(SDNBridge)
			a.Host = hostnet.NewPatient(sick{n.svc, row.code})
			_, err := a.Add(t.Context(), n.conf("ADD", n.namespace(), bridge))
			if errors.Is(err, ErrUnhealthy) != row.broken || err != nil && !row.broken {
				t.Errorf("got %v", err)
			}
			if warned := strings.Contains(n.log.String(), "endpoint's health"); warned != (row.code != 0 && !row.broken) {
				t.Errorf("log: %s", n.log.String())
			}
		})
	}
}
