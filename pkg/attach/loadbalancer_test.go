package attach

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

var loadBalancerConf = map[string]any{"Name": "LoadBalancerPolicy", "Value": map[string]any{"Type": "LoadBalancer", "Settings": map[string]any{
	"FrontendVIPs": []any{"10.96.0.10"}, "SourceVIP": "10.244.3.5",
	"PortMappings": []any{map[string]any{"Protocol": 6, "InternalPort": 5353, "ExternalPort": 53}},
}}}

func behindVIP(t *testing.T) string {
	return with(t, bridge, map[string]any{"AdditionalArgs": []any{loadBalancerConf}})
}

// members returns the names of the endpoints behind the front end; nil if there is no load balancer.
func (n *node) members() []string {
	n.t.Helper()
	lbs, err := n.host.Service().LoadBalancers(context.Background())
	n.must(err)
	endpoints, err := n.host.Service().Endpoints(context.Background())
	n.must(err)
	var names []string
	for _, lb := range lbs {
		for _, id := range lb.Endpoints {
			for _, e := range endpoints {
				if sameAs(id)(e.ID) {
					names = append(names, e.Name)
				}
			}
		}
	}
	if len(lbs) > 1 {
		n.t.Errorf("%d load balancers, want one: %+v", len(lbs), lbs)
	}
	slices.Sort(names)
	return names
}

// TestLoadBalancer: pods join on ADD and leave on DEL, one after the other and at once, below and above the HNS version
// that can modify a load balancer; the last one deletes it.
func TestLoadBalancer(t *testing.T) {
	for _, version := range []string{"13.3", "15.4", "15.5", "16.0"} {
		t.Run(version, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: `{"version": "` + version + `"}`})
			stdin := behindVIP(t)
			var wg sync.WaitGroup
			var want []string
			for _, id := range []string{"a", "b", "c", "d"} {
				wg.Go(func() { n.addAs(id, "eth0", stdin) })
				want = append(want, id+"_podnet")
			}
			wg.Wait()
			if diff := cmp.Diff(want, n.members()); diff != "" {
				t.Fatal(diff)
			}
			for len(want) > 0 {
				n.delAs(want[0][:1], stdin)
				if want = want[1:]; !slices.Equal(want, n.members()) {
					t.Fatalf("members %q, want %q", n.members(), want)
				}
			}
			n.isEmpty()
		})
	}
}

// boasts is an HNS that names a later version than it is.
type boasts struct{ hostnet.Service }

func (boasts) Version(context.Context) (hcnspec.Version, error) {
	return hcnspec.Version{Major: 15, Minor: 5}, nil
}

// TestModificationWithoutEffect: HNS 15.4 reports the modification of a load balancer as successful and does nothing. The
// plugin does not call it there; if the version is misleading, it detects the old members and replaces the load balancer.
func TestModificationWithoutEffect(t *testing.T) {
	for _, row := range []struct {
		name     string
		service  func(hostnet.Service) hostnet.Service
		modifies int
	}{
		{"by its version", func(s hostnet.Service) hostnet.Service { return s }, 0},
		{"by the result", func(s hostnet.Service) hostnet.Service { return boasts{s} }, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: `{"version": "15.4"}`})
			n.svc = row.service(n.svc)
			stdin := behindVIP(t)
			for _, id := range []string{"a", "b", "c"} {
				n.addAs(id, "eth0", stdin)
			}
			if diff := cmp.Diff([]string{"a_podnet", "b_podnet", "c_podnet"}, n.members()); diff != "" {
				t.Error(diff)
			}
			n.delAs("b", stdin)
			if diff := cmp.Diff([]string{"a_podnet", "c_podnet"}, n.members()); diff != "" {
				t.Error(diff)
			}
			calls, err := n.host.Journal()
			n.must(err)
			modifies := 0
			for _, c := range calls {
				if c.API == "HcnModifyLoadBalancer" {
					modifies++
				}
			}
			if modifies != row.modifies {
				t.Errorf("%d modifications, want %d", modifies, row.modifies)
			}
		})
	}
}

func (n *node) delAs(containerID, stdin string) {
	n.t.Helper()
	conf := *n.conf("DEL", "", stdin)
	conf.Attachment.ContainerID = containerID
	n.must(n.attacher(SDNBridge).Del(context.Background(), &conf))
}

// TestInterruptedReplacement: a process dies between deleting the old load balancer and creating the new one: the next
// process that uses the front end creates it, so the other pods keep their service.
func TestInterruptedReplacement(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	n.addAs("a", "eth0", behindVIP(t))
	n.addAs("b", "eth0", behindVIP(t))
	lbs, err := n.svc.LoadBalancers(context.Background())
	n.must(err)
	next := lbs[0]
	next.ID = ""
	n.must(ReplacementsOfNode().Begin(next))
	n.must(n.svc.DeleteLoadBalancer(context.Background(), lbs[0].ID))
	n.addAs("c", "eth0", behindVIP(t))
	if diff := cmp.Diff([]string{"a_podnet", "b_podnet", "c_podnet"}, n.members()); diff != "" {
		t.Error(diff)
	}
	if noted, err := ReplacementsOfNode().Unfinished(next); noted != nil || err != nil {
		t.Errorf("the replacement is still recorded: %v, %v", noted, err)
	}
}

// TestRecordsOfKilledProcesses: the next process that uses a front end removes a record that a killed process left
// half-written, or did not delete with its load balancer.
func TestRecordsOfKilledProcesses(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	n.addAs("a", "eth0", behindVIP(t))
	lbs, err := n.svc.LoadBalancers(context.Background())
	n.must(err)
	record, replacement := CreationsOfNode().file(lbs[0]), ReplacementsOfNode().file(lbs[0])
	half := func(file string) {
		n.must(os.MkdirAll(filepath.Dir(file), 0o700))
		n.must(os.WriteFile(file+".new", []byte("{"), 0o600))
	}
	half(replacement)
	n.delAs("nobody", behindVIP(t))
	n.without(replacement + ".new")
	half(record)
	n.delAs("a", behindVIP(t))
	n.without(record, record+".new")
	n.must(CreationsOfNode().Created("podnet", lbs[0]))
	n.delAs("nobody", behindVIP(t))
	n.without(record)
	n.isEmpty()
}

// without fails the test if a file exists.
func (n *node) without(files ...string) {
	n.t.Helper()
	for _, file := range files {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			n.t.Errorf("%s is still there (%v)", file, err)
		}
	}
}

// TestLateListOfLoadBalancers: a load balancer that was created here and is missing from one list is neither created
// a second time nor forgotten.
func TestLateListOfLoadBalancers(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	n.addAs("a", "eth0", behindVIP(t))
	a := n.attacher(SDNBridge)
	a.Host = hostnet.NewPatient(&lateLoadBalancers{n.svc, 1})
	_, err := a.Add(context.Background(), n.confFor("ADD", "b", n.namespace(), behindVIP(t)))
	n.must(err)
	if diff := cmp.Diff([]string{"a_podnet", "b_podnet"}, n.members()); diff != "" {
		t.Error(diff)
	}
}

// lateLoadBalancers are missing from the first lists.
type lateLoadBalancers struct {
	hostnet.Service
	lists int
}

func (l *lateLoadBalancers) LoadBalancers(ctx context.Context) ([]hcnspec.LoadBalancer, error) {
	if l.lists--; l.lists >= 0 {
		return nil, nil
	}
	return l.Service.LoadBalancers(ctx)
}

// TestLoadBalancerUndone: an ADD that cannot join undoes everything.
func TestLoadBalancerUndone(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	makeNetwork(t, n.attacher(SDNBridge), n.conf("ADD", netns, bridge))
	before := n.dump()
	n.breakWith("HcnCreateLoadBalancer=0x803b000d")
	if _, err := n.attacher(SDNBridge).Add(context.Background(), n.conf("ADD", netns, behindVIP(t))); err == nil {
		t.Error("ADD succeeded")
	}
	if diff := cmp.Diff(before, n.dump()); diff != "" {
		t.Errorf("the host changed: %s", diff)
	}
	if reserved := n.reserved(); len(reserved) > 0 {
		t.Errorf("reserved: %v", reserved)
	}
}

// TestGCLoadBalancer: GC removes members that no longer exist, and leaves other front ends alone.
func TestGCLoadBalancer(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.addAs("a", "eth0", behindVIP(t))
	e := n.attached("a_podnet", netns)
	proxys, err := n.svc.CreateLoadBalancer(context.Background(), &hcnspec.LoadBalancer{
		Endpoints: []string{e.ID}, FrontendVIPs: []string{"10.96.0.1"}, SchemaVersion: hcnspec.SchemaV2,
		PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 6, InternalPort: 6443, ExternalPort: 443}},
	})
	n.must(err)
	err = n.attacher(SDNBridge).GC(context.Background(), n.conf("GC", "", with(t, behindVIP(t), valid())))
	lbs, listErr := n.svc.LoadBalancers(context.Background())
	n.must(listErr)
	if !slices.ContainsFunc(lbs, func(lb hcnspec.LoadBalancer) bool { return lb.ID == proxys.ID }) {
		t.Errorf("GC removed kube-proxy's load balancer (%v)", errors.Unwrap(err))
	}
	if slices.ContainsFunc(lbs, func(lb hcnspec.LoadBalancer) bool { return lb.FrontendVIPs[0] == "10.96.0.10" }) {
		t.Error("GC left an empty load balancer")
	}
}

// TestPolicyEditedOut: a load balancer whose policy is removed from the configuration is deleted with the last of its
// pods. kube-proxy's stays, whatever its members, even if it took over the front end of one created here.
func TestPolicyEditedOut(t *testing.T) {
	for _, version := range []string{"13.3", "16.0"} {
		t.Run(version, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: `{"version": "` + version + `"}`})
			n.addAs("a", "eth0", behindVIP(t))
			n.addAs("b", "eth0", behindVIP(t))
			n.delAs("a", bridge)
			if diff := cmp.Diff([]string{"b_podnet"}, n.members()); diff != "" {
				t.Error(diff)
			}
			n.delAs("b", bridge)
			n.isEmpty()
			if left, err := CreationsOfNode().Of("podnet"); len(left) > 0 || err != nil {
				t.Errorf("still remembered: %v, %v", left, err)
			}
		})
	}
}

// TestGCOfAPolicyEditedOut: GC does the same for pods that were removed without DEL.
func TestGCOfAPolicyEditedOut(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	n.addAs("a", "eth0", behindVIP(t))
	n.must(n.attacher(SDNBridge).GC(context.Background(), n.conf("GC", "", with(t, bridge, valid()))))
	n.isEmpty()
}

// TestOnlyTheRecordedLoadBalancerIsOurs: if another load balancer has the front end of one that was created here, the
// record is deleted and the load balancer stays, empty or not.
func TestOnlyTheRecordedLoadBalancerIsOurs(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.addAs("a", "eth0", behindVIP(t))
	lbs, err := n.svc.LoadBalancers(context.Background())
	n.must(err)
	n.must(n.svc.DeleteLoadBalancer(context.Background(), lbs[0].ID))
	proxys := lbs[0]
	proxys.ID, proxys.Endpoints = "", []string{n.attached("a_podnet", netns).ID}
	made, err := n.svc.CreateLoadBalancer(context.Background(), &proxys)
	n.must(err)
	n.delAs("a", bridge)
	lbs, err = n.svc.LoadBalancers(context.Background())
	n.must(err)
	if len(lbs) != 1 || lbs[0].ID != made.ID {
		t.Errorf("load balancers %+v, want kube-proxy's %s", lbs, made.ID)
	}
	if left, err := CreationsOfNode().Of("podnet"); len(left) > 0 || err != nil {
		t.Errorf("still remembered: %v, %v", left, err)
	}
}

// meanwhile does something when a load balancer's lock is taken, in place of the lock's previous owner.
type meanwhile struct {
	Locks
	did func()
}

func (m meanwhile) Acquire(ctx context.Context, name string) (func(), error) {
	if strings.HasPrefix(name, "load balancer ") {
		m.did()
	}
	return m.Locks.Acquire(ctx, name)
}

// TestCheckDuringAReplacement: a CHECK that does not find the load balancer checks again once no process is replacing
// it.
func TestCheckDuringAReplacement(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	result, err := n.attacher(SDNBridge).Add(context.Background(), n.conf("ADD", netns, behindVIP(t)))
	n.must(err)
	previous, err := json.Marshal(result)
	n.must(err)
	conf := n.conf("CHECK", netns, with(t, behindVIP(t), map[string]any{"prevResult": json.RawMessage(previous)}))
	lbs, err := n.svc.LoadBalancers(context.Background())
	n.must(err)
	n.must(n.svc.DeleteLoadBalancer(context.Background(), lbs[0].ID))
	lbs[0].ID = ""
	a := n.attacher(SDNBridge)
	a.Locks = meanwhile{a.Locks, func() {
		_, err := n.svc.CreateLoadBalancer(context.Background(), &lbs[0])
		n.must(err)
	}}
	n.must(a.Check(context.Background(), conf))
	live, err := n.svc.LoadBalancers(context.Background())
	n.must(err)
	n.must(n.svc.DeleteLoadBalancer(context.Background(), live[0].ID))
	if err := n.attacher(SDNBridge).Check(context.Background(), conf); !errors.Is(err, ErrDifference) {
		t.Errorf("CHECK without the load balancer: %v", err)
	}
}
