package attach

import (
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// TestNoProfileIsAnIPAMPlugin: a type that a profile serves is rejected as ipam.type, because the plugin would call
// itself endlessly; DEL treats it as missing.
func TestNoProfileIsAnIPAMPlugin(t *testing.T) {
	for _, p := range Profiles() {
		for _, name := range append([]string{p.Name, netconf.AnyType}, p.Types()...) {
			for _, written := range []string{name, strings.ToUpper(name), name + ".exe", name + ".EXE"} {
				stdin := []byte(`{"name":"n","type":"nat","ipam":{"type":"` + written + `"}}`)
				for _, verb := range []string{"ADD", "CHECK", "STATUS", "DEL", "GC"} {
					conf, problems := netconf.Parse(netconf.Input{Verb: verb, Stdin: stdin})
					lenient := verb == "DEL" || verb == "GC"
					if conf.IPAM.Type != "" || len(problems) == 0 && !lenient {
						t.Errorf("%s calls %q as its IPAM plugin (%v)", verb, conf.IPAM.Type, problems)
					}
				}
			}
		}
	}
}
