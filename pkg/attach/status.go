package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// The codes of STATUS (CNI 1.1.0).
const (
	codeNotAvailable        = 50 // ADD cannot be served
	codeLimitedConnectivity = 51 // and the running pods may be disconnected
)

// Status reports whether an ADD could be served: HNS answers and is new enough, the network exists or could be created,
// and IPAM is ready. Its error is a *types.Error with code 50 or 51, or IPAM's own.
func (a *Attacher) Status(ctx context.Context, conf *netconf.Config) error {
	p, err := a.newPlan(conf)
	if err != nil {
		return err
	}
	ctx, cancel := bounded(ctx, conf)
	defer cancel()
	if err := a.statusOfHNS(ctx, p); err != nil {
		return err
	}
	if err := a.statusOfNetwork(ctx, p); err != nil {
		return err
	}
	if conf.IPAM.Type == "" {
		return nil
	}
	return a.IPAM.Status(ctx, a.ipamRequest(conf))
}

func (a *Attacher) statusOfHNS(ctx context.Context, p *plan) error {
	version, err := a.Host.Version(ctx)
	switch {
	case err != nil:
		return unanswered(err)
	case !hcnspec.FeatureV2API.In(version):
		return statusError(codeNotAvailable, fmt.Sprintf("HNS %s is too old", version),
			fmt.Errorf("HCN v2 needs HNS %s, which Windows Server 2019 (17763) has", hcnspec.FeatureV2API.Versions()))
	}
	if err := a.Profile.unsupported(p, version).Err(); err != nil {
		return statusError(codeNotAvailable, "the configuration needs a newer HNS", err)
	}
	return nil
}

func (a *Attacher) statusOfNetwork(ctx context.Context, p *plan) error {
	network, err := a.findNetwork(ctx, p.conf)
	switch {
	case err == nil:
		if err := Foreign(p.conf, network).Err(); err != nil {
			return statusError(codeNotAvailable, "the network does not accept IPAM's addresses", err)
		}
		return nil
	case errors.Is(err, ErrNetwork):
		return statusError(codeNotAvailable, "the network cannot be used", err)
	case !errors.Is(err, hostnet.ErrNotFound):
		return unanswered(err)
	case !p.conf.CreateNetwork:
		return statusError(codeNotAvailable, "the network is missing, and createNetwork is not true", err)
	}
	err = a.creatable(ctx, p.conf)
	if err == nil {
		err = a.policyAdapter(ctx, p)
	}
	if err != nil {
		return statusError(codeNotAvailable, "the network is missing and cannot be created", err)
	}
	return nil
}

// creatable returns why ADD could not create the network, as far as can be determined beforehand.
func (a *Attacher) creatable(ctx context.Context, conf *netconf.Config) error {
	if err := a.allowAnotherNAT(ctx, conf); err != nil {
		return err
	}
	if err := a.Profile.Uncreatable(conf).Err(); err != nil {
		return err
	}
	missing, err := a.missingAdapter(ctx, conf)
	if err != nil {
		return err
	}
	return missing.Err()
}

// policyAdapter returns why the adapter that a NetAdapterName policy names, rather than master, cannot be bound to.
func (a *Attacher) policyAdapter(ctx context.Context, p *plan) error {
	for _, policy := range p.policies.Network() {
		var s hcnspec.NetAdapterNameSetting
		if policy.Type != hcnspec.NetAdapterName || json.Unmarshal(policy.Settings, &s) != nil {
			continue
		}
		adapters, err := a.Host.Adapters(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(adapters, func(have hostnet.Adapter) bool { return have.Name == s.NetworkAdapterName }) {
			return fmt.Errorf("the NetAdapterName policy names the adapter %q, which this host does not have", s.NetworkAdapterName)
		}
	}
	return nil
}

// unanswered returns the error for a service that is unusable, or that may recover.
func unanswered(err error) error {
	if errors.Is(err, hostnet.ErrUnavailable) {
		return statusError(codeNotAvailable, "the host network service is not usable", err)
	}
	return statusError(codeLimitedConnectivity, "the host network service does not answer", err)
}

func statusError(code uint, msg string, cause error) error {
	return types.NewError(code, msg, cause.Error())
}
