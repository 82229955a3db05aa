package policy

import (
	"encoding/json"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// networkTypes are the networks of the five executables.
var networkTypes = map[string]hcnspec.NetworkType{
	"nat": hcnspec.NAT, "sdnbridge": hcnspec.L2Bridge, "sdnoverlay": hcnspec.Overlay,
	"sdntunnel": hcnspec.L2Tunnel, "transparent": hcnspec.Transparent,
}

// parse reads a plugin's configuration as ADD receives it.
func parse(stdin []byte) (*netconf.Config, confdoc.Findings) {
	return netconf.Parse(netconf.Input{
		Verb: "ADD", Stdin: stdin, ContainerID: "c0ffee", IfName: "eth0",
		Netns: "8b4e5d2f-2b1c-4d55-9d55-0c0a3b1f5e11",
	})
}

// mustParse is parse for a configuration that netconf accepts.
func mustParse(t *testing.T, stdin []byte) *netconf.Config {
	t.Helper()
	cfg, problems := parse(stdin)
	if err := problems.Err(); err != nil {
		t.Fatalf("netconf refuses the configuration: %v\n%s", err, stdin)
	}
	return cfg
}

// confWith is a configuration for an executable with the given policy list and other fields.
func confWith(t *testing.T, executable string, fields map[string]any) []byte {
	t.Helper()
	conf := map[string]any{"cniVersion": "1.0.0", "name": "cbr0", "type": executable}
	if executable == "nat" {
		conf["name"] = "nat"
	}
	for key, v := range fields {
		conf[key] = v
	}
	return marshal(t, conf)
}

// compiled compiles a configuration that must be valid.
func compiled(t *testing.T, stdin []byte) *Set {
	t.Helper()
	cfg := mustParse(t, stdin)
	set, problems := Compile(cfg, networkTypes[cfg.Type])
	if err := problems.Err(); err != nil {
		t.Fatalf("Compile: %v\n%s", err, stdin)
	}
	return set
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}
