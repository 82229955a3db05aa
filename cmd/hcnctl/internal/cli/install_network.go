package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// installNetworks creates the networks of the configuration that are missing. flanneld creates those of flannel.
func (a *app) installNetworks(ctx context.Context, svc hostnet.Service, plugins []ourPlugin, yes bool) error {
	for _, p := range plugins {
		if p.Delegate {
			a.note("network %s: flanneld creates it", p.Network)
			continue
		}
		n, err := node.Read(ctx, svc)
		if err != nil {
			return err
		}
		doc, createIt, err := p.networkDocument(n.Version)
		if err != nil {
			return err
		}
		if !createIt {
			a.note("network %s: left to others, because createNetwork is not true", p.Network)
			continue
		}
		outcome := "created"
		_, err = a.makeNetwork(ctx, svc, n, doc, yes)
		if errors.Is(err, hostnet.ErrExists) {
			outcome, err = "already exists", sameType(n, doc)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Stdout, "network %s: %s\n", p.Network, outcome)
	}
	return nil
}

func sameType(n *node.Node, doc *hcnspec.Network) error {
	for i := range n.Networks {
		if have := node.TypeOf(&n.Networks[i]); n.Networks[i].Name == doc.Name && have != doc.Type {
			return fmt.Errorf("network %q is of type %s, but the configuration requires %s", doc.Name, have, doc.Type)
		}
	}
	return nil
}

// networkDocument returns the document with which the plugin would create its network, and whether it would.
func (p ourPlugin) networkDocument(hns hcnspec.Version) (*hcnspec.Network, bool, error) {
	conf, problems := netconf.Parse(netconf.Input{Verb: "STATUS", Stdin: p.Stdin})
	if err := problems.Err(); err != nil {
		return nil, false, err
	}
	if problems, _ := p.profile.Validate(conf); problems != nil {
		return nil, false, problems.Err()
	}
	policies, problems := policy.Compile(conf, p.profile.Type)
	if err := problems.Err(); err != nil {
		return nil, false, err
	}
	if err := p.profile.Unsupported(conf, hns).Err(); err != nil {
		return nil, false, err
	}
	adapter := ""
	if p.profile.Uplink {
		adapter = conf.Master
	}
	return attach.NetworkDocument(p.profile, conf, policies, adapter), conf.CreateNetwork, nil
}
