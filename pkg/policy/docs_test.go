package policy

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

const policiesDoc = "../../docs/policies.md"

var jsonBlock = regexp.MustCompile("(?s)```json\n(.*?)```")

// docOrder is the order in which the documentation lists networks.
var docOrder = []string{"nat", "sdnbridge", "sdnoverlay", "sdntunnel", "transparent"}

// TestDocumentedPolicies compares the section of each policy type in docs/policies.md with the catalog: the objects it
// applies to, its older names, the HNS versions and the networks. Its examples compile on each of these.
func TestDocumentedPolicies(t *testing.T) {
	sections := docSections(t)
	for _, e := range catalog() {
		t.Run(string(e.name), func(t *testing.T) {
			section, ok := sections[string(e.name)]
			if !ok {
				t.Fatalf("docs/policies.md has no section %q", e.name)
			}
			if diff := cmp.Diff(e.documented(), documentedIn(section)); diff != "" {
				t.Errorf("docs/policies.md (-want +got):\n%s", diff)
			}
			examples := jsonBlock.FindAllStringSubmatch(section, -1)
			if len(examples) == 0 {
				t.Error("no example")
			}
			for _, example := range examples {
				e.checkExample(t, example[1])
			}
		})
	}
}

// TestDocumentedConfigurations compiles the examples that are whole configurations.
func TestDocumentedConfigurations(t *testing.T) {
	doc, err := os.ReadFile(policiesDoc)
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, block := range jsonBlock.FindAllStringSubmatch(string(doc), -1) {
		if !strings.Contains(block[1], "cniVersion") {
			continue
		}
		whole++
		set := compiled(t, []byte(block[1]))
		if len(set.Warnings()) > 0 {
			t.Errorf("%s\n%s", block[1], set.Warnings())
		}
	}
	if whole == 0 {
		t.Error("no whole configuration found")
	}
}

func docSections(t *testing.T) map[string]string {
	t.Helper()
	doc, err := os.ReadFile(policiesDoc)
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(doc), "\n### ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		body, _, _ = strings.Cut(body, "\n## ")
		sections[title] = body
	}
	return sections
}

// documented is the required documentation of a type.
func (e *entry) documented() map[string]string {
	lines := map[string]string{"HNS": "9.2+"}
	var kinds []string
	for _, k := range e.kinds {
		kinds = append(kinds, string(k))
	}
	lines["Under"] = strings.Join(kinds, ", ")
	if len(e.older) > 0 {
		lines["Older names"] = strings.Join(e.older, ", ")
	}
	if e.gate != nil {
		lines["HNS"] = fmt.Sprintf("%s (%s)", e.gate.Versions(), e.gate.Name)
	}
	if e.name == loopbackDSR {
		lines["HNS"] = fmt.Sprintf("%s (%s)", hcnspec.FeatureDSR.Versions(), hcnspec.FeatureDSR.Name)
	}
	var networks []string
	for _, executable := range docOrder {
		if n := networkTypes[executable]; !slices.Contains(e.not, n) {
			networks = append(networks, string(n))
		}
	}
	lines["Networks"] = strings.Join(networks, ", ")
	return lines
}

// documentedIn reads the lines "- Key: value" of a section. What follows a semicolon depends on settings.
func documentedIn(section string) map[string]string {
	lines := map[string]string{}
	for line := range strings.Lines(section) {
		key, text, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "- "), ": ")
		if ok && slices.Contains([]string{"HNS", "Under", "Older names", "Networks"}, key) {
			lines[key], _, _ = strings.Cut(text, ";")
		}
	}
	return lines
}

func (e *entry) checkExample(t *testing.T, example string) {
	t.Helper()
	for _, executable := range docOrder {
		if slices.Contains(e.not, networkTypes[executable]) {
			continue
		}
		set := compiled(t, confWith(t, executable, map[string]any{"AdditionalArgs": []any{json.RawMessage(example)}}))
		if networkTypes[executable] != hcnspec.NAT && len(set.Warnings()) > 0 {
			t.Errorf("%s\n%s", example, set.Warnings())
		}
		if !madeSomething(set, e) {
			t.Errorf("on %s it comes to nothing: %s", executable, example)
		}
	}
}

// madeSomething reports whether the result has a policy of the type, or its substitute.
func madeSomething(set *Set, e *entry) bool {
	if slices.Contains(e.kinds, netconf.LoadBalancerPolicy) {
		return len(set.LoadBalancers()) == 1
	}
	all := slices.Concat(set.Network(), set.SubnetAt(0), set.Endpoint(hcnspec.DualStack))
	return slices.ContainsFunc(all, func(p hcnspec.Policy) bool {
		return p.Type == e.name || e.name == loopbackDSR && p.Type == hcnspec.OutBoundNAT
	})
}
