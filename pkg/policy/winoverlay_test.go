package policy

import (
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// TestPortsOfWinOverlay: win-overlay publishes no ports, and says so, unless the configuration asks for it.
func TestPortsOfWinOverlay(t *testing.T) {
	for _, row := range []struct {
		conf   string
		want   int
		warned bool
	}{
		{`"type": "win-overlay"`, 0, true},
		{`"type": "win-overlay", "optionalFlags": {"localRoutedPortMapping": true}`, 1, false},
		{`"type": "sdnoverlay"`, 1, false},
	} {
		conf, problems := netconf.Parse(netconf.Input{Verb: "ADD", Stdin: []byte(`{"cniVersion": "1.0.0", "name": "vxlan0", ` + row.conf + `,
			"runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}}`)})
		set, more := Compile(conf, hcnspec.Overlay)
		if problems = append(problems, more...); len(problems) > 0 {
			t.Fatal(problems)
		}
		got := set.Endpoint(hcnspec.IPv4)
		warned := strings.Contains(set.Warnings().Error(), "win-overlay publishes ports only with")
		if len(got) != row.want || warned != row.warned {
			t.Errorf("%s: %d policies, warned %v; want %d, %v", row.conf, len(got), warned, row.want, row.warned)
		}
	}
}
