package attach

import (
	"context"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Del removes what remains of the attachment and succeeds if nothing does. It deletes the endpoint first and releases
// its addresses last, so that no address is free while an endpoint still has it; if the endpoint cannot be deleted, the
// addresses stay reserved, and the runtime retries.
func (a *Attacher) Del(ctx context.Context, conf *netconf.Config) error {
	ctx, cancel := bounded(ctx, conf)
	defer cancel()
	for _, w := range conf.Warnings {
		a.Log.Warn(w.Error())
	}
	release, err := a.lockForDel(ctx, conf)
	if err != nil {
		return err
	}
	defer release()
	if err := a.removeAttachment(ctx, conf); err != nil {
		return err
	}
	if path := unreadableIPAM(conf); path != "" {
		return a.releaseUnknown(ctx, conf, path)
	}
	if conf.IPAM.Type == "" {
		return nil
	}
	return a.IPAM.Del(ctx, a.ipamRequest(conf))
}

func (a *Attacher) removeAttachment(ctx context.Context, conf *netconf.Config) error {
	endpoints, err := a.Host.EndpointsByName(ctx, endpointName(conf.Attachment, conf.Name))
	if err != nil {
		return err
	}
	if len(endpoints) > 0 {
		network, err := a.networkOf(ctx, conf)
		if err != nil {
			return err
		}
		if endpoints, err = a.ownEndpoints(ctx, conf, network, endpoints); err != nil {
			return err
		}
	}
	if len(endpoints) == 0 {
		return a.tidyLoadBalancers(ctx, a.loadBalancersOf(conf))
	}
	for i := range endpoints {
		if err := a.removeMember(ctx, conf, &endpoints[i]); err != nil {
			return err
		}
	}
	return nil
}

// removeMember removes an endpoint and its memberships in the configuration's load balancers.
func (a *Attacher) removeMember(ctx context.Context, conf *netconf.Config, e *hcnspec.Endpoint) error {
	for _, lb := range a.loadBalancersOf(conf) {
		if err := a.leaveLoadBalancer(ctx, lb, e.ID); err != nil {
			return err
		}
	}
	return a.removeEndpoint(ctx, e)
}
