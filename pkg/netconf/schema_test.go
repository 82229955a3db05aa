package netconf

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = examplesDir + "/schema.json"

// TestSchemaIsGenerated: schema.json is what schema.src.json means.
func TestSchemaIsGenerated(t *testing.T) {
	source, err := os.ReadFile("testdata/schema.src.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema any
	if err := json.Unmarshal(source, &schema); err != nil {
		t.Fatal(err)
	}
	expand(schema)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(schema); err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, out.Bytes())
}

// expand turns what JSON Schema cannot say shortly into what it can: properties match in any case and under
// their x-aliases, null counts as missing, and x-required, x-one-of and x-contains ignore case.
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
	if items, ok := v["items"].(map[string]any); ok && items["x-no-null"] == nil {
		v["items"] = orNull(items)
	} else if ok {
		delete(items, "x-no-null")
	}
	if required, ok := v["x-required"].([]any); ok {
		delete(v, "x-required")
		all, _ := v["allOf"].([]any)
		for _, name := range required {
			all = append(all, present(name.(string)))
		}
		v["allOf"] = all
	}
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

// expandProperties keeps the descriptions in properties, for editors, and puts the rules in patternProperties.
func expandProperties(v, properties map[string]any) {
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
		patterns[oneOf(names)] = orNull(rule)
	}
	v["patternProperties"] = patterns
	delete(v, "properties")
	if len(described) > 0 {
		v["properties"] = described
	}
}

func orNull(rule map[string]any) map[string]any {
	return map[string]any{"if": map[string]any{"not": map[string]any{"type": "null"}}, "then": rule}
}

// present holds where an object has the key in any case, and its value is not null.
func present(name string) map[string]any {
	lacking := map[string]any{"patternProperties": map[string]any{"^" + anyCase(name) + "$": map[string]any{"type": "null"}}}
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

// anyCase is a regular expression that every validator takes: JSON Schema knows no flags.
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

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// schemaRefuses says what the schema has against a configuration.
func schemaRefuses(schema *jsonschema.Schema, data []byte) error {
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(instance)
}

func TestSchemaTakesExamples(t *testing.T) {
	schema := compileSchema(t)
	for _, file := range exampleFiles(t) {
		for _, stdin := range handedOver(t, file) {
			if err := schemaRefuses(schema, stdin); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestSchemaRefusesBadInputs: the schema refuses each bad file, but for those that beyond-schema.txt lists
// with the reason; and it takes those, lest the list outlive its reasons.
func TestSchemaRefusesBadInputs(t *testing.T) {
	schema := compileSchema(t)
	beyond := beyondSchema(t)
	files := badFiles(t)
	for _, name := range sorted(files) {
		err := schemaRefuses(schema, files[name])
		switch reason, listed := beyond[name]; {
		case err == nil && !listed:
			t.Errorf("%s: the schema takes it", name)
		case err != nil && listed:
			t.Errorf("%s: the schema refuses it (%v), though beyond-schema.txt says: %s", name, err, reason)
		}
	}
	for name := range beyond {
		if files[name] == nil {
			t.Errorf("beyond-schema.txt lists %s, which is not there", name)
		}
	}
}

// beyondSchema maps files of testdata/bad to why no schema can refuse them.
func beyondSchema(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(badDir + "/beyond-schema.txt")
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || reason == "" {
			t.Fatalf("beyond-schema.txt: %q has no reason", line)
		}
		reasons[name] = reason
	}
	return reasons
}
