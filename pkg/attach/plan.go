package attach

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// plan is what a configuration asks of the host, known before the host is touched.
type plan struct {
	conf         *netconf.Config
	policies     *policy.Set
	endpointName string
}

// newPlan validates the configuration for the profile. Its error is netconf.Problems: all of them.
func (a *Attacher) newPlan(conf *netconf.Config) (*plan, error) {
	problems := a.Profile.problems(conf)
	policies, more := policy.Compile(conf, a.Profile.Type)
	if err := append(problems, more...).Err(); err != nil {
		return nil, err
	}
	for _, w := range append(conf.Warnings, policies.Warnings()...) {
		a.Log.Warn(w)
	}
	return &plan{conf, policies, endpointName(conf.Attachment, conf.Name)}, nil
}

// needsNamespace returns an error with the specification's code 4 unless CNI_NETNS can be an HCN
// namespace, which ADD and CHECK need.
func needsNamespace(conf *netconf.Config) error {
	if hostnet.IsID(conf.Attachment.Namespace) {
		return nil
	}
	return types.NewError(types.ErrInvalidEnvironmentVariables,
		fmt.Sprintf("CNI_NETNS %q: want the GUID of an HCN namespace", conf.Attachment.Namespace), "")
}

// Validate returns what ADD with this profile would refuse about the configuration alone, and what it
// would warn of.
func (p Profile) Validate(conf *netconf.Config) (netconf.Problems, []string) {
	policies, problems := policy.Compile(conf, p.Type)
	problems = append(p.problems(conf), problems...)
	if policies == nil {
		return problems, nil
	}
	return problems, policies.Warnings()
}

// problems returns what in the configuration does not go with the profile.
func (p Profile) problems(conf *netconf.Config) netconf.Problems {
	var problems netconf.Problems
	if !p.serves(conf.Type) {
		problems = append(problems, p.wrongType(conf.Type))
	}
	for i, s := range conf.IPAM.Subnets {
		if s.Prefix.Addr().Is6() && !p.IPv6 {
			problems = append(problems, netconf.Problem{Path: subnetPath(i, conf), Msg: fmt.Sprintf(
				"%q: %s networks carry IPv4 only", s.Prefix, p.Type)})
		}
	}
	for _, ip := range conf.IPs {
		if ip.Addr().Is6() && !p.IPv6 {
			problems = append(problems, netconf.Problem{Path: "runtimeConfig.ips", Msg: fmt.Sprintf(
				"%q: %s networks carry IPv4 only", ip, p.Type)})
		}
	}
	return problems
}

func (p Profile) wrongType(confType string) netconf.Problem {
	msg := fmt.Sprintf("%q: this is %s, which serves %s", confType, p.Name, strings.Join(p.Types, ", "))
	if other, err := ProfileFor(confType); err == nil {
		msg += "; use the executable " + other.Name
	}
	return netconf.Problem{Path: "type", Msg: msg}
}

// subnetPath is the JSON path of a subnet: the first one usually stands in ipam.subnet.
func subnetPath(i int, conf *netconf.Config) string {
	if len(conf.IPAM.Subnets) == 1 {
		return "ipam.subnet"
	}
	return fmt.Sprintf("ipam.ranges[%d]", i)
}

// checkGates asks HNS for its version, where a policy or an address family depends on it.
func (a *Attacher) checkGates(ctx context.Context, p *plan) error {
	gates := p.policies.Gates()
	families := familiesOf(p.conf)
	if len(gates) == 0 && !families.v6 {
		return nil
	}
	version, err := a.Host.Version(ctx)
	if err != nil {
		return err
	}
	problems := p.policies.Supported(version)
	if families.v6 && !hcnspec.FeatureIPv6DualStack.In(version) {
		problems = append(problems, netconf.Problem{Path: "ipam", Msg: fmt.Sprintf(
			"IPv6 addresses need HNS %s (%s); this node has %s",
			hcnspec.FeatureIPv6DualStack.Versions(), hcnspec.FeatureIPv6DualStack.Name, version)})
	}
	return problems.Err()
}

// families says which address families something has.
type families struct{ v4, v6 bool }

func (f *families) add(addr netip.Addr) {
	if addr.Is4() {
		f.v4 = true
	} else {
		f.v6 = true
	}
}

// familiesOf returns the families that the configuration itself names. Addresses from a delegate are
// not known yet.
func familiesOf(conf *netconf.Config) families {
	var f families
	for _, s := range conf.IPAM.Subnets {
		f.add(s.Prefix.Addr())
	}
	for _, ip := range conf.IPs {
		f.add(ip.Addr())
	}
	return f
}
