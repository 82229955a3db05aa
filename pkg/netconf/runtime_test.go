package netconf

import (
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseRuntime: a runtime's settings for an attachment.
func TestParseRuntime(t *testing.T) {
	mac := net.HardwareAddr{0x0e, 0x2a, 0, 0, 0, 7}
	tests := []struct {
		name, fields string
		change       func(*Config)
	}{
		{"nothing of it", `"runtimeConfig":{}`, func(*Config) {}},
		{"ports", `"runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"},
			{"hostPort":53,"containerPort":53,"protocol":"UDP","hostIP":"10.0.0.4"},{"hostPort":1,"containerPort":65535,"hostIP":"::"}]}`,
			func(c *Config) {
				c.PortMappings = []PortMapping{
					{HostPort: 8080, ContainerPort: 80, Protocol: TCP},
					{HostPort: 53, ContainerPort: 53, Protocol: UDP, HostIP: addr("10.0.0.4")},
					{HostPort: 1, ContainerPort: 65535, Protocol: TCP, HostIP: addr("::")},
				}
			}},
		{"one host port for two protocols and addresses", `"runtimeConfig":{"portMappings":[{"hostPort":53,"containerPort":1,"protocol":"tcp","hostIP":""},
			{"hostPort":53,"containerPort":2,"protocol":"udp"},{"hostPort":53,"containerPort":3,"protocol":"","hostIP":"127.0.0.1"}]}`,
			func(c *Config) {
				c.PortMappings = []PortMapping{
					{HostPort: 53, ContainerPort: 1, Protocol: TCP}, {HostPort: 53, ContainerPort: 2, Protocol: UDP},
					{HostPort: 53, ContainerPort: 3, Protocol: TCP, HostIP: addr("127.0.0.1")},
				}
			}},
		{"bandwidth as containerd has it", `"runtimeConfig":{"bandwidth":{"ingressRate":1000000,"ingressBurst":4294967295,"egressRate":2000000,"egressBurst":4294967295}}`,
			func(c *Config) { c.Bandwidth = Bandwidth{1000000, 4294967295, 2000000, 4294967295} }},
		{"dns", `"runtimeConfig":{"dns":{"servers":["10.0.0.10","fd00::a","10.0.0.10"],"searches":["a.b"],"options":["ndots:5"]}}`, func(c *Config) {
			c.RuntimeDNS = &DNS{Nameservers: []netip.Addr{addr("10.0.0.10"), addr("fd00::a")}, Search: []string{"a.b"}, Options: []string{"ndots:5"}}
		}},
		{"empty dns is none", `"runtimeConfig":{"dns":{"servers":[],"searches":null}}`, func(*Config) {}},
		{"dns of the configuration", `"dns":{"Nameservers":["10.0.0.10"],"Domain":"a","Search":["{%namespace%}.svc"],"Options":["x"]}`, func(c *Config) {
			c.DNS = DNS{Nameservers: []netip.Addr{addr("10.0.0.10")}, Domain: "a", Search: []string{"{%namespace%}.svc"}, Options: []string{"x"}}
		}},
		{"addresses", `"runtimeConfig":{"ips":["10.4.0.7/16","fd00::7","::ffff:10.9.0.1"],"mac":"0E-2A-00-00-00-07"}`, func(c *Config) {
			c.IPs, c.MAC = []netip.Prefix{prefix("10.4.0.7/16"), prefix("fd00::7/128"), prefix("10.9.0.1/32")}, mac
		}},
		{"args.cni", `"args":{"cni":{"ips":["10.4.0.7"],"mac":"0e:2a:00:00:00:07"}}`, func(c *Config) {
			c.IPs, c.MAC = []netip.Prefix{prefix("10.4.0.7/32")}, mac
		}},
		{"capabilities before args", `"runtimeConfig":{"ips":["10.4.0.7"],"mac":"0e2a.0000.0007"},"args":{"cni":{"ips":["10.4.0.8"],"mac":"02:00:00:00:00:01"}}`, func(c *Config) {
			c.IPs, c.MAC = []netip.Prefix{prefix("10.4.0.7/32")}, mac
		}},
		{"additional routes", `"additionalRoutes":[{"GW":"10::2","Dst":"::/0"},{"gateway":"10.0.0.1"},{"dst":"10.1.2.3/8"}]`, func(c *Config) {
			c.Routes = []Route{{prefix("::/0"), addr("10::2")}, {prefix("0.0.0.0/0"), addr("10.0.0.1")}, {Dst: prefix("10.0.0.0/8")}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkFields(t, tt.fields, tt.change) })
	}
}

// TestParseArgs: CNI_ARGS, their problems and their warnings.
func TestParseArgs(t *testing.T) {
	tests := []struct {
		args     string
		ips      []netip.Prefix
		mac      string
		problems string
		warnings []string
	}{
		{args: ""},
		{args: "IgnoreUnknown=1;K8S_POD_NAME=p;K8S_POD_UID=1;FOO=bar"},
		{args: "IgnoreUnknown=TRUE;FOO=bar;"},
		{args: "IP=10.4.0.7", ips: []netip.Prefix{prefix("10.4.0.7/32")}},
		{args: "IP=10.4.0.7/16, fd00::7;MAC=0e-2a-00-00-00-07", ips: []netip.Prefix{prefix("10.4.0.7/16"), prefix("fd00::7/128")}, mac: "0e:2a:00:00:00:07"},
		{args: "ip=10.4.0.7;mac=", ips: []netip.Prefix{prefix("10.4.0.7/32")}},
		{args: "TOKEN=secret;COLOR=red", warnings: []string{`CNI_ARGS "TOKEN, COLOR": not known here`}},
		{args: "IgnoreUnknown=0;COLOR=red", warnings: []string{`CNI_ARGS "COLOR": not known here`}},
		{args: "IP=pod", problems: `CNI_ARGS:IP "pod": not an IP address`},
		{args: "IP=10.0.0.0/33", problems: `CNI_ARGS:IP "10.0.0.0/33": prefix length 33 is over 32`},
		{args: "IP=10.4.0.7,10.4.0.7", ips: []netip.Prefix{prefix("10.4.0.7/32")}, problems: `CNI_ARGS:IP "10.4.0.7": the address is already in the list`},
		{args: "IP=224.0.0.1", problems: `CNI_ARGS:IP "224.0.0.1": a multicast address cannot be a host's`},
		{args: "MAC=01:00:5e:00:00:01", problems: `CNI_ARGS:MAC "01:00:5e:00:00:01": a multicast MAC address cannot be an adapter's`},
		{args: "secret", problems: "CNI_ARGS has an entry without =: want K=V;K=V"},
	}
	for _, tt := range tests {
		c, problems := Parse(Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"nat"}`), Args: tt.args})
		if got := problems.Error(); got != tt.problems {
			t.Errorf("%q: problems %q, want %q", tt.args, got, tt.problems)
		}
		if c.MAC.String() != tt.mac {
			t.Errorf("%q: MAC %q, want %q", tt.args, c.MAC, tt.mac)
		}
		if diff := cmp.Diff(tt.warnings, c.Warnings.Texts()); diff != "" {
			t.Errorf("%q: warnings (-want +got):\n%s", tt.args, diff)
		}
		want := minimal()
		want.IPs, want.MAC, want.Warnings = tt.ips, c.MAC, c.Warnings
		want.Attachment = c.Attachment
		sameConfig(t, want, c)
	}
}

// TestRuntimeBeforeArgs: the runtime's own fields win over CNI_ARGS.
func TestRuntimeBeforeArgs(t *testing.T) {
	stdin := `{"name":"n","type":"nat","runtimeConfig":{"ips":["10.4.0.7"],"mac":"0e:2a:00:00:00:07"}}`
	c, problems := Parse(Input{Verb: "ADD", Stdin: []byte(stdin), Args: "IP=10.4.0.8;MAC=02:00:00:00:00:01"})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	want := minimal()
	want.IPs, want.MAC = []netip.Prefix{prefix("10.4.0.7/32")}, net.HardwareAddr{0x0e, 0x2a, 0, 0, 0, 7}
	sameConfig(t, want, c)
}
