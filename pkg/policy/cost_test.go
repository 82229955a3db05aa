package policy

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// costly are configurations with n different values of one kind.
var costly = map[string]func(n int) string{
	"published ports": func(n int) string {
		return `"optionalFlags":{"allowAclPortMapping":true},"runtimeConfig":{"portMappings":[` + each(n, `{"hostPort":NUMBER,"containerPort":NUMBER}`) + `]}`
	},
	"one port on many addresses": func(n int) string {
		return `"runtimeConfig":{"portMappings":[` + each(n, `{"hostPort":80,"containerPort":80,"hostIP":"ADDRESS"}`) + `]}`
	},
	"policies": func(n int) string { return entries(n, `{"Type":"ROUTE","DestinationPrefix":"ADDRESS"}`) },
	"IP sets": func(n int) string {
		return networkEntries(n, `{"Type":"SetPolicy","Settings":{"Id":"ADDRESS","Name":"n"}}`)
	},
	"NAT exceptions": func(n int) string {
		return policyList(`{"Type":"OutBoundNAT","Exceptions":[` + each(n, `"ADDRESS"`) + `]}`)
	},
	"a text with commas": func(n int) string {
		return policyList(`{"Type":"ACL","Action":"Allow","Direction":"In","RemoteAddresses":"` + each(n, "ADDRESS") + `"}`)
	},
	"front ends": func(n int) string {
		return `"AdditionalArgs":[{"Name":"LoadBalancerPolicy","Value":{"Type":"LoadBalancer","Settings":{"FrontendVIPs":["10.0.0.1"],"PortMappings":[` +
			each(n, `{"Protocol":6,"InternalPort":80,"ExternalPort":NUMBER}`) + `]}}}]`
	},
	"unknown settings": func(n int) string {
		return policyList(`{"Type":"QOS","MaximumOutgoingBandwidthInBytes":99999,` + each(n, `"fNUMBER":1`) + `}`)
	},
}

func policyList(policy string) string {
	return `"AdditionalArgs":[{"Name":"EndpointPolicy","Value":` + policy + `}]`
}

func entries(n int, policy string) string {
	return `"AdditionalArgs":[` + each(n, `{"Name":"EndpointPolicy","Value":`+policy+`}`) + `]`
}

func networkEntries(n int, policy string) string {
	return `"AdditionalArgs":[` + each(n, `{"Name":"NetworkPolicy","Value":`+policy+`}`) + `]`
}

// each repeats a text, with a different ADDRESS and NUMBER each time.
func each(n int, text string) string {
	all := make([]string, n)
	for i := range all {
		address := fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
		all[i] = strings.NewReplacer("ADDRESS", address, "NUMBER", strconv.Itoa(i+1)).Replace(text)
	}
	return strings.Join(all, ",")
}

// TestCompilingIsLinear compares the cost of two configurations of one kind, one of them eight times as long. It
// measures memory instead of time, which needs no clock.
func TestCompilingIsLinear(t *testing.T) {
	for name, fields := range costly {
		short, long := cost(t, fields(700)), cost(t, fields(5600))
		if long > 12*short {
			t.Errorf("%s: %d bytes for 700, %d for 5600", name, short, long)
		}
	}
}

// cost returns the memory that Compile allocates for a configuration with the given fields.
func cost(t *testing.T, fields string) uint64 {
	t.Helper()
	cfg, problems := netconf.Parse(netconf.Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"sdnbridge",` + fields + `}`)})
	if err := problems.Err(); err != nil {
		t.Fatalf("%.300s: %v", fields, err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, problems = Compile(cfg, networkTypes[cfg.Type])
	runtime.ReadMemStats(&after)
	if err := problems.Err(); err != nil {
		t.Fatalf("%.300s: %v", fields, err)
	}
	return after.TotalAlloc - before.TotalAlloc
}

// TestFrontEndsAreBounded: a hundred addresses with two hundred ports exceed the limit.
func TestFrontEndsAreBounded(t *testing.T) {
	cfg := mustParse(t, []byte(`{"name":"n","type":"sdnbridge","AdditionalArgs":[{"Name":"LoadBalancerPolicy","Value":{"Type":"LoadBalancer","Settings":{
		"FrontendVIPs":[`+each(100, `"ADDRESS"`)+`],"PortMappings":[`+each(200, `{"Protocol":6,"InternalPort":80,"ExternalPort":NUMBER}`)+`]}}}]}`))
	_, problems := Compile(cfg, networkTypes[cfg.Type])
	const want = "AdditionalArgs[0].Value.Settings (an object): more than 10000 ports of virtual addresses in one configuration"
	if problems.Error() != want {
		t.Errorf("%q, want %q", problems.Error(), want)
	}
}
