package attach

import (
	"context"
	"errors"
	"fmt"

	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/containernetworking/cni/pkg/types/create"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Check compares the attachment with prevResult and the configuration. Its error names the first difference: the
// expected value and the actual one.
func (a *Attacher) Check(ctx context.Context, conf *netconf.Config) error {
	p, err := a.newPlan(conf)
	if err != nil {
		return err
	}
	if err := needsNamespace(conf); err != nil {
		return err
	}
	previous, err := previousResult(conf)
	if err != nil {
		return err
	}
	ctx, cancel := bounded(ctx, conf)
	defer cancel()
	network, endpoint, err := a.findAttachment(ctx, p)
	if err != nil {
		return err
	}
	if err := compare(p, previous, network, endpoint); err != nil {
		return err
	}
	if err := a.checkLoadBalancers(ctx, p, endpoint); err != nil {
		return err
	}
	if conf.IPAM.Type == "" {
		return nil
	}
	return a.IPAM.Check(ctx, a.ipamRequest(conf))
}

// previousResult reads prevResult, which CHECK requires.
func previousResult(conf *netconf.Config) (*types100.Result, error) {
	if len(conf.PrevResult) == 0 {
		return nil, confdoc.Findings{{Path: "prevResult", Message: "missing; CHECK compares the attachment with it"}}
	}
	if err := ipam.RefuseNulls(conf.PrevResult); err != nil {
		return nil, confdoc.Findings{{Path: "prevResult", Message: err.Error()}}
	}
	parsed, err := create.Create(conf.CNIVersion, conf.PrevResult)
	if err == nil {
		var previous *types100.Result
		if previous, err = types100.NewResultFromResult(parsed); err == nil {
			return previous, nil
		}
	}
	return nil, confdoc.Findings{{Path: "prevResult", Message: fmt.Sprintf("not a result of CNI %s: %v", conf.CNIVersion, err)}}
}

// findAttachment returns the live endpoint. One of the same name on another network is not it.
func (a *Attacher) findAttachment(ctx context.Context, p *plan) (*hcnspec.Network, *hcnspec.Endpoint, error) {
	network, err := a.findNetwork(ctx, p.conf)
	if errors.Is(err, hostnet.ErrNotFound) {
		return nil, nil, difference("network", p.conf.Name, "none")
	}
	if err != nil {
		return nil, nil, err
	}
	endpoints, err := a.Host.EndpointsByName(ctx, p.endpointName)
	if err != nil {
		return nil, nil, err
	}
	for i := range endpoints {
		if hostnet.SameID(endpoints[i].Network, network.ID) {
			return network, &endpoints[i], nil
		}
	}
	if len(endpoints) > 0 {
		return nil, nil, difference("network of endpoint "+p.endpointName, network.ID, endpoints[0].Network)
	}
	return nil, nil, difference("endpoint", p.endpointName, "none")
}

// difference is CHECK's finding about one thing.
func difference(what string, want, live any) error {
	return fmt.Errorf("%w: %s: expected %v, found %v", ErrDifference, what, want, live)
}
