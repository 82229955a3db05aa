package netconf

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

// TestSchemaIsGenerated: schema.json is up to date with schema.src.json and policies.src.json.
func TestSchemaIsGenerated(t *testing.T) {
	want, err := generated()
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, schemaFile, string(want))
}

// generated returns schema.json generated from its sources, computed once.
var generated = sync.OnceValues(func() ([]byte, error) {
	schema, err := source("schema.src.json")
	if err != nil {
		return nil, err
	}
	policies, err := source("policies.src.json")
	if err != nil {
		return nil, err
	}
	maps.Copy(schema["$defs"].(map[string]any), policies)
	expand(schema)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(schema)
	return out.Bytes(), err
})

func source(name string) (map[string]any, error) {
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	err = json.Unmarshal(data, &object)
	return object, err
}

// expand replaces the abbreviations of the sources with JSON Schema: properties match in any case and under their
// x-aliases, null counts as missing, and x-required, x-one-of and x-contains ignore case.
func expand(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			expand(item)
		}
	case map[string]any:
		for _, value := range v {
			expand(value)
		}
		expandObject(v)
	}
}

func expandObject(v map[string]any) {
	if properties, ok := v["properties"].(map[string]any); ok {
		expandProperties(v, properties)
	}
	expandItems(v)
	expandRequired(v)
	if texts, ok := v["x-one-of"].([]any); ok {
		delete(v, "x-one-of")
		v["type"] = "string"
		v["pattern"] = oneOf(texts)
	}
	if text, ok := v["x-contains"].(string); ok {
		delete(v, "x-contains")
		v["pattern"] = anyCase(text)
	}
}

// expandProperties keeps the descriptions in properties, for editors, and moves the rules to patternProperties.
func expandProperties(v, properties map[string]any) {
	empty := []any{nil}
	if v["x-empty-ok"] != nil {
		empty = append(empty, "")
		delete(v, "x-empty-ok")
	}
	patterns := map[string]any{}
	described := map[string]any{}
	for name, rule := range properties {
		rule := rule.(map[string]any)
		names := []any{name}
		if aliases, ok := rule["x-aliases"].([]any); ok {
			names = append(names, aliases...)
			delete(rule, "x-aliases")
		}
		if text, ok := rule["description"]; ok {
			described[name] = map[string]any{"description": text}
			delete(rule, "description")
		}
		patterns[oneOf(names)] = unless(empty, rule)
	}
	v["patternProperties"] = patterns
	delete(v, "properties")
	if len(described) > 0 {
		v["properties"] = described
	}
}

func expandItems(v map[string]any) {
	items, ok := v["items"].(map[string]any)
	switch {
	case !ok:
	case items["x-no-null"] != nil:
		delete(items, "x-no-null")
	default:
		v["items"] = unless([]any{nil}, items)
	}
}

func expandRequired(v map[string]any) {
	all, _ := v["allOf"].([]any)
	required, _ := v["x-required"].([]any)
	for _, name := range required {
		all = append(all, present([]any{name}, nil))
	}
	given, _ := v["x-given"].([]any)
	for _, names := range given {
		all = append(all, present(names.([]any), nil, ""))
	}
	delete(v, "x-required")
	delete(v, "x-given")
	if len(all) > 0 {
		v["allOf"] = all
	}
}

// unless accepts the values of empty, and those that the rule accepts.
func unless(empty []any, rule map[string]any) map[string]any {
	return map[string]any{"if": map[string]any{"not": map[string]any{"enum": empty}}, "then": rule}
}

// present accepts an object with one of the keys in any case, with a value that is not empty.
func present(names []any, empty ...any) map[string]any {
	lacking := map[string]any{"patternProperties": map[string]any{oneOf(names): map[string]any{"enum": empty}}}
	return map[string]any{"not": lacking}
}

func oneOf(texts []any) string {
	var all []string
	for _, text := range texts {
		all = append(all, anyCase(text.(string)))
	}
	if len(all) == 1 {
		return "^" + all[0] + "$"
	}
	return "^(" + strings.Join(all, "|") + ")$"
}

// anyCase returns a regular expression that every validator accepts: JSON Schema has no flags.
func anyCase(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			b.WriteString("[" + string(unicode.ToLower(r)) + string(unicode.ToUpper(r)) + "]")
		case strings.ContainsRune(".%", r):
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
