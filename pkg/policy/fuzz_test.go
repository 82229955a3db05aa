package policy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// FuzzCompile passes any input through netconf to Compile. For every input: no panic, the same documents twice, a place
// and a text in every problem, and documents that are JSON.
func FuzzCompile(f *testing.F) {
	for _, file := range seedFiles(f) {
		stdin, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stdin)
	}
	f.Fuzz(func(t *testing.T, stdin []byte) {
		cfg, _ := parse(stdin)
		if cfg == nil {
			return
		}
		network, known := networkTypes[cfg.Type]
		if !known {
			network = hcnspec.L2Bridge
		}
		checkCompile(t, cfg, network)
	})
}

func seedFiles(f *testing.F) []string {
	f.Helper()
	var all []string
	for _, pattern := range []string{"testdata/good/*.json", "testdata/bad/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no seeds in %s (%v)", pattern, err)
		}
		all = append(all, files...)
	}
	return all
}

func checkCompile(t *testing.T, cfg *netconf.Config, network hcnspec.NetworkType) {
	t.Helper()
	set, problems := Compile(cfg, network)
	for _, p := range problems {
		if p.Path == "" || p.Message == "" {
			t.Errorf("problem without a place or a text: %+v", p)
		}
	}
	first := encoded(t, set)
	again, _ := Compile(cfg, network)
	if diff := cmp.Diff(first, encoded(t, again)); diff != "" {
		t.Errorf("a second Compile differs:\n%s", diff)
	}
	if len(problems) > 0 {
		return
	}
	for _, p := range set.Endpoint(hcnspec.DualStack) {
		checkEndpointPolicy(t, p)
	}
	set.Supported(hcnspec.Version{Major: 9, Minor: 2})
}

// checkEndpointPolicy decodes a document: the mandatory fields of a port mapping and a limit must be in it.
func checkEndpointPolicy(t *testing.T, p hcnspec.Policy) {
	t.Helper()
	switch p.Type {
	case hcnspec.PortMapping:
		var s hcnspec.PortMappingSetting
		if err := json.Unmarshal(p.Settings, &s); err != nil || s.ExternalPort == 0 || s.InternalPort == 0 || s.Protocol == 0 {
			t.Errorf("port mapping %s (%v)", p.Settings, err)
		}
	case hcnspec.QOS:
		var s hcnspec.QOSSetting
		if err := json.Unmarshal(p.Settings, &s); err != nil || s.MaximumOutgoingBandwidthInBytes < minBandwidth {
			t.Errorf("limit %s (%v)", p.Settings, err)
		}
	case hcnspec.ACL:
		var s hcnspec.ACLSetting
		if err := json.Unmarshal(p.Settings, &s); err != nil || s.Action == "" || s.Direction == "" {
			t.Errorf("ACL %s (%v)", p.Settings, err)
		}
	}
}

func encoded(t *testing.T, s *Set) string {
	t.Helper()
	return string(marshal(t, dumpOf(s, 3)))
}

// FuzzSettings mutates the settings of one policy, so that the fuzzer does not spend its time on JSON that netconf
// rejects.
func FuzzSettings(f *testing.F) {
	for _, file := range seedFiles(f) {
		stdin, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		cfg, _ := parse(stdin)
		for _, p := range cfg.Policies {
			f.Add(string(p.Kind), p.Type, []byte(p.JSON()))
		}
	}
	f.Fuzz(func(t *testing.T, kind, policyType string, settings []byte) {
		if !json.Valid(settings) {
			return
		}
		entry := map[string]any{"Name": kind, "Value": map[string]any{"Type": policyType, "Settings": json.RawMessage(settings)}}
		stdin, err := json.Marshal(map[string]any{"name": "n", "type": "sdnbridge", "AdditionalArgs": []any{entry}})
		if err != nil {
			return
		}
		cfg, _ := parse(stdin)
		for _, network := range []hcnspec.NetworkType{hcnspec.L2Bridge, hcnspec.Overlay} {
			checkCompile(t, cfg, network)
		}
	})
}
