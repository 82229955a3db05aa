package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// TestBadInput: each bad input is a CNI error with the right code and place, exit 1, and an unchanged host.
func TestBadInput(t *testing.T) {
	conf := func(more string) string {
		return `{"cniVersion": "1.0.0", "name": "podnet", "type": "sdnbridge"` + more + `}`
	}
	rows := []struct {
		name, plugin, stdin string
		change              func(*harness.Verb)
		code                uint
		want                string
	}{
		{name: "malformed JSON", plugin: "sdnbridge", stdin: `{"name": `, code: 6, want: "unexpected end of JSON input"},
		{name: "missing name", plugin: "sdnbridge", stdin: `{"cniVersion": "1.0.0", "type": "sdnbridge"}`, code: 7, want: "missing network name"},
		{name: "unknown type", plugin: "sdnbridge", stdin: strings.Replace(conf(""), "sdnbridge", "l3bridge", 1), code: 7, want: `type "l3bridge": this is sdnbridge, which serves sdnbridge, l2bridge, win-bridge`},
		{name: "another executable's type", plugin: "nat", stdin: conf(""), code: 7, want: "use the executable sdnbridge"},
		{name: "bad CIDR", plugin: "sdnbridge", stdin: conf(`, "ipam": {"subnet": "10.0.0.0/33"}`), code: 7, want: `ipam.subnet "10.0.0.0/33": prefix length 33 is over 32`},
		{name: "gateway outside", plugin: "sdnbridge", stdin: conf(`, "ipam": {"subnet": "10.0.0.0/24", "routes": [{"GW": "10.0.1.1"}]}`), code: 7, want: "10.0.1.1"},
		{name: "port 0", plugin: "sdnbridge", stdin: conf(`, "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 0, "protocol": "tcp"}]}`), code: 7, want: "runtimeConfig.portMappings[0].containerPort"},
		{name: "port 65536", plugin: "sdnbridge", stdin: conf(`, "runtimeConfig": {"portMappings": [{"hostPort": 65536, "containerPort": 80, "protocol": "tcp"}]}`), code: 7, want: "runtimeConfig.portMappings[0].hostPort"},
		{name: "sctp", plugin: "sdnbridge", stdin: conf(`, "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "sctp"}]}`), code: 7, want: "runtimeConfig.portMappings[0].protocol"},
		{name: "unparsable policy", plugin: "sdnbridge", stdin: conf(`, "AdditionalArgs": [{"Name": "EndpointPolicy", "Value": "ACL"}]`), code: 7, want: "AdditionalArgs[0].Value"},
		{name: "IPv6 on NAT", plugin: "nat", stdin: `{"cniVersion": "1.0.0", "name": "nat", "type": "nat", "ipam": {"subnet": "fd00::/64"}}`, code: 7, want: `ipam.subnet "fd00::/64": NAT networks carry IPv4 only`},
		{name: "IPAM type with a path", plugin: "sdnbridge", stdin: conf(`, "ipam": {"type": "../host-local"}`), code: 7, want: "ipam.type"},
		{name: "no CNI_NETNS", plugin: "sdnbridge", stdin: conf(""), change: func(v *harness.Verb) { v.Netns = "" }, code: 4, want: "CNI_NETNS"},
		{name: "CNI_NETNS is no namespace", plugin: "sdnbridge", stdin: conf(`, "ipam": {"subnet": "10.0.0.0/24"}`), change: func(v *harness.Verb) { v.Netns = "/var/run/netns/x" }, code: 4, want: `CNI_NETNS "/var/run/netns/x"`},
		{name: "unknown cniVersion", plugin: "sdnbridge", stdin: strings.Replace(conf(""), "1.0.0", "9.9.9", 1), code: 1, want: "incompatible CNI versions"},
		{name: "container ID with a path", plugin: "sdnbridge", stdin: conf(""), change: func(v *harness.Verb) { v.ContainerID = "../../etc" }, code: 4, want: "containerID"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t, hcnemu.Settings{})
			before := f.dump()
			outcome := f.run(row.plugin, "ADD", row.stdin, func(v *harness.Verb) {
				if row.change != nil {
					row.change(v)
				}
			})
			if e := cniError(t, outcome); e.Code != row.code || !strings.Contains(e.Msg+" "+e.Details, row.want) {
				t.Errorf("code %d %q %q\nwant %d %s", e.Code, e.Msg, e.Details, row.code, row.want)
			}
			if diff := cmp.Diff(before, f.dump()); diff != "" {
				t.Errorf("the host changed: %s", diff)
			}
		})
	}
}

// TestByHand: without CNI_COMMAND a plugin prints its name and version, and nothing that a runtime could mistake for a
// result.
func TestByHand(t *testing.T) {
	for _, plugin := range []string{"nat", "sdnbridge", "sdnoverlay", "sdntunnel", "transparent"} {
		f := newFixture(t, hcnemu.Settings{})
		o := f.run(plugin, "", "")
		if o.Exit != 0 || len(o.Stdout) > 0 {
			t.Errorf("%s: exit %d, stdout %q", plugin, o.Exit, o.Stdout)
		}
		for _, want := range []string{"CNI plugin " + plugin, "0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"} {
			if !strings.Contains(string(o.Stderr), want) {
				t.Errorf("%s: stderr %q lacks %q", plugin, o.Stderr, want)
			}
		}
	}
}
