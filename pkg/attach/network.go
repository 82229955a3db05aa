package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// findOrCreateNetwork returns the network of the configuration's name. Only a clear "not found" leads to a new one,
// created under a lock that all processes of the node share.
func (a *Attacher) findOrCreateNetwork(ctx context.Context, p *plan) (*hcnspec.Network, error) {
	network, err := a.findNetwork(ctx, p.conf)
	if !errors.Is(err, hostnet.ErrNotFound) {
		return network, err
	}
	if !p.conf.CreateNetwork {
		return nil, fmt.Errorf("%w: network %q does not exist, and createNetwork is not true", ErrNetwork, p.conf.Name)
	}
	release, err := a.lock(ctx, "network "+p.conf.Name)
	if err != nil {
		return nil, err
	}
	defer release()
	if network, err = a.findNetwork(ctx, p.conf); !errors.Is(err, hostnet.ErrNotFound) {
		return network, err
	}
	return a.createNetwork(ctx, p)
}

// findNetwork returns the network if it is of the profile's type.
func (a *Attacher) findNetwork(ctx context.Context, conf *netconf.Config) (*hcnspec.Network, error) {
	network, err := a.Host.NetworkByName(ctx, conf.Name)
	if err != nil {
		return nil, err
	}
	if network.Type != a.Profile.Type {
		return nil, fmt.Errorf("%w: network %q is of type %s, and %s serves %s",
			ErrNetwork, conf.Name, network.Type, a.Profile.Name, a.Profile.Type)
	}
	a.noteDisagreement(conf, network)
	return network, nil
}

// noteDisagreement logs a subnet of the configuration that the live network does not have. The live network takes
// precedence: configurations in use carry wrong prefixes (nerdctl#28).
func (a *Attacher) noteDisagreement(conf *netconf.Config, network *hcnspec.Network) {
	subnets := subnetsOf(network)
	if conf.IPAM.Type != "" || len(subnets) == 0 {
		return
	}
	for _, want := range conf.IPAM.Subnets {
		live, ok := subnets.holding(want.Prefix.Addr())
		switch {
		case !ok || live.Prefix != want.Prefix:
			a.Log.Warn("the configuration's subnet is not the network's; the network's is used",
				"network", network.Name, "conf", want.Prefix, "network_subnets", subnets.String())
		case want.Gateway.IsValid() && want.Gateway != live.Gateway:
			a.Log.Warn("the configuration's gateway is not the network's; the network's is used",
				"network", network.Name, "conf", want.Gateway, "network_gateway", live.Gateway)
		}
	}
}

// createNetwork creates the network. The caller holds the lock; other programs may still be faster.
func (a *Attacher) createNetwork(ctx context.Context, p *plan) (*hcnspec.Network, error) {
	if err := a.allowAnotherNAT(ctx, p.conf); err != nil {
		return nil, err
	}
	if err := a.Profile.Uncreatable(p.conf).Err(); err != nil {
		return nil, err
	}
	doc := NetworkDocument(a.Profile, p.conf, p.policies, a.uplink(p.conf))
	created := func() (*hcnspec.Network, bool, error) {
		found, err := a.findNetwork(ctx, p.conf)
		if errors.Is(err, hostnet.ErrNotFound) {
			return nil, false, nil
		}
		return found, err == nil, err
	}
	network, err := hostnet.RetryAfterLook(ctx, created, func() (*hcnspec.Network, error) {
		made, err := a.Host.CreateNetwork(ctx, doc)
		if errors.Is(err, hostnet.ErrExists) {
			return a.findNetwork(ctx, p.conf)
		}
		return made, err
	})
	return network, a.explainAdapter(ctx, p.conf, err)
}

// Foreign returns what HNS does not accept on the live network: IPv6 without IPv4, subnets from which host-local would assign addresses,
// and next hops that the network does not reach. Other IPAM plugins have subnets of their own.
func Foreign(conf *netconf.Config, network *hcnspec.Network) confdoc.Findings {
	live := subnetsOf(network)
	if len(live) == 0 {
		return nil
	}
	problems := unusable(conf, live)
	if conf.IPAM.Type != ipam.HostLocal {
		return problems
	}
	for _, s := range conf.IPAM.Subnets {
		if !slices.ContainsFunc(live, func(l hcnrule.Subnet) bool { return l.Prefix.Overlaps(s.Prefix) }) {
			problems = append(problems, confdoc.Finding{Path: s.Path, Message: fmt.Sprintf("%q: network %q has %s, so HNS accepts no address of this subnet",
				s.Prefix, network.Name, live)})
		}
	}
	return problems
}

// unusable returns why no pod can have an endpoint on a network with the subnets.
func unusable(conf *netconf.Config, live subnets) confdoc.Findings {
	if hcnrule.Usable(live) {
		return unreached(conf, live)
	}
	path := "ipam"
	if len(conf.IPAM.Subnets) > 0 {
		path = conf.IPAM.Subnets[0].Path
	}
	return confdoc.Findings{{Path: path, Message: fmt.Sprintf(
		"%s: HNS creates no endpoint on a network with IPv6 subnets alone (WC#522); add an IPv4 subnet", live)}}
}

// unreached returns the configured routes whose next hop is in none of the network's subnets: HNS rejects an endpoint
// with such a route (sigwin#181). Routes from IPAM plugins are known only when they answer.
func unreached(conf *netconf.Config, live subnets) confdoc.Findings {
	lists := []struct {
		path   string
		routes []netconf.Route
	}{{"additionalRoutes", conf.Routes}, {"ipam.routes", conf.IPAM.Routes}}
	if conf.IPAM.Type != "" && conf.IPAM.Type != ipam.HostLocal {
		lists = lists[:1]
	}
	var problems confdoc.Findings
	for _, list := range lists {
		for _, r := range list.routes {
			if r.Dst.Bits() != 0 && r.GW.IsValid() && !hcnrule.Reaches(live, r.GW) {
				problems = append(problems, confdoc.Finding{Path: list.path, Message: fmt.Sprintf(
					"the next hop %s of the route to %s is in no subnet of the network, which has %s; HNS rejects the route", r.GW, r.Dst, live)})
			}
		}
	}
	return problems
}

// Uncreatable returns what keeps HNS from creating the network that a valid configuration requests. It is irrelevant if
// the network exists.
func (p Profile) Uncreatable(conf *netconf.Config) confdoc.Findings {
	if all := conf.IPAM.Subnets; len(all) > 0 {
		problems := unusable(conf, subnetsOfConf(conf))
		for i, s := range all {
			if j := slices.IndexFunc(all[:i], func(o netconf.Subnet) bool { return o.Prefix.Overlaps(s.Prefix) }); j >= 0 {
				problems = append(problems, confdoc.Finding{Path: s.Path, Message: fmt.Sprintf("%q: overlaps %s; HNS creates no network "+
					"with both", s.Prefix, all[j].Prefix)})
			}
		}
		return problems
	}
	if !p.NeedsSubnet {
		return nil
	}
	return confdoc.Findings{{Path: "ipam.subnet", Message: fmt.Sprintf("is missing: network %q does not exist, and a new %s network "+
		"needs a subnet; add it here, or create the network first", conf.Name, p.Type)}}
}

// allowAnotherNAT rejects a second NAT network that was not requested explicitly: with published ports on two of them,
// HNS of Windows Server 2022 and 2025 hangs until a reboot (WC#140).
func (a *Attacher) allowAnotherNAT(ctx context.Context, conf *netconf.Config) error {
	if a.Profile.Type != hcnspec.NAT || conf.CreateNetworkAsked {
		return nil
	}
	networks, err := a.Host.Networks(ctx)
	if err != nil {
		return err
	}
	for _, n := range networks {
		if n.Type == hcnspec.NAT {
			return fmt.Errorf("%w: network %q is missing, and the NAT network %q exists: a second one is created only with "+
				`"createNetwork": true, because published ports on two NAT networks can hang HNS until a reboot (WC#140)`,
				ErrNetwork, conf.Name, n.Name)
		}
	}
	return nil
}

// uplink returns the adapter that a new network binds to: master, or "", which leaves the choice to HNS.
func (a *Attacher) uplink(conf *netconf.Config) string {
	if !a.Profile.Uplink {
		return ""
	}
	return conf.Master
}

// explainAdapter adds to HNS's "adapter not found" (for a vEthernet: "invalid parameter") where the name comes from,
// and the existing adapters.
func (a *Attacher) explainAdapter(ctx context.Context, conf *netconf.Config, cause error) error {
	code := hostnet.CodeOf(cause)
	if code != hostnet.CodeAdapterNotFound && code != hostnet.CodeInvalidParameter || a.uplink(conf) == "" {
		return cause
	}
	missing, err := a.missingAdapter(ctx, conf)
	if err != nil || missing == nil {
		return cause
	}
	return fmt.Errorf("%w: %w", missing, cause)
}

// missingAdapter returns a problem if the host has no adapter of that name, else nil.
func (a *Attacher) missingAdapter(ctx context.Context, conf *netconf.Config) (confdoc.Findings, error) {
	adapters, err := a.Host.Adapters(ctx)
	if err != nil || a.uplink(conf) == "" {
		return nil, err
	}
	var names []string
	for _, adapter := range adapters {
		if adapter.Name == conf.Master {
			return nil, nil
		}
		names = append(names, adapter.Name)
	}
	return confdoc.Findings{{Path: "master", Message: fmt.Sprintf("%q: this host has no such adapter; it has %q", conf.Master, names)}}, nil
}
