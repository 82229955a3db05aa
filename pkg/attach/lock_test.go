package attach

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

const natHNS = `{"cniVersion": "1.1.0", "name": "podnet", "type": "nat", "ipam": {"subnet": "10.244.3.0/24"}}`

// order records when GC has read the announcements and when ADD withdraws its own, on one clock for a whole round.
type order struct {
	Locks
	clock           *atomic.Int64
	taken, released atomic.Int64
}

// Held is how GC learns which ADDs are under way: one that ends before that call is finished as far as GC is concerned.
func (o *order) Held(prefix string) ([]string, error) {
	names, err := o.Locks.Held(prefix)
	o.taken.Store(o.clock.Add(1))
	return names, err
}

func (o *order) Announce(ctx context.Context, name string) (func(), error) {
	release, err := o.Locks.Announce(ctx, name)
	return func() {
		o.released.Store(o.clock.Add(1))
		release()
	}, err
}

// census fails the test unless the attachment is complete or entirely absent, and reports which.
func (n *node) census(netns, stdin string) bool {
	n.t.Helper()
	endpoints, err := n.host.Service().Endpoints(context.Background())
	n.must(err)
	var addrs []string
	for _, e := range endpoints {
		if !hostnet.SameID(e.Namespace, netns) {
			n.t.Errorf("endpoint %q is in namespace %q, want %s", e.Name, e.Namespace, netns)
		}
		for _, ip := range addrsOf(&e) {
			addrs = append(addrs, ip.String())
		}
	}
	if len(endpoints) > 1 {
		n.t.Errorf("%d endpoints of one attachment", len(endpoints))
	}
	if reserved := n.reserved(); strings.Contains(stdin, "host-local") && !slices.Equal(addrs, reserved) {
		n.t.Errorf("endpoints have %q, reserved are %q", addrs, reserved)
	}
	return len(endpoints) == 1
}

// TestVerbsAtOnce starts two verbs of one attachment at the same moment, many times: the state after them is
// consistent, and is the one that one of the two orders leaves.
func TestVerbsAtOnce(t *testing.T) {
	ctx := context.Background()
	ipams := []struct {
		name    string
		profile Profile
		stdin   string
	}{{"host-local", SDNBridge, bridge}, {"HNS", SDNBridge, bridgeHNS}, {"nat", NAT, natHNS}}
	const rounds = 12
	for _, i := range ipams {
		for _, other := range []string{"ADD", "DEL", "GC"} {
			t.Run(i.name+" ADD and "+other, func(t *testing.T) {
				n := newNode(t, hcnemu.Settings{})
				netns := n.namespace()
				makeNetwork(t, n.attacher(i.profile), n.conf("ADD", netns, i.stdin))
				for range rounds {
					var clock atomic.Int64
					first, second := &order{clock: &clock}, &order{clock: &clock}
					verb := func(name string, o *order) error {
						a := n.attacher(i.profile)
						o.Locks, a.Locks = a.Locks, o
						switch name {
						case "DEL":
							return a.Del(ctx, n.conf("DEL", netns, i.stdin))
						case "GC":
							return a.GC(ctx, n.conf("GC", "", with(t, i.stdin, map[string]any{"cni.dev/valid-attachments": []any{}})))
						}
						_, err := a.Add(ctx, n.conf("ADD", netns, i.stdin))
						return err
					}
					var errs [2]error
					both := make(chan struct{})
					var wg sync.WaitGroup
					wg.Go(func() { <-both; errs[0] = verb("ADD", first) })
					wg.Go(func() { <-both; errs[1] = verb(other, second) })
					close(both)
					wg.Wait()
					n.must(errors.Join(errs[:]...))
					there := n.census(netns, i.stdin)
					if other == "ADD" && !there {
						t.Error("both ADDs succeed, and there is no endpoint")
					}
					if other == "GC" && !there && first.released.Load() > second.taken.Load() {
						t.Error("GC removed an endpoint whose ADD was under way when GC began")
					}
					n.must(n.attacher(i.profile).Del(ctx, n.conf("DEL", netns, i.stdin)))
					n.isEmpty()
				}
			})
		}
	}
}

// halting lets ADD meet another verb after a call.
type halting struct {
	hostnet.Service
	created func()
}

func (h *halting) CreateEndpoint(ctx context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	made, err := h.Service.CreateEndpoint(ctx, e)
	h.created()
	return made, err
}

// TestGCInTheMiddleOfAdd: GC keeps the endpoint and the address of an ADD that is under way.
func TestGCInTheMiddleOfAdd(t *testing.T) {
	ctx := context.Background()
	for _, stdin := range []string{bridge, bridgeHNS} {
		n := newNode(t, hcnemu.Settings{})
		netns := n.namespace()
		dead := n.confFor("ADD", "dead", n.namespace(), stdin)
		_, err := n.attacher(SDNBridge).Add(ctx, dead)
		n.must(err)
		a := n.attacher(SDNBridge)
		a.Host = hostnet.NewPatient(&halting{n.svc, func() {
			gc := n.conf("GC", "", with(t, stdin, map[string]any{"cni.dev/valid-attachments": []any{}}))
			n.must(n.attacher(SDNBridge).GC(ctx, gc))
		}})
		_, err = a.Add(ctx, n.conf("ADD", netns, stdin))
		n.must(err)
		if !n.census(netns, stdin) {
			t.Error("GC removed the endpoint of an ADD that was under way")
		}
	}
}

// TestStaleAddressOfAnAddUnderWay: an endpoint with the pod's address whose own ADD is under way is not treated as
// stale.
func TestStaleAddressOfAnAddUnderWay(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	a := n.attacher(SDNBridge)
	conf := n.conf("ADD", n.namespace(), bridge)
	makeNetwork(t, a, conf)
	n.leave("other_podnet", "10.244.3.10", "")
	other := n.confFor("ADD", "other", n.namespace(), bridge)
	release, err := a.lockForAdd(context.Background(), other)
	n.must(err)
	if _, err := a.Add(context.Background(), conf); !errors.Is(err, ErrAttachment) {
		t.Errorf("while the other ADD is under way: %v", err)
	}
	release()
	if _, err := a.Add(context.Background(), conf); err != nil {
		t.Errorf("after it was killed: %v", err)
	}
}

// TestUnusableLocks: a lock directory that cannot be used is its own error, not one of HNS; a lock that another process
// holds is "try again later".
func TestLocksThatAreNotGiven(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	conf := n.conf("ADD", n.namespace(), with(t, bridge, map[string]any{"hnsTimeoutSeconds": 1}))
	a := n.attacher(SDNBridge)
	release, err := a.lockForDel(context.Background(), conf)
	n.must(err)
	if _, err := a.Add(context.Background(), conf); !errors.Is(err, hostnet.ErrTryLater) || errors.Is(err, ErrLocks) {
		t.Errorf("a held lock: %v", err)
	}
	release()
	a.Locks = brokenLocks{}
	for _, err := range []error{a.AddAndReport(context.Background(), conf, nil), a.Del(context.Background(), conf)} {
		if !errors.Is(err, ErrLocks) || errors.Is(err, hostnet.ErrTryLater) {
			t.Errorf("a broken directory: %v", err)
		}
	}
	n.isEmpty()
}

type brokenLocks struct{ Locks }

func (brokenLocks) Acquire(context.Context, string) (func(), error)  { return nil, errors.New("boo") }
func (brokenLocks) Announce(context.Context, string) (func(), error) { return nil, errors.New("boo") }
