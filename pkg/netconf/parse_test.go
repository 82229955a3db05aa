package netconf

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// minimal is the Config of {"name": "n", "type": "nat"}.
func minimal() *Config {
	return &Config{
		CNIVersion: "0.1.0", Name: "n", Type: "nat", CreateNetwork: true, EndpointMACPrefix: [2]byte{0x0e, 0x2a},
		Timeout: time.Minute, LogLevel: "info",
	}
}

// sameConfig compares without Stdin and Args, which are unchanged inputs.
func sameConfig(t *testing.T, want, got *Config) {
	t.Helper()
	opts := []cmp.Option{cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{}), cmpopts.IgnoreFields(Config{}, "Stdin", "Args", "Document"), cmpopts.IgnoreFields(Subnet{}, "Path")}
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }
func addr(s string) netip.Addr     { return netip.MustParseAddr(s) }

// TestParseFields: the result of each way to write a field.
func TestParseFields(t *testing.T) {
	tests := []struct {
		name   string
		fields string // in addition to name and type
		change func(*Config)
	}{
		{"nothing", ``, func(*Config) {}},
		{"nulls are missing fields", `"ipam":null,"dns":null,"vlan":null,"policies":null,"runtimeConfig":null,"capabilities":null`, func(*Config) {}},
		{"unknown fields", `"x":{"y":[1]},"bridge":"azure0"`, func(*Config) {}},
		{"CNI version", `"CNIVERSION":"1.1.0"`, func(c *Config) { c.CNIVersion = "1.1.0" }},
		{"createNetwork off", `"createNetwork":false`, func(c *Config) { c.CreateNetwork = false }},
		{"createNetwork asked for", `"createnetwork":true`, func(c *Config) { c.CreateNetworkAsked = true }},
		{"one VSID", `"VSID":5000`, func(c *Config) { c.VSIDs = []uint32{5000} }},
		{"VSIDs", `"vsid":[4096,16777214]`, func(c *Config) { c.VSIDs = []uint32{4096, 16777214} }},
		{"MAC prefix with a colon", `"endpointMacPrefix":"02:ff"`, func(c *Config) { c.EndpointMACPrefix = [2]byte{2, 255} }},
		{"masquerading", `"ipMasq":true,"ipMasqNetwork":"10.244.1.0/16"`, func(c *Config) {
			c.IPMasq, c.IPMasqNetwork = true, prefix("10.244.0.0/16")
		}},
		{"no masquerading network", `"ipMasqNetwork":""`, func(*Config) {}},
		{"Azure's timeout", `"windowsSettings":{"hnsTimeoutDurationInSeconds":120}`, func(c *Config) { c.Timeout = 2 * time.Minute }},
		{"ours goes first", `"windowsSettings":{"hnsTimeoutDurationInSeconds":120},"hnsTimeoutSeconds":5`, func(c *Config) {
			c.Timeout = 5 * time.Second
		}},
		{"Azure without a timeout", `"windowsSettings":{"hnsTimeoutDurationInSeconds":0}`, func(*Config) {}},
		{"loopback DSR of win-bridge", `"loopbackDSR":true`, func(c *Config) { c.Flags.LoopbackDSR = true }},
		{"loopback DSR of Azure", `"windowsSettings":{"enableLoopbackDSR":true}`, func(c *Config) { c.Flags.LoopbackDSR = true }},
		{"loopback DSR among the flags", `"optionalFlags":{"LoopbackDSR":true}`, func(c *Config) { c.Flags.LoopbackDSR = true }},
		{"any loopback DSR is enough", `"optionalFlags":{"loopbackDSR":true},"loopbackDSR":false`, func(c *Config) { c.Flags.LoopbackDSR = true }},
		{"logging", `"logFile":"D:/log/cni.log","logLevel":"WARNING"`, func(c *Config) { c.LogFile, c.LogLevel = "D:/log/cni.log", "warn" }},
		{"a value twice, as libcni injects it", `"Name":"n"`, func(*Config) {}},
		{"prevResult", `"prevResult":{"ips": [ ]}`, func(c *Config) { c.PrevResult = []byte(`{"ips": [ ]}`) }},
		{"valid attachments", `"cni.dev/valid-attachments":[{"containerID":"a","ifname":"eth0"}]`, func(c *Config) {
			c.HasValidAttachments, c.ValidAttachments = true, []ValidAttachment{{"a", "eth0"}}
		}},
		{"no valid attachment", `"cni.dev/valid-attachments":[]`, func(c *Config) { c.HasValidAttachments = true }},
		{"a runtime's nil list", `"cni.dev/valid-attachments":null`, func(c *Config) { c.HasValidAttachments = true }},
		{"attachments under the early name", `"cni.dev/attachments":[{"containerID":"a","ifname":"eth0"}]`, func(c *Config) {
			c.HasValidAttachments, c.ValidAttachments = true, []ValidAttachment{{"a", "eth0"}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkFields(t, tt.fields, tt.change) })
	}
}

// checkFields parses a minimal configuration with more fields and compares it with a changed minimal one.
func checkFields(t *testing.T, fields string, change func(*Config)) {
	t.Helper()
	stdin := `{"name":"n","type":"nat"`
	if fields != "" {
		stdin += "," + fields
	}
	got, problems := Parse(Input{Verb: "ADD", Stdin: []byte(stdin + "}")})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	want := minimal()
	change(want)
	sameConfig(t, want, got)
}

func TestParseKeepsInput(t *testing.T) {
	stdin := []byte(` {"name":"n","type":"nat","ipam":{"x" : 1}} `)
	c, problems := Parse(Input{
		Verb: "ADD", Stdin: stdin, ContainerID: "id", Netns: "guid", IfName: "eth1", Args: "K8S_POD_NAME=p;K8S_POD_NAMESPACE=ns",
	})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if string(c.Stdin) != string(stdin) || c.Args != "K8S_POD_NAME=p;K8S_POD_NAMESPACE=ns" {
		t.Errorf("stdin %q, args %q: not as they came", c.Stdin, c.Args)
	}
	want := Attachment{ContainerID: "id", Namespace: "guid", IfName: "eth1", PodName: "p", PodNamespace: "ns"}
	if diff := cmp.Diff(want, c.Attachment); diff != "" {
		t.Error(diff)
	}
	stdin[0] = 'x'
	if c.Stdin[0] != ' ' {
		t.Error("the Config changes with the caller's buffer")
	}
}

// TestLenient: DEL uses the readable parts of a broken configuration.
func TestLenient(t *testing.T) {
	stdin := `{"name":"n","vlan":"x","hnsTimeoutSeconds":0,"ipam":{"type":"host-local","subnet":"bad"},"runtimeConfig":{"portMappings":[{"hostPort":0}]}}`
	got, problems := Parse(Input{Verb: "DEL", Stdin: []byte(stdin), Args: "MAC=x"})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	want := minimal()
	want.Type = ""
	want.IPAM.Type = "host-local"
	wantWarnings := []string{
		"type is missing: want the plugin's name, for example sdnbridge",
		`vlan "x": want a number from 1 to 4094`,
		"hnsTimeoutSeconds 0: want a whole number from 1 to 600",
		`ipam.subnet "bad": not a prefix in CIDR notation, as 10.4.0.0/16 or fd00:4::/64`,
		"runtimeConfig.portMappings[0].containerPort is missing: want a number from 1 to 65535",
		"runtimeConfig.portMappings[0].hostPort 0: want a whole number from 1 to 65535",
		`CNI_ARGS:MAC "x": not a MAC address of six bytes, as 0e:2a:0a:04:00:09`,
	}
	if diff := cmp.Diff(wantWarnings, got.Warnings.Texts()); diff != "" {
		t.Error(diff)
	}
	want.Warnings = got.Warnings
	sameConfig(t, want, got)
}

// TestWarnings: a field without effect causes a warning, not an error.
func TestWarnings(t *testing.T) {
	tests := []struct{ fields, want string }{
		{`"apiVersion":1`, "apiVersion 1: only version 2 of the HNS API is used; it serves this configuration too"},
		{`"ipam":{"environment":"azure"}`, `ipam.environment "azure": has no effect without Azure's IPAM`},
		{`"ipam":{"addressSpace":"local"}`, `ipam.addressSpace "local": has no effect without Azure's IPAM`},
		{`"ipam":{"queryInterval":"5"}`, `ipam.queryInterval "5": has no effect without Azure's IPAM`},
		{`"ipam":{"ipAddress":"10.0.0.9"}`, `ipam.ipAddress "10.0.0.9": has no effect; the ips capability or IP of CNI_ARGS requests an address`},
		{`"ipam":{"ipAddress":9}`, `ipam.ipAddress 9: has no effect; the ips capability or IP of CNI_ARGS requests an address`},
		{`"ipam":{"ipAddress":{}}`, `ipam.ipAddress (an object): has no effect; the ips capability or IP of CNI_ARGS requests an address`},
		{`"ipam":{"ipAddress":"","environment":"azure"}`, `ipam.environment "azure": has no effect without Azure's IPAM`},
		{`"ipam":{"subnet":"10.4.0.1/16"}`, `ipam.subnet "10.4.0.1/16": host bits are set; taken as 10.4.0.0/16`},
		{`"ipam":{"gateway":"10.4.0.1"}`, `ipam.gateway "10.4.0.1": no IPv4 subnet is configured that this gateway could be in; the HNS network's own is used`},
		{`"ipam":{"routes":[{"GW":""}]}`, `ipam.routes[0] (an object): a route with neither dst nor gw has no effect`},
		{`"ipam":{"routes":[{"dst":""}]}`, `ipam.routes[0] (an object): a route with neither dst nor gw has no effect`},
		{`"ipam":{"routes":[{"dst":"","GW":"0.0.0.0"}]}`, `ipam.routes[0].GW "0.0.0.0": the unspecified address is not a gateway; ignored`},
		{`"ipam":{"routes":[{"dst":"10.0.0.0/8","GW":"0.0.0.0"}]}`, `ipam.routes[0].GW "0.0.0.0": the unspecified address is not a gateway; ignored`},
		{`"ipam":{"subnet":"10.4.0.0/16","rangeEnd":"10.4.0.9"}`, `ipam.rangeEnd "10.4.0.9": has no effect: HNS assigns the addresses`},
		{`"ipam":{"type":"calico-ipam","subnet":"usePodCidr"}`, `ipam.subnet "usePodCidr": not a prefix in CIDR notation, as 10.4.0.0/16 or fd00:4::/64`},
		{`"capabilities":{"dnsCapabilities":true}`, "capabilities.dnsCapabilities true: has no effect; the capability is called dns"},
		{`"capabilities":{"portMapping":true}`, "capabilities.portMapping true: has no effect; the capability is called portMappings"},
		{`"mastr":"Ethernet"`, `mastr "Ethernet": not a field that is known here; did you mean master?`},
		{`"logLevl":"debug"`, `logLevl "debug": not a field that is known here; did you mean logLevel?`},
		{`"optionalFlags":{"loopbakDSR":true}`, `optionalFlags.loopbakDSR true: not a field that is known here; did you mean loopbackDSR?`},
		{`"mtu":1400`, `mtu 1400: has no effect: a pod has the MTU of the network's adapter; the policy EncapOverhead lowers it`},
		{`"dns":{"search":[""]}`, `dns.search[0] "": an empty entry is ignored`},
		{`"dns":{"nameservers":[""]}`, `dns.nameservers[0] "": an empty entry is ignored`},
		{`"AdditionalArgs":[{"Name":"color","Value":7}]`, `AdditionalArgs[0].Name "color": is not a policy and has no effect; policies are EndpointPolicy, NetworkPolicy, SubnetPolicy, LoadBalancerPolicy`},
		{`"AdditionalArgs":[{"Name":"EndpointPolicy","Value":{"Type":"ACL","Settings":{},"Action":"Block"}}]`, `AdditionalArgs[0].Value.Action "Block": has no effect next to Settings`},
		{`"runtimeConfig":{"portMappings":[{"hostPort":1,"containerPort":2},{"hostPort":1,"containerPort":2,"protocol":"TCP"}]}`,
			"runtimeConfig.portMappings[1] (an object): the same port mapping is already in the list"},
	}
	for _, tt := range tests {
		c, problems := Parse(Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"nat",` + tt.fields + `}`)})
		if diff := cmp.Diff([]string{tt.want}, c.Warnings.Texts()); diff != "" || len(problems) > 0 {
			t.Errorf("%s: problems %v, warnings (-want +got):\n%s", tt.fields, problems, diff)
		}
	}
}

func TestProblems(t *testing.T) {
	if err := (confdoc.Findings{}).Err(); err != nil {
		t.Errorf("no problems are the error %v", err)
	}
	ps := confdoc.Findings{{Path: "vlan", Message: "0: want more"}, {Message: "the document is odd"}}
	if got, want := ps.Err().Error(), "vlan 0: want more; the document is odd"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCreateNetworkOfContainerNetworking: win-bridge and win-overlay create no network unless they are told to.
func TestCreateNetworkOfContainerNetworking(t *testing.T) {
	for conf, want := range map[string]bool{
		`"type": "sdnbridge"`:                              true,
		`"type": "l2bridge", "createNetwork": false`:       false,
		`"type": "win-bridge"`:                             false,
		`"type": "WIN-OVERLAY.exe"`:                        false,
		`"type": "win-overlay", "createNetwork": true`:     true,
		`"type": "win-bridge.exe", "createNetwork": false`: false,
	} {
		c, problems := Parse(Input{Verb: "STATUS", Stdin: []byte(`{"cniVersion": "1.0.0", "name": "cbr0", ` + conf + `}`)})
		if len(problems) > 0 || c.CreateNetwork != want {
			t.Errorf("%s: %v, %v; want %v", conf, c.CreateNetwork, problems, want)
		}
	}
}
