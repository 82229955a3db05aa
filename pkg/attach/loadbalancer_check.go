package attach

import (
	"context"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

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
	live := behind(all, lb)
	return live != nil && slices.ContainsFunc(live.Endpoints, sameAs(endpointID))
}
