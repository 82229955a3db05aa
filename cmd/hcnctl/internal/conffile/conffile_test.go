package conffile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	for _, row := range []struct{ name, file, text, want string }{
		{"a single configuration", "x.conf", `{"name": "n", "type": "nat", "ipam": {"type": "host-local", "dataDir": "/d"}}`,
			`n nat  host-local /d {"name": "n", "type": "nat", "ipam": {"type": "host-local", "dataDir": "/d"}}`},
		{"keys in any case", "x.conf", `{"Name": "n", "TYPE": "nat"}`, `n nat    {"Name": "n", "TYPE": "nat"}`},
		{"a list gives name and version", "x.conflist", `{"name": "n", "cniVersion": "1.0.0", "plugins": [{"type": "nat", "name": "other"}, {"type": "tuning"}]}`,
			`n nat plugins[0].   {"cniVersion":"1.0.0","name":"n","type":"nat"}
n tuning plugins[1].   {"cniVersion":"1.0.0","name":"n","type":"tuning"}`},
		{"flannel gives name, version and addresses", "x.conf",
			`{"name": "cbr0", "type": "flannel", "delegate": {"type": "sdnbridge", "name": "other", "ipam": {"type": "dhcp"}}}`,
			`cbr0 flannel    {"delegate":{"type":"sdnbridge","name":"other","ipam":{"type":"dhcp"}},"name":"cbr0","type":"flannel"}
cbr0 sdnbridge delegate. host-local  {"cniVersion":"0.2.0","name":"cbr0","type":"sdnbridge"} delegate`},
		{"flannel's default delegate", "x.conflist", `{"name": "n", "cniVersion": "0.3.1", "plugins": [{"type": "flannel", "delegate": null}]}`,
			`n flannel plugins[0].   {"cniVersion":"0.3.1","delegate":null,"name":"n","type":"flannel"}
n win-bridge plugins[0].delegate. host-local  {"cniVersion":"0.3.1","name":"n","type":"win-bridge"} delegate`},
		{"a list in a .conf", "x.conf", `{"plugins": []}`, `problem: plugins is a list of plugins: runtimes read it only from a file named .conflist`},
		{"an empty list", "x.conflist", `{"plugins": []}`, `problem: plugins is missing or empty: a .conflist needs at least one plugin; a single configuration belongs in a .conf`},
		{"one bad plugin of two", "x.conflist", `{"name": "n", "plugins": [7, {"type": "nat"}]}`,
			`n nat plugins[1].   {"name":"n","type":"nat"}
problem: plugins[0] want an object`},
		{"a bad delegate", "x.conf", `{"name": "n", "type": "flannel", "delegate": 7}`,
			`n flannel    {"name": "n", "type": "flannel", "delegate": 7}
problem: delegate want an object`},
		{"not JSON", "x.conf", `{`, `problem: not a JSON object`},
	} {
		t.Run(row.name, func(t *testing.T) {
			calls, problems := Read(row.file, []byte(row.text))
			var lines []string
			for _, c := range calls {
				line := fmt.Sprint(c.Network, " ", c.Type, " ", c.Path, " ", c.IPAM, " ", c.DataDir, " ", string(c.Stdin))
				if c.Delegate {
					line += " delegate"
				}
				lines = append(lines, line)
			}
			for _, p := range problems {
				lines = append(lines, "problem: "+p.Error())
			}
			if diff := cmp.Diff(row.want, strings.Join(lines, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWithLease(t *testing.T) {
	calls, _ := Read("x.conf", []byte(`{"name": "n", "type": "flannel"}`))
	want := `{"cniVersion":"0.2.0","ipam":{"subnet":"10.244.3.0/24","type":"host-local"},"name":"n","type":"win-bridge"}`
	if diff := cmp.Diff(want, string(calls[1].WithLease("10.244.3.0/24"))); diff != "" {
		t.Error(diff)
	}
	if got := calls[0].WithLease("10.244.3.0/24"); string(got) != string(calls[0].Stdin) {
		t.Errorf("flannel itself got a lease: %s", got)
	}
}
