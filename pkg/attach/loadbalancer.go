package attach

import (
	"context"
	"errors"
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
	for i := range all {
		if sameFrontEnd(all[i], lb) {
			return &all[i], a.Replacements.End(lb)
		}
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
		i := slices.IndexFunc(all, func(other hcnspec.LoadBalancer) bool { return sameFrontEnd(other, lb) })
		return nil, i >= 0, err
	}
	return hostnet.RetryAfterLook(ctx, created, func() (*hcnspec.LoadBalancer, error) {
		return a.Host.CreateLoadBalancer(ctx, &lb)
	})
}

// replaceMembers modifies the load balancer in place where HNS supports that, and replaces it elsewhere. The
// replacement is recorded first, so that the other pods do not lose their service if the process dies in between.
func (a *Attacher) replaceMembers(ctx context.Context, live *hcnspec.LoadBalancer, members []string) error {
	next := *live
	next.Endpoints = members
	inPlace, err := a.hnsSupports(ctx, hcnspec.FeatureModifyLoadBalancer)
	if err != nil {
		return err
	}
	if inPlace {
		if modified, err := a.modifyMembers(ctx, &next); modified || err != nil {
			return err
		}
	}
	// The replacement keeps the old ID, which shows whether the old load balancer was recorded as created here.
	if err := a.Replacements.Begin(next); err != nil {
		return err
	}
	if err := a.deleteLoadBalancer(ctx, live); err != nil {
		return errors.Join(err, a.endReplacementAfter(err, next))
	}
	_, err = a.finishReplacement(ctx, &next)
	return err
}

// modifyMembers modifies the load balancer and reports whether HNS has the new members: 15.4 reports success and keeps
// the old ones (k8s#131466).
func (a *Attacher) modifyMembers(ctx context.Context, next *hcnspec.LoadBalancer) (bool, error) {
	if err := a.Host.ModifyLoadBalancer(ctx, next); err != nil {
		return false, err
	}
	live, err := a.findLoadBalancer(ctx, *next)
	if live == nil || err != nil {
		return false, err
	}
	missing := func(id string) bool { return !slices.ContainsFunc(live.Endpoints, sameAs(id)) }
	return len(live.Endpoints) == len(next.Endpoints) && !slices.ContainsFunc(next.Endpoints, missing), nil
}

// endReplacementAfter deletes the record of the replacement if the old load balancer certainly still exists.
func (a *Attacher) endReplacementAfter(err error, lb hcnspec.LoadBalancer) error {
	if errors.Is(err, hostnet.ErrTryLater) {
		return nil
	}
	return a.Replacements.End(lb)
}

// finishReplacement creates the load balancer of a replacement. Members that no longer exist are left out.
func (a *Attacher) finishReplacement(ctx context.Context, lb *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	made, err := a.createLoadBalancer(ctx, *lb)
	if err != nil {
		if lb.Endpoints, err = a.livingMembers(ctx, lb, err); err != nil {
			return nil, err
		}
		if len(lb.Endpoints) == 0 {
			return nil, a.Replacements.End(*lb)
		}
		if made, err = a.createLoadBalancer(ctx, *lb); err != nil {
			return nil, err
		}
	}
	if err := a.inheritRecord(lb, made); err != nil {
		return nil, err
	}
	if err := a.Replacements.End(*lb); err != nil {
		return nil, err
	}
	all, err := a.Host.LoadBalancers(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if sameFrontEnd(all[i], *lb) {
			return &all[i], nil
		}
	}
	return nil, fmt.Errorf("load balancer %s vanished after it was created: %w", frontEnd(*lb), hostnet.ErrTransient)
}

// inheritRecord records a load balancer as created here if its predecessor was.
func (a *Attacher) inheritRecord(replaced, made *hcnspec.LoadBalancer) error {
	network, created, err := a.Creations.Lookup(*replaced)
	if created == nil || made == nil || err != nil || !hostnet.SameID(created.ID, replaced.ID) {
		return err
	}
	return a.Creations.Created(network, *made)
}

// livingMembers returns the members that exist, or cause if all of them do.
func (a *Attacher) livingMembers(ctx context.Context, lb *hcnspec.LoadBalancer, cause error) ([]string, error) {
	living, err := a.living(ctx, lb.Endpoints)
	if err != nil {
		return nil, errors.Join(cause, err)
	}
	if len(living) == len(lb.Endpoints) {
		return nil, cause
	}
	return living, nil
}

// living returns the members of a load balancer that exist: all but those that several full lists of endpoints
// lack. The lists are newer than the members, so an endpoint that has just joined is in them.
func (a *Attacher) living(ctx context.Context, members []string) ([]string, error) {
	dead := slices.Clone(members)
	for i := 0; i < proofs && len(dead) > 0; i++ {
		endpoints, err := a.Host.Endpoints(ctx)
		if err != nil {
			return nil, err
		}
		dead = slices.DeleteFunc(dead, func(id string) bool {
			return slices.ContainsFunc(endpoints, func(e hcnspec.Endpoint) bool { return hostnet.SameID(e.ID, id) })
		})
	}
	return slices.DeleteFunc(slices.Clone(members), func(id string) bool { return slices.Contains(dead, id) }), nil
}

// checkLoadBalancers returns the first load balancer of the plan that the endpoint is not in.
func (a *Attacher) checkLoadBalancers(ctx context.Context, p *plan, endpoint *hcnspec.Endpoint) error {
	wanted := p.policies.LoadBalancers()
	if len(wanted) == 0 {
		return nil
	}
	all, err := a.Host.LoadBalancers(ctx)
	if err != nil {
		return err
	}
	for _, lb := range wanted {
		if isMember(all, lb, endpoint.ID) {
			continue
		}
		if err := a.checkLocked(ctx, lb, endpoint.ID); err != nil {
			return err
		}
	}
	return nil
}

// checkLocked checks again while no other process changes the load balancer: below HNS 15.5 one that is being replaced
// is missing for a moment.
func (a *Attacher) checkLocked(ctx context.Context, lb hcnspec.LoadBalancer, endpointID string) error {
	release, err := a.lock(ctx, lockOf(lb))
	if err != nil {
		return err
	}
	defer release()
	all, err := a.Host.LoadBalancers(ctx)
	if err != nil || isMember(all, lb, endpointID) {
		return err
	}
	return difference("load balancer "+frontEnd(lb), "endpoint "+endpointID+" in it", "not a member")
}

// isMember reports whether the endpoint is behind lb's front end.
func isMember(all []hcnspec.LoadBalancer, lb hcnspec.LoadBalancer, endpointID string) bool {
	return slices.ContainsFunc(all, func(live hcnspec.LoadBalancer) bool {
		return sameFrontEnd(live, lb) && slices.ContainsFunc(live.Endpoints, sameAs(endpointID))
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
