package confcheck

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// TestNetworkBesideAnother: a configuration whose network would be created on an adapter that another network uses.
func TestNetworkBesideAnother(t *testing.T) {
	live := &node.Node{
		Version: hcnspec.Version{Major: 13, Minor: 3},
		Adapters: []hostnet.Adapter{
			{Name: "Ethernet", Up: true},
			{Name: "vEthernet (Ethernet)", Up: true, Virtual: true, Gateway: netip.MustParseAddr("10.127.0.1"), Addresses: []netip.Prefix{netip.MustParsePrefix("10.127.0.10/24")}},
			{Name: "Ethernet 2", Up: true},
		},
		Networks: []hcnspec.Network{{ID: "N1", Name: "cbr0", Type: hcnspec.L2Bridge}, {ID: "N2", Name: "nat"}},
	}
	for _, row := range []struct{ name, conf, want string }{
		{"another type", `{"cniVersion":"1.0.0","name":"lan","type":"transparent"}`,
			`type "transparent": the network would be created on adapter "Ethernet" beside "cbr0" (L2Bridge); ` + node.Sharing},
		{"another type on the adapter by name", `{"cniVersion":"1.0.0","name":"lan","type":"transparent","master":"Ethernet"}`,
			`type "transparent": the network would be created on adapter "Ethernet" beside "cbr0" (L2Bridge); ` + node.Sharing},
		{"another adapter", `{"cniVersion":"1.0.0","name":"lan","type":"transparent","master":"Ethernet 2"}`, ""},
		{"the same type", `{"cniVersion":"1.0.0","name":"other","type":"sdnbridge","ipam":{"subnet":"10.9.0.0/24","routes":[{"GW":"10.9.0.1"}]}}`, ""},
		{"no adapter needed", `{"cniVersion":"1.0.0","name":"nat2","type":"nat","createNetwork":true}`, ""},
		{"it exists", `{"cniVersion":"1.0.0","name":"cbr0","type":"sdnbridge"}`, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := ""
			for _, f := range File("a.conf", []byte(row.conf), Against{Live: live}) {
				if f.Path == "type" {
					got = f.Path + " " + f.Message
				}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("finding (-want +got):\n%s", diff)
			}
		})
	}
}
