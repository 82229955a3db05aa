package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// proofs is the number of times that HNS must report an object as missing before that counts as proof: while it
// restarts, its lists are incomplete.
const proofs = 2

// ownEndpoints returns those of the named endpoints that belong to the attachment: local, and on its network. The name
// alone is no proof: container "web_a" on network "b" and container "web" on network "a_b" are both "web_a_b". network
// is nil if HNS has none of the configuration's name.
func (a *Attacher) ownEndpoints(ctx context.Context, conf *netconf.Config, network *hcnspec.Network, named []hcnspec.Endpoint) ([]hcnspec.Endpoint, error) {
	var own, elsewhere []hcnspec.Endpoint
	for _, e := range named {
		switch {
		case e.Flags&hcnspec.EndpointFlagRemote != 0:
		case network != nil && hostnet.SameID(e.Network, network.ID):
			own = append(own, e)
		default:
			elsewhere = append(elsewhere, e)
		}
	}
	if len(elsewhere) == 0 {
		return own, nil
	}
	listed, stranded, err := a.byListedNetwork(ctx, conf.Name, elsewhere)
	if err != nil {
		return nil, err
	}
	for i := range stranded {
		if err := a.checkStranded(ctx, conf, &stranded[i]); err != nil {
			return nil, err
		}
	}
	return slices.Concat(own, listed, stranded), nil
}

// byListedNetwork picks the endpoints on networks that HNS lists with that name, and those on networks that
// several lists agree do not exist. The others are on a network of another name.
func (a *Attacher) byListedNetwork(ctx context.Context, name string, endpoints []hcnspec.Endpoint) (listed, stranded []hcnspec.Endpoint, err error) {
	stranded = endpoints
	for range proofs {
		if len(stranded) == 0 {
			break
		}
		networks, err := a.Host.Networks(ctx)
		if err != nil {
			return nil, nil, err
		}
		unknown := stranded
		stranded = nil
		for _, e := range unknown {
			i := slices.IndexFunc(networks, func(n hcnspec.Network) bool { return hostnet.SameID(n.ID, e.Network) })
			switch {
			case i < 0:
				stranded = append(stranded, e)
			case networks[i].Name == name:
				listed = append(listed, e)
			}
		}
	}
	return listed, stranded, nil
}

// checkStranded returns an error unless an endpoint whose network HNS does not list can only belong to the attachment:
// it is in the attachment's namespace, or in no existing one.
func (a *Attacher) checkStranded(ctx context.Context, conf *netconf.Config, e *hcnspec.Endpoint) error {
	if !hostnet.NoID(e.Namespace) && hostnet.SameID(e.Namespace, conf.Attachment.Namespace) {
		return nil
	}
	unheld, err := a.inNoNamespace(ctx, e, "")
	if err != nil || unheld {
		return err
	}
	return fmt.Errorf("%w: endpoint %q (%s) is in namespace %s and on network %s, which HNS does not list: it may belong to another pod; "+
		"remove it with hcnctl if it does not", ErrAttachment, e.Name, e.ID, e.Namespace, e.Network)
}

// inNoNamespace reports whether several full lists of namespaces agree that none contains the endpoint and that the one
// it names does not exist. A list without the namespace known, if any, is incomplete and is requested again.
func (a *Attacher) inNoNamespace(ctx context.Context, e *hcnspec.Endpoint, known string) (bool, error) {
	for range proofs {
		namespaces, err := hostnet.Retry(ctx, func() ([]hcnspec.Namespace, error) {
			all, err := a.Host.Namespaces(ctx)
			if err == nil && known != "" && !slices.ContainsFunc(all, func(n hcnspec.Namespace) bool { return hostnet.SameID(n.ID, known) }) {
				err = fmt.Errorf("%w: HNS lists %d namespaces without the pod's own, %s", hostnet.ErrTransient, len(all), known)
			}
			return all, err
		})
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(namespaces, func(n hcnspec.Namespace) bool { return holds(&n, e) }) {
			return false, nil
		}
	}
	return true, nil
}

// holds reports whether the namespace has the endpoint, according to either of the two.
func holds(n *hcnspec.Namespace, e *hcnspec.Endpoint) bool {
	return hostnet.SameID(n.ID, e.Namespace) || slices.ContainsFunc(n.EndpointIDs(), func(id string) bool { return hostnet.SameID(id, e.ID) })
}

// networkOf returns the network of the configuration's name, of any type, or nil.
func (a *Attacher) networkOf(ctx context.Context, conf *netconf.Config) (*hcnspec.Network, error) {
	network, err := a.Host.NetworkByName(ctx, conf.Name)
	if errors.Is(err, hostnet.ErrNotFound) {
		return nil, nil
	}
	return network, err
}
