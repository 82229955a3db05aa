package attach

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// plan is everything that a configuration requires of the host, determined before the host is touched.
type plan struct {
	conf         *netconf.Config
	policies     *policy.Set
	endpointName string
}

// newPlan validates the configuration for the profile. Its error is confdoc.Findings: all of them.
func (a *Attacher) newPlan(conf *netconf.Config) (*plan, error) {
	problems := a.Profile.problems(conf)
	policies, more := policy.Compile(conf, a.Profile.Type)
	if err := append(problems, more...).Err(); err != nil {
		return nil, err
	}
	for _, w := range append(conf.Warnings, policies.Warnings()...) {
		a.Log.Warn(w.Error())
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

// Validate returns the errors for which ADD with this profile would reject the configuration by itself, and its
// warnings.
func (p Profile) Validate(conf *netconf.Config) (problems, warnings confdoc.Findings) {
	policies, problems := policy.Compile(conf, p.Type)
	problems = append(p.problems(conf), problems...)
	if policies == nil {
		return problems, nil
	}
	return problems, policies.Warnings()
}

// problems returns the parts of the configuration that do not fit the profile.
func (p Profile) problems(conf *netconf.Config) confdoc.Findings {
	var problems confdoc.Findings
	if !p.serves(conf.Type) {
		problems = append(problems, p.wrongType(conf.Type))
	}
	if p.IPv6 {
		return problems
	}
	for _, part := range ipv6Of(conf) {
		problems = append(problems, confdoc.Finding{Path: part.path, Message: fmt.Sprintf("%q: %s networks carry IPv4 only", part.prefix, p.Type)})
	}
	return problems
}

func (p Profile) wrongType(confType string) confdoc.Finding {
	msg := fmt.Sprintf("%q: this is %s, which serves %s", confType, p.Name, strings.Join(p.Types(), ", "))
	if other, err := ProfileFor(confType); err == nil {
		msg += "; use the executable " + other.Name
	}
	return confdoc.Finding{Path: "type", Message: msg}
}

// ipv6Part is a part of a configuration that requires IPv6.
type ipv6Part struct {
	path   string
	prefix netip.Prefix
}

// ipv6Of returns the parts of the configuration that require IPv6. Addresses from a delegate are not known yet.
func ipv6Of(conf *netconf.Config) []ipv6Part {
	var all []ipv6Part
	for _, s := range conf.IPAM.Subnets {
		if s.Prefix.Addr().Is6() {
			all = append(all, ipv6Part{s.Path, s.Prefix})
		}
	}
	for _, ip := range conf.IPs {
		if ip.Addr().Is6() {
			all = append(all, ipv6Part{"runtimeConfig.ips", ip})
		}
	}
	return all
}

// checkGates asks HNS for its version if a policy or an address family depends on it.
func (a *Attacher) checkGates(ctx context.Context, p *plan) error {
	if len(p.policies.Gates()) == 0 && len(ipv6Of(p.conf)) == 0 {
		return nil
	}
	version, err := a.Host.Version(ctx)
	if err != nil {
		return err
	}
	return a.Profile.unsupported(p, version).Err()
}

// Unsupported returns the features that a valid configuration needs and an HNS of that version lacks.
func (p Profile) Unsupported(conf *netconf.Config, version hcnspec.Version) confdoc.Findings {
	policies, problems := policy.Compile(conf, p.Type)
	if problems != nil {
		return problems
	}
	return p.unsupported(&plan{conf: conf, policies: policies}, version)
}

// unsupported returns the features that the plan needs and an HNS of that version lacks.
func (p Profile) unsupported(wanted *plan, version hcnspec.Version) confdoc.Findings {
	problems := wanted.policies.Supported(version)
	if p.IPv6Feature.In(version) {
		return problems
	}
	for _, part := range ipv6Of(wanted.conf) {
		problems = append(problems, confdoc.Finding{Path: part.path, Message: fmt.Sprintf("%q: needs HNS %s (%s); this node has %s",
			part.prefix, p.IPv6Feature.Versions(), p.IPv6Feature.Name, version)})
	}
	return problems
}
