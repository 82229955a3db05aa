package roundtrip

import (
	"testing"

	hcsshim "github.com/Microsoft/hcsshim/hcn"
	hnslib "github.com/Microsoft/hnslib/hcn"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// gates pairs this project's features with hcsshim's, except for modifying load balancers, where this project follows
// hnslib's narrower gate.
var gates = map[string]hcsshim.VersionRanges{
	hcnspec.FeatureACL.Name:                hcsshim.HNSVersion1803,
	hcnspec.FeatureV2API.Name:              hcsshim.V2ApiSupport,
	hcnspec.FeatureRemoteSubnet.Name:       hcsshim.RemoteSubnetVersion,
	hcnspec.FeatureHostRoute.Name:          hcsshim.HostRouteVersion,
	hcnspec.FeatureDSR.Name:                hcsshim.DSRVersion,
	hcnspec.FeatureSlash32.Name:            hcsshim.Slash32EndpointPrefixesVersion,
	hcnspec.FeatureVxlanPort.Name:          hcsshim.VxlanPortVersion,
	hcnspec.FeatureACLProtocol252.Name:     hcsshim.AclSupportForProtocol252Version,
	hcnspec.FeatureIPv6DualStack.Name:      hcsshim.IPv6DualStackVersion,
	hcnspec.FeatureSessionAffinity.Name:    hcsshim.SessionAffinityVersion,
	hcnspec.FeatureSetPolicy.Name:          hcsshim.SetPolicyVersion,
	hcnspec.FeatureL4Proxy.Name:            hcsshim.L4ProxyPolicyVersion,
	hcnspec.FeatureL4WFPProxy.Name:         hcsshim.L4WfpProxyPolicyVersion,
	hcnspec.FeatureTierACL.Name:            hcsshim.TierAclPolicyVersion,
	hcnspec.FeatureNetworkACL.Name:         hcsshim.NetworkACLPolicyVersion,
	hcnspec.FeatureNestedIPSet.Name:        hcsshim.NestedIpSetVersion,
	hcnspec.FeatureDisableHostPort.Name:    hcsshim.DisableHostPortVersion,
	hcnspec.FeatureAccelnet.Name:           hcsshim.AccelnetVersion,
	hcnspec.FeatureModifyLoadBalancer.Name: fromHnslib(hnslib.ModifyLoadbalancerVersion),
}

func fromHnslib(ranges hnslib.VersionRanges) hcsshim.VersionRanges {
	var converted hcsshim.VersionRanges
	for _, r := range ranges {
		converted = append(converted, hcsshim.VersionRange{
			MinVersion: hcsshim.Version(r.MinVersion), MaxVersion: hcsshim.Version(r.MaxVersion),
		})
	}
	return converted
}

func TestFeatures(t *testing.T) {
	for _, f := range hcnspec.Features() {
		theirs, ok := gates[f.Name]
		if !ok {
			t.Errorf("feature %s has no counterpart here", f.Name)
		}
		for major := range 18 {
			for minor := range 14 {
				v := hcnspec.Version{Major: major, Minor: minor}
				if got, want := f.In(v), inRanges(hcsshim.Version(v), theirs); got != want {
					t.Errorf("%s in %s: %t, the bindings say %t", f.Name, v, got, want)
				}
			}
		}
	}
}

func inRanges(v hcsshim.Version, ranges hcsshim.VersionRanges) bool {
	for _, r := range ranges {
		if !older(v, r.MinVersion) && !older(r.MaxVersion, v) {
			return true
		}
	}
	return false
}

func older(a, b hcsshim.Version) bool {
	return a.Major < b.Major || a.Major == b.Major && a.Minor < b.Minor
}
