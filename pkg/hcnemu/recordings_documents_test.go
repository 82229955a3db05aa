package hcnemu

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/probe"
)

// ourDocument returns an empty document of a kind, or nil.
func ourDocument(kind Kind) any {
	switch kind {
	case KindNetwork:
		return new(hcnspec.Network)
	case KindEndpoint:
		return new(hcnspec.Endpoint)
	case KindNamespace:
		return new(hcnspec.Namespace)
	case KindLoadBalancer:
		return new(hcnspec.LoadBalancer)
	case KindSdnRoute:
		return new(hcnspec.SDNRoute)
	}
	return nil
}

// lost returns the fields of a document that decoding and encoding with our structure loses or changes. Zero values may
// be left out.
func lost(t *testing.T, kind Kind, text string) []string {
	t.Helper()
	ours := ourDocument(kind)
	if ours == nil {
		t.Fatalf("no document for %s", kind)
	}
	var before, after any
	if err := json.Unmarshal([]byte(text), &before); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if err := json.Unmarshal([]byte(text), ours); err != nil {
		return []string{err.Error()}
	}
	if err := json.Unmarshal([]byte(mustJSON(ours)), &after); err != nil {
		t.Fatal(err)
	}
	var fields []string
	have := flat("", after)
	for path, value := range flat("", before) {
		zero := value == nil || slices.Contains([]string{"0", "", "false", "[]", "{}"}, fmt.Sprint(value))
		if fmt.Sprint(have[path]) != fmt.Sprint(value) && !zero {
			fields = append(fields, fmt.Sprintf("%s %s (%v)", kind, path, value))
		}
	}
	slices.Sort(fields)
	return fields
}

// lostByCall is lost for the response of a query; other calls return no document.
func lostByCall(t *testing.T, api, response string) []string {
	t.Helper()
	kind, query := strings.CutSuffix(strings.TrimPrefix(api, "HcnQuery"), "Properties")
	if !query || !strings.HasPrefix(response, "{") {
		return nil
	}
	return lost(t, Kind(kind), response)
}

// TestRecordedDocumentsKeepTheirFields: documents that the newer functions returned survive decoding and encoding: those
// of hosts, of the emulator in every probe and golden file, and one of each kind with every field of Microsoft's schema
// page.
func TestRecordedDocumentsKeepTheirFields(t *testing.T) {
	documents := map[Kind][]string{}
	for _, r := range load[[]recording](t, "recordings.json") {
		if last := strings.Fields(r.Steps[len(r.Steps)-1].Call); last[0] == "Query" && r.Code == "" {
			documents[Kind(last[1])] = append(documents[Kind(last[1])], mustJSON(r.Answer))
		}
	}
	for kind, text := range load[map[Kind]json.RawMessage](t, "schema.json") {
		documents[kind] = append(documents[kind], string(text))
	}
	addGolden(t, documents)
	addProbed(t, documents)
	for _, kind := range []Kind{KindNetwork, KindEndpoint, KindNamespace, KindLoadBalancer, KindSdnRoute} {
		if len(documents[kind]) < 3 {
			t.Errorf("%d documents of %s, want more", len(documents[kind]), kind)
		}
		for _, text := range documents[kind] {
			for _, field := range lost(t, kind, text) {
				t.Errorf("our structure loses %s of %s", field, text)
			}
		}
	}
}

// addGolden adds the documents of the golden dumps.
func addGolden(t *testing.T, documents map[Kind][]string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var dump map[string][]json.RawMessage
		if json.Unmarshal(text, &dump) != nil {
			continue // of the older API
		}
		for _, kind := range []Kind{KindNetwork, KindEndpoint, KindNamespace, KindLoadBalancer, KindSdnRoute} {
			for _, doc := range dump[string(kind)+"s"] {
				documents[kind] = append(documents[kind], string(doc))
			}
		}
	}
}

// addProbed adds every document that the emulator returns to the probes.
func addProbed(t *testing.T, documents map[Kind][]string) {
	t.Helper()
	for _, version := range []hcnspec.Version{{Major: 9, Minor: 2}, {Major: 13, Minor: 3}, {Major: 16}} {
		n := newNode(t, fmt.Sprintf(`{"version":%q}`, version))
		report, err := probe.Run(t.Context(), n.host.HCN(), probe.Options{Version: version, Uplink: "Ethernet"})
		n.ok(err)
		for _, result := range report.Results {
			for _, call := range result.Calls {
				if kind, query := strings.CutSuffix(strings.TrimPrefix(call.API, "HcnQuery"), "Properties"); query && call.Response != "" {
					documents[Kind(kind)] = append(documents[Kind(kind)], call.Response)
				}
			}
		}
	}
}
