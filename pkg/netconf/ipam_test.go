package netconf

import "testing"

// TestParseIPAM: subnets, gateways and routes of each form of ipam.
func TestParseIPAM(t *testing.T) {
	four := Subnet{Prefix: prefix("10.4.0.0/16"), Gateway: addr("10.4.0.1")}
	six := Subnet{Prefix: prefix("fd00::/64"), Gateway: addr("fd00::1")}
	tests := []struct {
		name, fields string
		want         IPAM
	}{
		{"empty", `"ipam":{}`, IPAM{}},
		{"empty type", `"ipam":{"type":""}`, IPAM{}},
		{"subnet alone", `"ipam":{"Subnet":"10.4.0.0/16"}`, IPAM{Subnets: []Subnet{{Prefix: four.Prefix}}}},
		{"route GW", `"ipam":{"subnet":"10.4.0.0/16","routes":[{"GW":"10.4.0.1"}]}`, IPAM{Subnets: []Subnet{four}}},
		{"route gateway", `"ipam":{"subnet":"10.4.0.0/16","Routes":[{"Gateway":"10.4.0.1"}]}`, IPAM{Subnets: []Subnet{four}}},
		{"default route with Dst", `"ipam":{"subnet":"10.4.0.0/16","routes":[{"Dst":"0.0.0.0/0","gw":"10.4.0.1"}]}`, IPAM{Subnets: []Subnet{four}}},
		{"gateway of host-local", `"ipam":{"subnet":"10.4.0.0/16","gateway":"10.4.0.1"}`, IPAM{Subnets: []Subnet{four}}},
		{"the same gateway twice", `"ipam":{"subnet":"10.4.0.0/16","gateway":"10.4.0.1","routes":[{"GW":"10.4.0.1"}]}`, IPAM{Subnets: []Subnet{four}}},
		{"default route without a gateway", `"ipam":{"type":"host-local","subnet":"10.4.0.0/16","routes":[{"dst":"0.0.0.0/0"}]}`,
			IPAM{Type: "host-local", Subnets: []Subnet{{Prefix: four.Prefix}}}},
		{"other routes", `"ipam":{"subnet":"10.4.0.0/16","routes":[{"dst":"10.9.1.1/8"},{"dst":"1.0.0.0/8","gw":"10.4.0.9"}]}`,
			IPAM{Subnets: []Subnet{{Prefix: four.Prefix}}, Routes: []Route{{Dst: prefix("10.0.0.0/8")}, {Dst: prefix("1.0.0.0/8"), GW: addr("10.4.0.9")}}}},
		{"dual stack in ranges", `"ipam":{"type":"host-local","inProcess":true,"ranges":[[{"subnet":"10.4.0.0/16"}],[{"subnet":"fd00::/64"}]],
			"routes":[{"dst":"::/0","gw":"fd00::1"},{"dst":"0.0.0.0/0","gw":"10.4.0.1"}]}`, IPAM{Type: "host-local", InProcess: true, Subnets: []Subnet{four, six}}},
		{"two ranges of one subnet", `"ipam":{"type":"host-local","ranges":[[
			{"subnet":"10.4.0.0/16","rangeEnd":"10.4.0.9"},{"subnet":"10.4.0.0/16","rangeStart":"10.4.1.0","gateway":"10.4.0.1"}]]}`,
			IPAM{Type: "host-local", Subnets: []Subnet{four}}},
		{"subnet before ranges", `"ipam":{"type":"host-local","ranges":[[{"subnet":"fd00::/64","gateway":"fd00::1"}]],"subnet":"10.4.0.0/16","gateway":"10.4.0.1"}`,
			IPAM{Type: "host-local", Subnets: []Subnet{four, six}}},
		{"ranges of the runtime first", `"ipam":{"type":"host-local","subnet":"fd00::/64","gateway":"fd00::1"},
			"runtimeConfig":{"ipRanges":[[{"subnet":"10.4.0.0/16","gateway":"10.4.0.1"}]]}`, IPAM{Type: "host-local", Subnets: []Subnet{four, six}}},
		{"ranges of the runtime alone", `"runtimeConfig":{"ipRanges":[[{"subnet":"10.4.0.0/16","gateway":"10.4.0.1"}]]}`, IPAM{Subnets: []Subnet{four}}},
		{"gateway in the second subnet of its family", `"ipam":{"ranges":[[{"subnet":"10.5.0.0/16"}],[{"subnet":"10.4.0.0/16"}]],"routes":[{"gw":"10.4.0.1"}]}`,
			IPAM{Subnets: []Subnet{{Prefix: prefix("10.5.0.0/16")}, four}}},
		{"another plugin's subnet", `"ipam":{"type":"whereabouts","range":"10.4.0.0/16","subnet":"10.4.0.0/16"}`,
			IPAM{Type: "whereabouts", Subnets: []Subnet{{Prefix: four.Prefix}}}},
		{"Azure's fields for Azure's IPAM", `"ipam":{"type":"azure-vnet-ipam","environment":"azure","addressSpace":"x","queryInterval":"5","ipAddress":"10.0.0.9"}`,
			IPAM{Type: "azure-vnet-ipam"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkFields(t, tt.fields, func(c *Config) { c.IPAM = tt.want })
		})
	}
}

// TestForeignIPAM: the ipam section of another plugin is not validated.
func TestForeignIPAM(t *testing.T) {
	for _, fields := range []string{
		`"ranges":"all"`, `"ranges":[["x"]]`, `"subnet":{"v4":"x"}`, `"routes":{"x":1}`, `"subnet":"10.4.0.0/16","gateway":"10.9.0.1"`,
		`"routes":[{"dst":"x"}]`, `"gateway":7`,
	} {
		_, problems := Parse(Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"nat","ipam":{"type":"custom",` + fields + `}}`)})
		if err := problems.Err(); err != nil {
			t.Errorf("%s: %v", fields, err)
		}
	}
}
