package confcheck

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// Unsupported returns what in a valid configuration is newer than an HNS of version v: policies, and IPv6.
func Unsupported(conf *netconf.Config, policies *policy.Set, v hcnspec.Version) confdoc.Findings {
	problems := policies.Supported(v)
	for _, s := range conf.IPAM.Subnets {
		if s.Prefix.Addr().Is6() && !hcnspec.FeatureIPv6DualStack.In(v) {
			problems = append(problems, confdoc.Finding{Path: "ipam", Message: fmt.Sprintf("%q: IPv6 needs HNS %s (%s); this node has %s",
				s.Prefix, hcnspec.FeatureIPv6DualStack.Versions(), hcnspec.FeatureIPv6DualStack.Name, v)})
		}
	}
	return problems
}
