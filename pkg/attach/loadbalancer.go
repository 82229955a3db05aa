package attach

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// joinLoadBalancers makes the endpoint a member of every load balancer that the plan names. The undo removes only new
// memberships.
func (a *Attacher) joinLoadBalancers(ctx context.Context, p *plan, endpoint *hcnspec.Endpoint, u *undo) error {
	for _, lb := range p.policies.LoadBalancers() {
		joins := false
		u.push("member of load balancer "+frontEnd(lb), func(ctx context.Context) error {
			if !joins {
				return nil
			}
			return a.leaveLoadBalancer(ctx, lb, endpoint.ID)
		})
		err := a.changeMembers(ctx, p.conf.Name, lb, func(members []string) ([]string, error) {
			if slices.ContainsFunc(members, sameAs(endpoint.ID)) {
				return members, nil
			}
			joins = true
			return append(slices.Clone(members), endpoint.ID), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// leaveLoadBalancer removes the endpoint; a load balancer without members is deleted.
func (a *Attacher) leaveLoadBalancer(ctx context.Context, lb hcnspec.LoadBalancer, endpointID string) error {
	return a.keepMembers(ctx, lb, func(id string) bool { return !hostnet.SameID(id, endpointID) })
}

// loadBalancersOf returns the load balancers that a pod of the configuration may be in: the front ends that it names,
// and those created for its network while it named others. The latter have an ID. Errors in the rest of the
// configuration, or in the records, are ignored when removing a pod.
func (a *Attacher) loadBalancersOf(conf *netconf.Config) []hcnspec.LoadBalancer {
	var lbs []hcnspec.LoadBalancer
	if len(conf.Policies) > 0 {
		if policies, _ := policy.Compile(conf, a.Profile.Type); policies != nil {
			lbs = policies.LoadBalancers()
		}
	}
	created, err := a.Creations.Of(conf.Name)
	if err != nil {
		a.Log.Warn("load balancers of an earlier configuration are not removed", "error", err)
	}
	for _, lb := range created {
		if !slices.ContainsFunc(lbs, func(named hcnspec.LoadBalancer) bool { return sameFrontEnd(named, lb) }) {
			lbs = append(lbs, lb)
		}
	}
	return lbs
}

// tidyLoadBalancers finishes replacements that another process began, and deletes load balancers without members, which
// remain when endpoints are deleted while still members.
func (a *Attacher) tidyLoadBalancers(ctx context.Context, lbs []hcnspec.LoadBalancer) error {
	for _, lb := range lbs {
		if err := a.keepMembers(ctx, lb, func(string) bool { return true }); err != nil {
			return err
		}
	}
	return nil
}

// keepMembers removes every member for which keep returns false.
func (a *Attacher) keepMembers(ctx context.Context, lb hcnspec.LoadBalancer, keep func(id string) bool) error {
	return a.changeMembers(ctx, "", lb, func(members []string) ([]string, error) {
		return slices.DeleteFunc(slices.Clone(members), func(id string) bool { return !keep(id) }), nil
	})
}

// changeMembers gives the load balancer with lb's front end the members that change returns for the present ones. A
// missing load balancer is created for the network. An lb with an ID comes from a record: only the recorded load
// balancer is changed. A lock for each front end excludes the node's other processes; change runs under it.
func (a *Attacher) changeMembers(ctx context.Context, network string, lb hcnspec.LoadBalancer, change func([]string) ([]string, error)) error {
	release, err := a.lock(ctx, lockOf(lb))
	if err != nil {
		return err
	}
	defer release()
	live, err := a.findLoadBalancer(ctx, lb)
	if err != nil {
		return err
	}
	if lb.ID != "" || live == nil {
		if live, err = a.stillCreated(ctx, lb, live); lb.ID != "" && live == nil || err != nil {
			return err
		}
	}
	if live == nil {
		if lb.Endpoints, err = change(nil); len(lb.Endpoints) == 0 || err != nil {
			return err
		}
		made, err := a.createLoadBalancer(ctx, lb)
		if made == nil || err != nil {
			return err
		}
		return a.Creations.Created(network, *made)
	}
	members, err := change(live.Endpoints)
	switch {
	case err != nil:
		return err
	case len(members) == 0:
		if err := a.deleteLoadBalancer(ctx, live); err != nil {
			return err
		}
		return a.Creations.Forget(lb)
	case slices.Equal(members, live.Endpoints):
		return nil
	}
	return a.replaceMembers(ctx, live, members)
}

// stillCreated returns the load balancer that was recorded for lb's front end; live is what one list has, or nil. If
// another one has the front end, or none does in two lists, the record is deleted.
func (a *Attacher) stillCreated(ctx context.Context, lb hcnspec.LoadBalancer, live *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	_, created, err := a.Creations.Lookup(lb)
	if created == nil || err != nil {
		return nil, err
	}
	if live == nil {
		if live, err = a.findLoadBalancer(ctx, lb); err != nil {
			return nil, err
		}
	}
	if live == nil || !hostnet.SameID(live.ID, created.ID) {
		return nil, a.Creations.Forget(lb)
	}
	return live, nil
}

// findLoadBalancer returns the load balancer with the front end, or nil. A replacement that a killed process began is
// finished first.
func (a *Attacher) findLoadBalancer(ctx context.Context, lb hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	all, err := a.Host.LoadBalancers(ctx)
	if err != nil {
		return nil, err
	}
	if live := behind(all, lb); live != nil {
		return live, a.Replacements.End(lb)
	}
	interrupted, err := a.Replacements.Unfinished(lb)
	if interrupted == nil || err != nil {
		return nil, err
	}
	a.Log.Warn("finishing an interrupted replacement of a load balancer", "front_end", frontEnd(lb))
	return a.finishReplacement(ctx, interrupted)
}

// deleteLoadBalancer deletes a load balancer. As with endpoints, it counts as deleted only when it is no longer listed.
func (a *Attacher) deleteLoadBalancer(ctx context.Context, lb *hcnspec.LoadBalancer) error {
	return a.deleteListed(ctx, "load balancer "+frontEnd(*lb),
		func() error { return a.Host.DeleteLoadBalancer(ctx, lb.ID) },
		func() (bool, error) {
			all, err := a.Host.LoadBalancers(ctx)
			return slices.ContainsFunc(all, func(l hcnspec.LoadBalancer) bool { return hostnet.SameID(l.ID, lb.ID) }), err
		})
}

// createLoadBalancer returns the load balancer that HNS created, or nil if one with the front end exists after an
// answer was lost: it may be another program's.
func (a *Attacher) createLoadBalancer(ctx context.Context, lb hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	lb.ID, lb.SchemaVersion = "", hcnspec.SchemaV2
	created := func() (*hcnspec.LoadBalancer, bool, error) {
		all, err := a.Host.LoadBalancers(ctx)
		return nil, behind(all, lb) != nil, err
	}
	return hostnet.RetryAfterLook(ctx, created, func() (*hcnspec.LoadBalancer, error) {
		return a.Host.CreateLoadBalancer(ctx, &lb)
	})
}

// lockOf names the lock of a front end.
func lockOf(lb hcnspec.LoadBalancer) string { return "load balancer " + frontEnd(lb) }

func sameAs(id string) func(string) bool {
	return func(other string) bool { return hostnet.SameID(id, other) }
}

// frontEnd renders the addresses and ports that identify a load balancer: "10.96.0.10 6/53 17/53".
func frontEnd(lb hcnspec.LoadBalancer) string {
	vips := slices.Clone(lb.FrontendVIPs)
	slices.Sort(vips)
	var ports []string
	for _, m := range lb.PortMappings {
		ports = append(ports, fmt.Sprintf("%d/%d", m.Protocol, m.ExternalPort))
	}
	slices.Sort(ports)
	return strings.Join(append(vips, ports...), " ")
}

func sameFrontEnd(a, b hcnspec.LoadBalancer) bool { return frontEnd(a) == frontEnd(b) }

// behind returns the load balancer with lb's front end, or nil.
func behind(all []hcnspec.LoadBalancer, lb hcnspec.LoadBalancer) *hcnspec.LoadBalancer {
	for i := range all {
		if sameFrontEnd(all[i], lb) {
			return &all[i]
		}
	}
	return nil
}
