package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// TestBoundaries: the last value on either side of each limit.
func TestBoundaries(t *testing.T) {
	qos := func(rate int) map[string]any {
		return entryOf("EndpointPolicy", "QOS", fmt.Sprintf(`{"MaximumOutgoingBandwidthInBytes":%d}`, rate))
	}
	egress := func(rate int) map[string]any {
		return map[string]any{"runtimeConfig": map[string]any{"bandwidth": map[string]any{"egressRate": rate, "egressBurst": 1 << 20}}}
	}
	ports := func(r string) map[string]any {
		return entryOf("EndpointPolicy", "ACL", fmt.Sprintf(`{"Action":"Allow","Direction":"In","Protocols":"6","LocalPorts":%q}`, r))
	}
	for _, row := range []struct {
		name   string
		fields map[string]any
		want   string
	}{
		{"the lowest rate that HNS enforces", qos(minBandwidth), ""},
		{"one byte less", qos(minBandwidth - 1), "HNS does not enforce limits below 10000 bytes per second"},
		{"the lowest rate of the runtime", egress(8 * minBandwidth), ""},
		{"one bit less", egress(8*minBandwidth - 1), "HNS does not enforce limits below 80000 bits per second"},
		{"all flags of a port", balancerOf(`["10.96.0.10"]`, `{"Protocol":6,"InternalPort":80,"ExternalPort":80,"Flags":15}`, ``), ""},
		{"one flag more", balancerOf(`["10.96.0.10"]`, `{"Protocol":6,"InternalPort":80,"ExternalPort":80,"Flags":16}`, ``), "want a sum of flags up to 15"},
		{"as many front ends as there may be", balancerOf(`[`+each(50, `"ADDRESS"`)+`]`,
			each(200, `{"Protocol":6,"InternalPort":80,"ExternalPort":NUMBER}`), ``), ""},
		{"one address more", balancerOf(`[`+each(51, `"ADDRESS"`)+`]`,
			each(200, `{"Protocol":6,"InternalPort":80,"ExternalPort":NUMBER}`), ``), "more than 10000 ports of virtual addresses"},
		{"a source address and no virtual ones", balancerOf(`[]`, `{"Protocol":6,"InternalPort":80,"ExternalPort":80}`, `,"SourceVIP":"10.0.0.1"`),
			"want at least one IP address"},
		{"a range of one port", ports("80-80"), ""},
		{"a range that ends before it begins", ports("80-79"), "the range ends before it begins"},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg := mustParse(t, confWith(t, "sdnbridge", row.fields))
			_, problems := Compile(cfg, hcnspec.L2Bridge)
			if got := problems.Error(); row.want == "" && len(problems) > 0 || !strings.Contains(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func entryOf(kind, policyType, settings string) map[string]any {
	return map[string]any{"AdditionalArgs": []any{
		map[string]any{"Name": kind, "Value": map[string]any{"Type": policyType, "Settings": json.RawMessage(settings)}},
	}}
}

func balancerOf(vips, ports, more string) map[string]any {
	return entryOf("LoadBalancerPolicy", "LoadBalancer", `{"FrontendVIPs":`+vips+`,"PortMappings":[`+ports+`]`+more+`}`)
}

// TestDistributionNeedsAffinityOnlyIfThereIsOne: None, by number and by name, is what every HNS has.
func TestDistributionNeedsAffinityOnlyIfThereIsOne(t *testing.T) {
	for distribution, want := range map[string]bool{`0`: false, `"None"`: false, `1`: true, `"SourceIPProtocol"`: true, `2`: true} {
		set := compiled(t, confWith(t, "sdnbridge",
			balancerOf(`["10.96.0.10"]`, `{"Protocol":6,"InternalPort":80,"ExternalPort":80,"DistributionType":`+distribution+`}`, ``)))
		got := slices.ContainsFunc(set.Gates(), func(g Gate) bool { return g.Feature.Name == hcnspec.FeatureSessionAffinity.Name })
		if got != want {
			t.Errorf("%s: needs session affinity: %t, want %t", distribution, got, want)
		}
	}
}

// TestVSIDsOfSubnets: where IPAM has no subnets, any number of VSIDs may be for those that it gives; a subnet that
// has none of a list has no VSID.
func TestVSIDsOfSubnets(t *testing.T) {
	set := compiled(t, confWith(t, "sdnoverlay", map[string]any{"vsid": []int{4096, 4097}, "ipam": map[string]any{"type": "azure-vnet-ipam"}}))
	for subnet, want := range map[int]int{-1: 0, 0: 4096, 1: 4097, 2: 0} {
		policies := set.SubnetAt(subnet)
		if want == 0 && len(policies) == 0 {
			continue
		}
		if len(policies) != 1 || string(policies[0].Settings) != fmt.Sprintf(`{"IsolationId":%d}`, want) {
			t.Errorf("subnet %d: %v, want %d", subnet, policies, want)
		}
	}
}

// TestPublishedPortsACLServesTheFamiliesThatPublishIt: one port of the pod, published on addresses of the node.
func TestPublishedPortsACLServesTheFamiliesThatPublishIt(t *testing.T) {
	for _, row := range []struct {
		hostIPs          []string
		wantIPv4, wantV6 int
	}{
		{[]string{"10.0.0.1", "10.0.0.2"}, 1, 0},
		{[]string{"fd00::1", "fd00::2"}, 0, 1},
		{[]string{"10.0.0.1", "fd00::1"}, 1, 1},
	} {
		var mappings []map[string]any
		for i, ip := range row.hostIPs {
			mappings = append(mappings, map[string]any{"hostPort": 8080 + i, "containerPort": 80, "protocol": "tcp", "hostIP": ip})
		}
		set := compiled(t, confWith(t, "sdnbridge", map[string]any{
			"optionalFlags": map[string]any{"allowAclPortMapping": true},
			"runtimeConfig": map[string]any{"portMappings": mappings},
		}))
		if got4, got6 := acls(set, hcnspec.IPv4), acls(set, hcnspec.IPv6); got4 != row.wantIPv4 || got6 != row.wantV6 {
			t.Errorf("%v: %d ACLs for IPv4 and %d for IPv6, want %d and %d", row.hostIPs, got4, got6, row.wantIPv4, row.wantV6)
		}
	}
}

func acls(set *Set, f hcnspec.Families) int {
	n := 0
	for _, p := range set.Endpoint(f) {
		if p.Type == hcnspec.ACL {
			n++
		}
	}
	return n
}
