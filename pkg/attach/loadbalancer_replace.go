package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

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
	if made != nil {
		return made, nil
	}
	all, err := a.Host.LoadBalancers(ctx)
	if err != nil {
		return nil, err
	}
	if live := behind(all, *lb); live != nil {
		return live, nil
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
