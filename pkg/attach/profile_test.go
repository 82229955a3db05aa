package attach

import (
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// The plugin of microsoft/SDN named the type of the network in "name"; its examples are the first four rows.
func TestProfileOfAConfigurationForThePluginOfAllTypes(t *testing.T) {
	for _, row := range []struct{ name, more, want string }{
		{"nat", ``, "nat"},
		{"l2bridge", ``, "sdnbridge"},
		{"l2tunnel", ``, "sdntunnel"},
		{"transparent", ``, "transparent"},
		{"overlay", ``, "sdnoverlay"},
		{"cbr0", ``, "sdnbridge"},
		{"vxlan0", `, "vsid": 4096`, "sdnoverlay"},
		{"vxlan0", `, "AdditionalArgs": [{"Name": "EndpointPolicy", "Value": {"Type": "PA", "PA": "10.0.0.4"}}]`, "sdnoverlay"},
		{"cbr0", `, "AdditionalArgs": [{"Name": "EndpointPolicy", "Value": {"Type": "ROUTE", "DestinationPrefix": "10.0.0.0/8", "NeedEncap": true}}]`, "sdnbridge"},
	} {
		for _, spelling := range []string{netconf.AnyType, netconf.AnyType + ".exe", "WinCNI.EXE"} {
			conf, problems := netconf.Parse(netconf.Input{Verb: "STATUS",
				Stdin: []byte(`{"cniVersion": "0.2.0", "name": "` + row.name + `", "type": "` + spelling + `"` + row.more + `}`)})
			if problems != nil {
				t.Fatal(problems)
			}
			got, err := ProfileOf(conf)
			if err != nil || got.Name != row.want {
				t.Errorf("type %s, name %s%s: served by %q, %v, want %s", spelling, row.name, row.more, got.Name, err, row.want)
			}
			if problems, _ := got.Validate(conf); problems != nil {
				t.Errorf("type %s, name %s%s: %s refuses it: %v", spelling, row.name, row.more, got.Name, problems)
			}
		}
	}
	if _, err := ProfileFor(netconf.AnyType); err == nil {
		t.Error("the name alone does not say which plugin serves it")
	}
}
