package attach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// existingEndpoint returns the healthy endpoint that an earlier ADD of the same attachment left, or nil. Orphaned and
// incomplete endpoints of that name are removed, with their addresses; one that is alive in another namespace is an
// error.
func (a *Attacher) existingEndpoint(ctx context.Context, p *plan, network *hcnspec.Network) (*hcnspec.Endpoint, error) {
	namesakes, err := a.Host.EndpointsByName(ctx, p.endpointName)
	if err != nil {
		return nil, err
	}
	endpoints, err := a.ownEndpoints(ctx, p.conf, network, namesakes)
	if err != nil {
		return nil, err
	}
	removed := false
	for i := range endpoints {
		e := &endpoints[i]
		if inGoodOrder(p, network, e) {
			return e, nil
		}
		abandoned, err := a.ownAbandoned(ctx, p, e)
		if err != nil {
			return nil, err
		}
		if !abandoned {
			return nil, fmt.Errorf("%w: endpoint %q (%s) is alive in namespace %s", ErrAttachment, e.Name, e.ID, e.Namespace)
		}
		a.Log.Warn("removing a stale endpoint", "endpoint", e.Name, "id", e.ID, "namespace", e.Namespace)
		if err := a.removeEndpoint(ctx, e); err != nil {
			return nil, err
		}
		removed = true
	}
	if removed && p.conf.IPAM.Type != "" {
		return nil, a.IPAM.Del(ctx, a.ipamRequest(p.conf))
	}
	return nil, nil
}

func inGoodOrder(p *plan, network *hcnspec.Network, e *hcnspec.Endpoint) bool {
	return hostnet.SameID(e.Network, network.ID) && hostnet.SameID(e.Namespace, p.conf.Attachment.Namespace) &&
		!broken(e) && len(e.IPConfigs) > 0
}

// ownAbandoned reports whether an endpoint of this attachment may be removed: it is in this pod's namespace and broken,
// or in no existing namespace.
func (a *Attacher) ownAbandoned(ctx context.Context, p *plan, e *hcnspec.Endpoint) (bool, error) {
	if hostnet.NoID(e.Namespace) || hostnet.SameID(e.Namespace, p.conf.Attachment.Namespace) {
		return true, nil
	}
	return a.inNoNamespace(ctx, e, p.conf.Attachment.Namespace)
}

// createEndpoint creates the endpoint. Before a retry it removes what the first attempt may have created.
func (a *Attacher) createEndpoint(ctx context.Context, p *plan, network *hcnspec.Network, addrs *addresses) (*hcnspec.Endpoint, error) {
	doc := endpointDocument(p, network, addrs)
	for _, unserved := range p.policies.Unserved(addrs.families) {
		a.Log.Warn(unserved.Error())
	}
	clear := func() (*hcnspec.Endpoint, bool, error) { return nil, false, a.removeByName(ctx, p, network) }
	return hostnet.RetryAfterLook(ctx, clear, func() (*hcnspec.Endpoint, error) { return a.Host.CreateEndpoint(ctx, doc) })
}

// endpointDocument returns the endpoint document that HNS is given.
func endpointDocument(p *plan, network *hcnspec.Network, addrs *addresses) *hcnspec.Endpoint {
	doc := &hcnspec.Endpoint{
		Name: p.endpointName, Network: network.ID,
		Policies:      p.policies.Endpoint(addrs.families),
		DNS:           dnsOf(p.conf, addrs.dns),
		Routes:        addrs.routes,
		MAC:           addrs.mac,
		SchemaVersion: hcnspec.SchemaV2,
	}
	var ips []netip.Addr
	for _, ip := range addrs.ips {
		ips = append(ips, ip.Addr())
		doc.IPConfigs = append(doc.IPConfigs, hcnspec.IPConfigOf(ip))
		if network.Type == hcnspec.Overlay {
			doc.IPConfigs[len(ips)-1].PrefixLength = 0 // it is HNS's, as with win-overlay, Calico and Microsoft's plugin
		}
	}
	if network.Type == hcnspec.Overlay && !hasPolicy(doc.Policies, hcnspec.ProviderAddress) {
		doc.Policies = append(doc.Policies, providerAddress(network)...)
	}
	if len(ips) > 0 {
		doc.Policies = append(doc.Policies, p.policies.Loopback(ips)...)
	}
	return doc
}

// providerAddress returns the address under which the other nodes of an overlay reach this one, which HNS writes into
// the network. HNS sends nothing to other nodes for an endpoint without it (WCN#38); win-overlay and Calico add it too.
func providerAddress(network *hcnspec.Network) []hcnspec.Policy {
	for _, p := range network.Policies {
		if p.Type == hcnspec.ProviderAddress {
			return []hcnspec.Policy{p}
		}
	}
	return nil
}

// removeByName removes this attachment's endpoints from the network.
func (a *Attacher) removeByName(ctx context.Context, p *plan, network *hcnspec.Network) error {
	endpoints, err := a.Host.EndpointsByName(ctx, p.endpointName)
	if err != nil {
		return err
	}
	for i := range endpoints {
		e := &endpoints[i]
		if hostnet.SameID(e.Network, network.ID) && e.Flags&hcnspec.EndpointFlagRemote == 0 {
			if err := a.removeEndpoint(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeEndpoint detaches an endpoint from its namespace and deletes it. A missing endpoint or namespace is not an
// error, nor is a failed detach as long as the endpoint is then deleted.
func (a *Attacher) removeEndpoint(ctx context.Context, e *hcnspec.Endpoint) error {
	var detachErr error
	if !hostnet.NoID(e.Namespace) {
		detachErr = a.Host.Detach(ctx, e.Namespace, e.ID)
	}
	if errors.Is(detachErr, hostnet.ErrTryLater) {
		return detachErr
	}
	err := a.deleteEndpoint(ctx, e)
	if err == nil {
		return nil
	}
	if detachErr != nil && !errors.Is(detachErr, hostnet.ErrNotFound) {
		return fmt.Errorf("%w; %w", detachErr, err)
	}
	return err
}

// deleteEndpoint deletes an endpoint; its address must not be released before.
func (a *Attacher) deleteEndpoint(ctx context.Context, e *hcnspec.Endpoint) error {
	return a.deleteListed(ctx, fmt.Sprintf("endpoint %q", e.Name),
		func() error { return a.Host.DeleteEndpoint(ctx, e.ID) },
		func() (bool, error) {
			all, err := a.Host.EndpointsByName(ctx, e.Name)
			return slices.ContainsFunc(all, func(l hcnspec.Endpoint) bool { return hostnet.SameID(l.ID, e.ID) }), err
		})
}

// deleteListed deletes an object that HNS listed. It counts as deleted only when HNS no longer lists it: a restarting
// HNS loads its objects late (k8s#139519).
func (a *Attacher) deleteListed(ctx context.Context, what string, remove func() error, listed func() (bool, error)) error {
	err := remove()
	if !errors.Is(err, hostnet.ErrNotFound) {
		return err
	}
	_, err = hostnet.Retry(ctx, func() (struct{}, error) {
		there, err := listed()
		if err != nil || !there {
			return struct{}{}, err
		}
		if err = remove(); errors.Is(err, hostnet.ErrNotFound) {
			err = fmt.Errorf("%w: %s is listed: %v", hostnet.ErrTransient, what, err)
		}
		return struct{}{}, err
	})
	return err
}

// awaitAddress reads the endpoint again until HNS has an address for it, which DHCP gives only after
// the endpoint is attached.
func (a *Attacher) awaitAddress(ctx context.Context, endpoint *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	return hostnet.Retry(ctx, func() (*hcnspec.Endpoint, error) {
		live, err := a.Host.EndpointsByName(ctx, endpoint.Name)
		if err != nil {
			return nil, err
		}
		for i := range live {
			if hostnet.SameID(live[i].ID, endpoint.ID) && len(live[i].IPConfigs) > 0 {
				return &live[i], nil
			}
		}
		return nil, fmt.Errorf("endpoint %q has no address: %w", endpoint.Name, hostnet.ErrTransient)
	})
}

// addrsOf returns the endpoint's addresses. It skips those that cannot be parsed.
func addrsOf(e *hcnspec.Endpoint) []netip.Addr {
	var addrs []netip.Addr
	for _, c := range e.IPConfigs {
		if addr, err := netip.ParseAddr(c.IPAddress); err == nil {
			addrs = append(addrs, addr)
		}
	}
	return addrs
}

// hcnMAC formats a MAC address with dashes, as HCN does.
func hcnMAC(mac net.HardwareAddr) string {
	return strings.ToUpper(strings.ReplaceAll(mac.String(), ":", "-"))
}
