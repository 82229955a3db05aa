package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Add is AddAndReport for a caller that always accepts the result.
func (a *Attacher) Add(ctx context.Context, conf *netconf.Config) (*types100.Result, error) {
	var reported *types100.Result
	err := a.AddAndReport(ctx, conf, func(result *types100.Result) error {
		reported = result
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reported, nil
}

// AddAndReport attaches the container to the network and passes the result, in the newest CNI version, to report. After
// an error, including one from report, nothing that this call created remains, or the error lists what does; what an
// earlier ADD of the same attachment created stays.
func (a *Attacher) AddAndReport(ctx context.Context, conf *netconf.Config, report func(*types100.Result) error) error {
	p, err := a.newPlan(conf)
	if err != nil {
		return err
	}
	if err := needsNamespace(conf); err != nil {
		return err
	}
	if err := a.ipamReady(conf); err != nil {
		return err
	}
	bound, cancel := bounded(ctx, conf)
	defer cancel()
	release, err := a.lockForAdd(bound, conf)
	if err != nil {
		return err
	}
	defer release()
	var u undo
	panicked := true
	defer func() {
		if panicked {
			_ = u.run(ctx, undoGrace(conf), nil)
		}
	}()
	result, err := a.add(bound, p, &u)
	if err == nil {
		err = withDeadline(bound, func() error { return report(result) })
	}
	panicked = false
	if err != nil {
		return u.run(ctx, undoGrace(conf), err)
	}
	return nil
}

// withDeadline runs f, and returns at the end of ctx even if f does not: a runtime may not read its pipe.
func withDeadline(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	panics := make(chan any, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				panics <- p
			}
		}()
		done <- f()
	}()
	select {
	case err := <-done:
		return err
	case p := <-panics:
		panic(p)
	case <-ctx.Done():
		return types.NewError(types.ErrIOFailure, "the result was not read before the deadline", context.Cause(ctx).Error())
	}
}

func (a *Attacher) add(ctx context.Context, p *plan, u *undo) (*types100.Result, error) {
	if err := a.checkGates(ctx, p); err != nil {
		return nil, err
	}
	if err := a.checkForeign(ctx, p.conf); err != nil {
		return nil, err
	}
	network, err := a.findOrCreateNetwork(ctx, p)
	if err != nil {
		return nil, err
	}
	endpoint, err := a.existingEndpoint(ctx, p, network)
	if err != nil {
		return nil, err
	}
	if endpoint == nil {
		if err := Foreign(p.conf, network).Err(); err != nil {
			return nil, err
		}
		addrs, err := a.allocate(ctx, p, network, u)
		if err != nil {
			return nil, err
		}
		if err := a.checkMAC(ctx, p, network, addrs); err != nil {
			return nil, err
		}
		if network, endpoint, err = a.newEndpoint(ctx, p, network, addrs, u); err != nil {
			return nil, err
		}
	}
	if err := a.joinLoadBalancers(ctx, p, endpoint, u); err != nil {
		return nil, err
	}
	return result(p.conf, network, endpoint)
}

// newEndpoint creates the endpoint and attaches it, and tries once more if the cause of a failure could be removed.
// It returns the network that the endpoint is on, which may be a new one.
func (a *Attacher) newEndpoint(ctx context.Context, p *plan, network *hcnspec.Network, addrs *addresses, u *undo) (*hcnspec.Network, *hcnspec.Endpoint, error) {
	pushRemoval := func(from *hcnspec.Network) {
		u.push("endpoint "+p.endpointName, func(ctx context.Context) error { return a.removeByName(ctx, p, from) })
	}
	pushRemoval(network)
	endpoint, err := a.createAndAttach(ctx, p, network, addrs)
	if err == nil {
		return network, endpoint, nil
	}
	again, removalErr := a.removeCause(ctx, p, network, addrs, err)
	if removalErr != nil {
		return nil, nil, fmt.Errorf("%w; %w", err, removalErr)
	}
	if again == nil {
		return nil, nil, err
	}
	pushRemoval(again)
	endpoint, err = a.createAndAttach(ctx, p, again, addrs)
	return again, endpoint, err
}

// createAndAttach creates the endpoint with all its policies, checks its health and attaches it.
func (a *Attacher) createAndAttach(ctx context.Context, p *plan, network *hcnspec.Network, addrs *addresses) (*hcnspec.Endpoint, error) {
	endpoint, err := a.createEndpoint(ctx, p, network, addrs)
	if err != nil {
		return nil, err
	}
	code := hostnet.MakeCode(endpoint.Health.LastErrorCode())
	if broken(endpoint) {
		return nil, fmt.Errorf("endpoint %q: %w: HNS reports %s", endpoint.Name, ErrUnhealthy, code)
	}
	if code != 0 {
		a.Log.Warn("HNS reports an error in the endpoint's health", "endpoint", endpoint.Name, "code", code)
	}
	if err := a.attach(ctx, p, endpoint); err != nil {
		return nil, err
	}
	return a.finishAttached(ctx, p, endpoint)
}

// broken reports whether HNS's last error about the endpoint is a permanent one, as after a policy that it could not
// apply (containerd#5729). Others are no proof: no other plugin looks at an endpoint's health, so HNS may leave an unknown
// or a temporary code on endpoints that work.
func broken(e *hcnspec.Endpoint) bool {
	code := hostnet.MakeCode(e.Health.LastErrorCode())
	return code.Name() != "" && code.Class() == hostnet.Permanent
}

// attach puts the endpoint into the pod's namespace. "Already attached" is success if it is attached to this one.
func (a *Attacher) attach(ctx context.Context, p *plan, endpoint *hcnspec.Endpoint) error {
	err := a.Host.Attach(ctx, p.conf.Attachment.Namespace, endpoint.ID)
	if !errors.Is(err, hostnet.ErrExists) {
		return err
	}
	live, lookErr := a.Host.EndpointsByName(ctx, endpoint.Name)
	if lookErr != nil {
		return lookErr
	}
	for _, e := range live {
		if hostnet.SameID(e.ID, endpoint.ID) && hostnet.SameID(e.Namespace, p.conf.Attachment.Namespace) {
			return nil
		}
	}
	return err
}

// finishAttached does what is possible only once the endpoint is attached: it reads the addresses that came by
// DHCP, and adds the policies that name addresses which HNS chose.
func (a *Attacher) finishAttached(ctx context.Context, p *plan, endpoint *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	if len(endpoint.IPConfigs) == 0 {
		var err error
		if endpoint, err = a.awaitAddress(ctx, endpoint); err != nil {
			return nil, err
		}
	}
	if p.conf.IPAM.Type != "" || len(p.conf.IPs) > 0 {
		return endpoint, nil
	}
	loopback := p.policies.Loopback(addrsOf(endpoint))
	if len(loopback) == 0 {
		return endpoint, nil
	}
	return endpoint, a.addPolicies(ctx, endpoint, loopback)
}

// addPolicies adds policies to a live endpoint, once: HNS would add them twice.
func (a *Attacher) addPolicies(ctx context.Context, endpoint *hcnspec.Endpoint, policies []hcnspec.Policy) error {
	added := func() (none struct{}, done bool, err error) {
		live, err := a.Host.EndpointsByName(ctx, endpoint.Name)
		done = slices.ContainsFunc(live, func(e hcnspec.Endpoint) bool {
			return hostnet.SameID(e.ID, endpoint.ID) && firstMissing(e.Policies, policies) == nil
		})
		return none, done, err
	}
	_, err := hostnet.RetryAfterLook(ctx, added, func() (struct{}, error) {
		return struct{}{}, a.Host.AddEndpointPolicies(ctx, endpoint.ID, policies)
	})
	return err
}
