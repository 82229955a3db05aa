package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ginkgoReport = `[{"SpecReports": [
	{"ContainerHierarchyTexts": ["NetConf", "via v1 api"], "LeafNodeText": "appends it", "State": "passed"},
	{"ContainerHierarchyTexts": ["NetConf", "via v1 api"], "LeafNodeText": "appends it", "State": "panicked",
		"Failure": {"Message": "nil map"}},
	{"ContainerHierarchyTexts": null, "LeafNodeText": "later", "State": "pending"},
	{"ContainerHierarchyTexts": null, "LeafNodeText": "hangs", "State": "timedout"}
]}]`

func TestReadReport(t *testing.T) {
	var shown strings.Builder
	o, err := readReport(&shown, []byte(ginkgoReport))
	if err != nil {
		t.Fatal(err)
	}
	want := outcome{
		tests: []string{"NetConf/via_v1_api/appends_it", "NetConf/via_v1_api/appends_it#1", "later", "hangs"},
		results: map[string]result{
			"NetConf/via_v1_api/appends_it": passed, "NetConf/via_v1_api/appends_it#1": failed,
			"later": skipped, "hangs": unfinished,
		},
	}
	if diff := cmp.Diff(want, o, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	if !strings.Contains(shown.String(), "  FAIL  NetConf/via_v1_api/appends_it#1\n        nil map\n") {
		t.Errorf("shown:\n%s", shown.String())
	}
	for _, text := range []string{"", "[]", `[{"SpecReports": []}]`} {
		if _, err := readReport(&shown, []byte(text)); err == nil {
			t.Errorf("report %q: no error", text)
		}
	}
}
