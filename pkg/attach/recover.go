package attach

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// removeCause removes the cause of a failed creation or attachment, if possible, and returns the network for a second
// attempt, or nil if none makes sense. It never touches a live endpoint; the error names it.
func (a *Attacher) removeCause(ctx context.Context, p *plan, network *hcnspec.Network, addrs *addresses, cause error) (*hcnspec.Network, error) {
	switch {
	case errors.Is(cause, hostnet.ErrTryLater):
		return nil, nil
	case networkGone(cause):
		a.Log.Warn("the network vanished, looking again", "network", network.Name, "error", cause)
		if err := a.removeByName(ctx, p, network); err != nil { // the call may have failed after its effect
			return nil, err
		}
		return a.findOrCreateNetwork(ctx, p)
	case brokenEndpoint(cause):
		a.Log.Warn("the endpoint is broken, recreating it", "endpoint", p.endpointName, "error", cause)
		return network, a.removeByName(ctx, p, network)
	case hostnet.CodeOf(cause) == hostnet.CodePortAlreadyExists:
		return a.removePortOwner(ctx, p, network)
	case errors.Is(cause, hostnet.ErrExists), hostnet.CodeOf(cause) == hostnet.CodeAddrInvalidOrReserved:
		return network, a.removeAddressHolder(ctx, p, network, addrs)
	}
	return nil, nil
}

// networkGone: after a reboot HNS may lose networks, or report one that is incomplete (ACN#4463).
func networkGone(err error) bool {
	switch hostnet.CodeOf(err) {
	case hostnet.CodeNetworkNotFound, hostnet.CodeSwitchNotFound, hostnet.CodeInvalidJSONReference:
		return true
	}
	return false
}

// brokenEndpoint: HNS created the endpoint and cannot use it (buildkit#5668).
func brokenEndpoint(err error) bool {
	switch hostnet.CodeOf(err) {
	case hostnet.CodeNamespaceAttachFailed, hostnet.CodeDegradedOperation:
		return true
	}
	return errors.Is(err, ErrUnhealthy)
}

// removeAddressHolder looks for the endpoint that has the address (sigwin#71, k8s#74766) and removes it if no live pod
// can be using it.
func (a *Attacher) removeAddressHolder(ctx context.Context, p *plan, network *hcnspec.Network, addrs *addresses) error {
	endpoints, err := a.Host.EndpointsOfNetwork(ctx, network.ID)
	if err != nil {
		return err
	}
	for i := range endpoints {
		e := &endpoints[i]
		if !addrs.heldBy(e) && e.Name != p.endpointName {
			continue
		}
		judge := a.abandoned
		if e.Name == p.endpointName {
			judge = a.ownAbandoned
		}
		removable, err := judge(ctx, p, e)
		if err != nil {
			return err
		}
		if !removable {
			return fmt.Errorf("%w: endpoint %q (%s) holds %v", ErrAttachment, e.Name, e.ID, addrsOf(e))
		}
		a.Log.Warn("removing a stale endpoint that holds the address", "endpoint", e.Name, "id", e.ID, "addresses", addrsOf(e))
		if err := a.removeEndpoint(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// abandoned reports whether an endpoint of the network that has this pod's address belongs to nothing alive. This needs
// proof, because it may be another pod's: it is local and named as pods' endpoints are (flanneld's own "<network>_ep"
// is not), full lists of namespaces agree that none has it, it still names the same namespace after that, and no ADD of
// it is under way. If it names none, IPAM has assigned its address to this pod.
func (a *Attacher) abandoned(ctx context.Context, p *plan, e *hcnspec.Endpoint) (bool, error) {
	owner, ofPod := AttachmentOf(e, p.conf.Name)
	if !ofPod || hostnet.NoID(e.Namespace) && p.conf.IPAM.Type == "" {
		return false, nil
	}
	if busy, err := a.addUnderWay(owner, p.conf.Name); busy || err != nil {
		return false, err
	}
	unheld, err := a.inNoNamespace(ctx, e, p.conf.Attachment.Namespace)
	if err != nil || !unheld {
		return false, err
	}
	again, err := a.Host.EndpointsByName(ctx, e.Name)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(again, func(now hcnspec.Endpoint) bool {
		return hostnet.SameID(now.ID, e.ID) && !hostnet.SameID(now.Namespace, e.Namespace)
	}), nil
}

// removePortOwner removes endpoints of this network that publish a requested port and whose namespace does not exist any
// more, and returns the network for a second attempt. The error names any other endpoint that publishes one.
func (a *Attacher) removePortOwner(ctx context.Context, p *plan, network *hcnspec.Network) (again *hcnspec.Network, err error) {
	endpoints, err := a.Host.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	wanted := hcnrule.PortsOf(p.policies.Endpoint(hcnspec.DualStack))
	for i := range endpoints {
		e := &endpoints[i]
		taken := slices.IndexFunc(wanted, func(w hcnrule.Port) bool { return slices.ContainsFunc(hcnrule.PortsOf(e.Policies), w.Collides) })
		if taken < 0 {
			continue
		}
		removable := false
		if hostnet.SameID(e.Network, network.ID) && !hostnet.NoID(e.Namespace) {
			if removable, err = a.abandoned(ctx, p, e); err != nil {
				return nil, err
			}
		}
		if !removable {
			return nil, fmt.Errorf("%w: host port %d is published by endpoint %q (%s)", ErrAttachment, wanted[taken].Number, e.Name, e.ID)
		}
		a.Log.Warn("removing a stale endpoint that publishes the port", "endpoint", e.Name, "id", e.ID, "port", wanted[taken].Number)
		if err := a.removeEndpoint(ctx, e); err != nil {
			return nil, err
		}
		again = network
	}
	return again, nil
}

// heldBy reports whether the endpoint has one of the addresses.
func (a *addresses) heldBy(e *hcnspec.Endpoint) bool {
	return slices.ContainsFunc(addrsOf(e), func(addr netip.Addr) bool {
		return slices.ContainsFunc(a.ips, func(p netip.Prefix) bool { return p.Addr() == addr })
	})
}
