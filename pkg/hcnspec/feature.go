package hcnspec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Version is a version of the HCN service or of its schema.
type Version struct {
	Major int
	Minor int
}

// SchemaV2 is the schema version of every document here.
var SchemaV2 = Version{Major: 2}

// String returns "13.3".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// AtLeast reports whether v is w or newer.
func (v Version) AtLeast(w Version) bool {
	return v.Major > w.Major || v.Major == w.Major && v.Minor >= w.Minor
}

// ParseVersion reads "13.3". A missing minor part is 0.
func ParseVersion(s string) (Version, error) {
	major, minor, _ := strings.Cut(s, ".")
	if minor == "" {
		minor = "0"
	}
	a, errA := strconv.ParseUint(major, 10, 31)
	b, errB := strconv.ParseUint(minor, 10, 31)
	if errA != nil || errB != nil {
		return Version{}, fmt.Errorf("HNS version %q: want major.minor, for example 13.3", s)
	}
	return Version{int(a), int(b)}, nil
}

// Feature is a capability that not every HNS has.
type Feature struct {
	Name   string
	ranges []versionRange
}

type versionRange struct{ from, to Version }

const newest = math.MaxInt32

func since(major, minor int) versionRange {
	return versionRange{Version{major, minor}, Version{newest, newest}}
}

// branch is a backport: from major.minor to the end of that major version.
func branch(major, minor int) versionRange {
	return versionRange{Version{major, minor}, Version{major, newest}}
}

// The features with the HNS versions that have them. Source: hcn/hcnglobals.go of hcsshim v0.15.0 and hnslib v0.1.3,
// which disagree about ModifyLoadBalancer (15.4 and 15.5): the later one is used, because replacing a load balancer
// works on both and modifying it may not.
var (
	FeatureACL                = Feature{"ACL", []versionRange{since(7, 2)}}
	FeatureV2API              = Feature{"HCN v2", []versionRange{since(9, 2)}}
	FeatureRemoteSubnet       = Feature{"RemoteSubnet", []versionRange{since(9, 2)}}
	FeatureHostRoute          = Feature{"HostRoute", []versionRange{since(9, 2)}}
	FeatureDSR                = Feature{"DSR", []versionRange{branch(9, 3), since(10, 2)}}
	FeatureSlash32            = Feature{"Slash32EndpointPrefixes", []versionRange{branch(9, 3), since(10, 4)}}
	FeatureVxlanPort          = Feature{"VxlanPort", []versionRange{since(10, 3)}}
	FeatureACLProtocol252     = Feature{"AclSupportForProtocol252", []versionRange{since(11, 0)}}
	FeatureIPv6DualStack      = Feature{"IPv6DualStack", []versionRange{since(11, 10)}}
	FeatureSessionAffinity    = Feature{"SessionAffinity", []versionRange{since(12, 0)}}
	FeatureSetPolicy          = Feature{"SetPolicy", []versionRange{since(13, 0)}}
	FeatureL4Proxy            = Feature{"L4Proxy", []versionRange{branch(9, 5), branch(10, 5), branch(11, 11), branch(12, 1), since(13, 1)}}
	FeatureL4WFPProxy         = Feature{"L4WfpProxy", []versionRange{since(13, 2)}}
	FeatureTierACL            = Feature{"TierAcl", []versionRange{since(14, 0)}}
	FeatureNetworkACL         = Feature{"NetworkACL", []versionRange{since(15, 0)}}
	FeatureNestedIPSet        = Feature{"NestedIpSet", []versionRange{since(15, 0)}}
	FeatureDisableHostPort    = Feature{"DisableHostPort", []versionRange{since(15, 1)}}
	FeatureAccelnet           = Feature{"Accelnet", []versionRange{since(15, 4)}}
	FeatureModifyLoadBalancer = Feature{"ModifyLoadbalancer", []versionRange{branch(15, 5), since(16, 0)}}
)

// FeatureOverlayIPv6 is not a feature of the bindings: according to WC#522 only later builds support dual-stack
// overlays, and no source names the version. 15.0 is a guess (pkg/hcnemu/FIDELITY.md).
var FeatureOverlayIPv6 = Feature{"IPv6 on overlays", []versionRange{since(15, 0)}}

// Features returns all features of the bindings, in the order of the versions that introduced them.
func Features() []Feature {
	return []Feature{
		FeatureACL, FeatureV2API, FeatureRemoteSubnet, FeatureHostRoute, FeatureDSR, FeatureSlash32,
		FeatureVxlanPort, FeatureACLProtocol252, FeatureIPv6DualStack, FeatureSessionAffinity,
		FeatureSetPolicy, FeatureL4Proxy, FeatureL4WFPProxy, FeatureTierACL, FeatureNetworkACL,
		FeatureNestedIPSet, FeatureDisableHostPort, FeatureAccelnet, FeatureModifyLoadBalancer,
	}
}

// In reports whether an HNS of version v has the feature.
func (f Feature) In(v Version) bool {
	for _, r := range f.ranges {
		if v.AtLeast(r.from) && r.to.AtLeast(v) {
			return true
		}
	}
	return false
}

// Versions describes the versions that have the feature: "9.3-9.x, 10.2+".
func (f Feature) Versions() string {
	var parts []string
	for _, r := range f.ranges {
		if r.to.Major == newest {
			parts = append(parts, r.from.String()+"+")
		} else {
			parts = append(parts, fmt.Sprintf("%s-%d.x", r.from, r.to.Major))
		}
	}
	return strings.Join(parts, ", ")
}
