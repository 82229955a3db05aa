package confcheck

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	examples    = "../../../../cni-conf-examples/"
	badConfs    = "../../../../pkg/netconf/testdata/bad/"
	badPolicies = "../../../../pkg/policy/testdata/bad/"
	fewest      = 400 // minimum number of bad inputs
)

func files(t *testing.T, patterns ...string) []string {
	t.Helper()
	var all []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestExamplesHaveNoErrors(t *testing.T) {
	all := files(t, examples+"*.conf", examples+"*.conflist")
	if len(all) == 0 {
		t.Fatal("no examples")
	}
	for _, file := range all {
		for _, f := range File(filepath.Base(file), read(t, file), Against{}) {
			if f.Severity == Error {
				t.Error(f)
			}
		}
	}
}

// Whatever the plugins reject is found here too, with its place in the file.
func TestEveryBadInputIsFoundAndPlaced(t *testing.T) {
	all := files(t, badConfs+"*.json", badPolicies+"*.json")
	if len(all) < fewest {
		t.Fatalf("%d bad inputs", len(all))
	}
	for _, file := range all {
		text := string(read(t, file))
		if strings.Contains(text, "runtimeConfig") || strings.Contains(text, "prevResult") {
			continue // the runtime's additions are not in files
		}
		findings := File(filepath.Base(file), []byte(text), Against{})
		if Errors(findings) == 0 {
			t.Errorf("%s: no error among %v", filepath.Base(file), findings)
		}
		for _, f := range findings {
			if f.Severity == Error && f.Line == 0 {
				t.Errorf("%s: no place in the file for %q", filepath.Base(file), f)
			}
		}
	}
}

// The same configuration in a list has the same findings, one level deeper.
func TestListsAreReadAsLibcniReadsThem(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"name and version come from the list",
			`{"cniVersion": "9.9", "name": "bad name", "plugins": [{"type": "nat", "name": "good", "cniVersion": "1.0.0", "vlan": 0}]}`,
			`x.conflist:1:16: error: cniVersion "9.9": want one of 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0
x.conflist:1:31: error: name "bad name": want letters, digits and _ . - with a letter or a digit first
x.conflist:1:55: warning: plugins[0].capabilities portMappings is not true: the runtime ignores published ports without an error
x.conflist:1:55: warning: plugins[0].capabilities dns is not true: the runtime does not pass on the pod's DNS settings
x.conflist:1:118: error: plugins[0].vlan 0: want a whole number from 1 to 4094`},
		{"a plugin that is no object", `{"cniVersion": "1.0.0", "name": "n", "plugins": [7]}`, `x.conflist:1:50: error: plugins[0] want an object`},
		{"plugins that are no list", `{"plugins": {}}`, `x.conflist:1:13: error: plugins want a list of plugins`},
		{"not an object", `[]`, `x.conflist:1:1: error: the configuration is a list: want a JSON object`},
		{"null", `null`, `x.conflist:1:1: error: the configuration is null: want a JSON object`},
		{"cut off", "{\"name\": \"n\",\n\"plu", `x.conflist:2:4: error: not JSON: unexpected end of JSON input`},
		{"a later plugin is another project's", `{"cniVersion": "1.0.0", "name": "n", "plugins": [
{"type": "nat", "capabilities": {"portMappings": true, "dns": true}}, {"type": "bandwidth"}]}`, ``},
		{"flannel's delegate is no object", `{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "flannel", "delegate": 7, "capabilities": {"portMappings": true, "dns": true}}]}`,
			`x.conflist:1:82: error: plugins[0].delegate want an object`},
		{"flannel's default delegate", `{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "flannel", "capabilities": {"portMappings": true, "dns": true}}]}`, ``},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, f := range File("x.conflist", []byte(row.text), Against{}) {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(row.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzFile(f *testing.F) {
	f.Add("x.conflist", `{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "flannel", "delegate": {"type": "nat"}}]}`)
	f.Add("x.conf", `{"name": "n", "type": "nat", "ipam": {"subnet": "10.0.0.0/33"}}`)
	f.Fuzz(func(t *testing.T, name, text string) {
		for _, found := range File(name, []byte(text), Against{}) {
			if found.Message == "" || found.Severity == "" {
				t.Errorf("an empty finding: %+v", found)
			}
		}
	})
}
