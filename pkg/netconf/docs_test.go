package netconf

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const manual = "../../docs/configuration.md"

// docExample is a ```json block of the manual. Its marker, an HTML comment on the line before, says whether it is a
// whole configuration (none), a part of one (fragment) or rejected (refused: message).
type docExample struct {
	line         int
	marker, text string
}

// TestManualExamples parses every example of docs/configuration.md.
func TestManualExamples(t *testing.T) {
	examples := docExamples(t)
	for _, ex := range examples {
		stdin := []byte(ex.text)
		if ex.marker != "" {
			stdin = completed(t, ex)
		}
		_, problems := Parse(Input{Verb: "ADD", Stdin: stdin})
		want := strings.TrimPrefix(ex.marker, "refused: ")
		if want == ex.marker {
			want = ""
		}
		if got := problems.Error(); got != want {
			t.Errorf("line %d: problems %q, want %q", ex.line, got, want)
		}
	}
	if len(examples) < 15 {
		t.Errorf("only %d examples found", len(examples))
	}
	t.Logf("%d examples in %s", len(examples), manual)
}

// completed adds the fields of a fragment to the manual's smallest configuration.
func completed(t *testing.T, ex docExample) []byte {
	t.Helper()
	if ex.marker != "fragment" && !strings.HasPrefix(ex.marker, "refused: ") {
		t.Fatalf("line %d: unknown marker %q", ex.line, ex.marker)
	}
	conf := map[string]json.RawMessage{"cniVersion": []byte(`"1.0.0"`), "name": []byte(`"podnet"`), "type": []byte(`"sdnbridge"`)}
	if err := json.Unmarshal([]byte(ex.text), &conf); err != nil {
		t.Fatalf("line %d: %v", ex.line, err)
	}
	data, err := json.Marshal(conf)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func docExamples(t *testing.T) []docExample {
	t.Helper()
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	var all []docExample
	var open *docExample
	previous := ""
	for i, line := range strings.Split(string(data), "\n") {
		switch {
		case open != nil && line == "```":
			all = append(all, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		case line == "```json":
			marker, _ := strings.CutPrefix(previous, "<!-- ")
			open = &docExample{line: i + 1, marker: strings.TrimSuffix(marker, " -->")}
		}
		previous = line
	}
	return all
}

// TestManualIsComplete: every field that the schema describes is in the manual.
func TestManualIsComplete(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := source("schema.src.json")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	propertyNames(schema, names)
	if len(names) < 60 {
		t.Errorf("only %d fields found in the schema", len(names))
	}
	for _, name := range sorted(names) {
		lower := strings.ToLower(string(text))
		key := strings.ToLower(name)
		if !strings.Contains(lower, "`"+key+"`") && !strings.Contains(lower, "."+key+"`") && !strings.Contains(lower, `"`+key+`"`) {
			t.Errorf("%s is not in %s", name, manual)
		}
	}
}

func propertyNames(v any, names map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			propertyNames(item, names)
		}
	case map[string]any:
		properties, _ := v["properties"].(map[string]any)
		for name := range properties {
			names[name] = true
		}
		for _, value := range v {
			propertyNames(value, names)
		}
	}
}
