package attach

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// beforeCreating does something before an endpoint is created.
type beforeCreating struct {
	hostnet.Service
	do func()
}

func (b beforeCreating) CreateEndpoint(ctx context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	b.do()
	return b.Service.CreateEndpoint(ctx, e)
}

// TestGCBesideAPodThatJoins: an ADD that was under way when GC began creates its endpoint and joins the load
// balancer after GC has listed the endpoints, and before GC has the load balancer's lock. It stays a member.
func TestGCBesideAPodThatJoins(t *testing.T) {
	for _, version := range []string{"13.3", "16.0"} {
		t.Run(version, func(t *testing.T) {
			ctx := context.Background()
			n := newNode(t, hcnemu.Settings{HostProfile: `{"version": "` + version + `"}`})
			stdin := behindVIP(t)
			n.addAs("a", "eth0", stdin)
			atCreation, proceed, over := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			late := n.attacher(SDNBridge)
			late.Host = hostnet.NewPatient(beforeCreating{n.svc, func() { close(atCreation); <-proceed }})
			conf := n.confFor("ADD", "b", n.namespace(), stdin)
			go func() {
				_, err := late.Add(ctx, conf)
				over <- err
			}()
			<-atCreation
			gc := n.attacher(SDNBridge)
			gc.Locks = meanwhile{gc.Locks, func() { close(proceed); n.must(<-over) }}
			n.must(gc.GC(ctx, n.conf("GC", "", with(t, stdin, valid([2]string{"a", "eth0"})))))
			if diff := cmp.Diff([]string{"a_podnet", "b_podnet"}, n.members()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// lateLists leaves an endpoint out of the first lists.
type lateLists struct {
	hostnet.Service
	hidden string // part of its name
	lists  int
}

func (l *lateLists) Endpoints(ctx context.Context) ([]hcnspec.Endpoint, error) {
	all, err := l.Service.Endpoints(ctx)
	if l.lists--; l.lists < 0 {
		return all, err
	}
	var some []hcnspec.Endpoint
	for _, e := range all {
		if !strings.Contains(e.Name, l.hidden) {
			some = append(some, e)
		}
	}
	return some, err
}

// TestMembersMissingFromOneList: a member that one list of endpoints lacks stays behind its load balancer, in GC
// and where an interrupted replacement cannot be finished at once.
func TestMembersMissingFromOneList(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, hcnemu.Settings{})
	stdin := behindVIP(t)
	n.addAs("a", "eth0", stdin)
	n.addAs("b", "eth0", stdin)
	a := n.attacher(SDNBridge)
	a.Host = hostnet.NewPatient(&lateLists{n.svc, "b_", 1})
	n.must(a.GC(ctx, n.conf("GC", "", with(t, stdin, valid([2]string{"a", "eth0"}, [2]string{"b", "eth0"})))))
	if diff := cmp.Diff([]string{"a_podnet", "b_podnet"}, n.members()); diff != "" {
		t.Errorf("after GC: %s", diff)
	}
	a.Host = hostnet.NewPatient(&lateLists{n.hurt(SDNBridge, "HcnCreateLoadBalancer#1=0x803b000d").Host, "b_", 1})
	lbs, err := n.svc.LoadBalancers(ctx)
	n.must(err)
	n.must(ReplacementsOfNode().Begin(lbs[0]))
	n.must(n.svc.DeleteLoadBalancer(ctx, lbs[0].ID))
	if err := a.Del(ctx, n.confFor("DEL", "c", n.namespace(), stdin)); hostnet.CodeOf(err) == 0 {
		t.Errorf("DEL where the load balancer cannot be recreated: %v", err)
	}
	n.must(n.attacher(SDNBridge).Del(ctx, n.confFor("DEL", "c", n.namespace(), stdin)))
	if diff := cmp.Diff([]string{"a_podnet", "b_podnet"}, n.members()); diff != "" {
		t.Errorf("after the replacement: %s", diff)
	}
}
