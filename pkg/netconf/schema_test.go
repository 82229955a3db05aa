package netconf

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	schemaFile = examplesDir + "/schema.json"
	policyDir  = "../policy/testdata"
)

// compiled compiles the schema once, because that is slow.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	data, err := generated()
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		return nil, err
	}
	return compiler.Compile("schema.json")
})

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// schemaRefuses returns the schema's errors about a configuration.
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

// TestSchemaAndLists: the schema accepts every example as it is in its directory, and rejects a list for an error in
// one of this project's plugins, including flannel's delegate, but not for another project's plugin.
func TestSchemaAndLists(t *testing.T) {
	schema := compileSchema(t)
	lists := 0
	for _, file := range exampleFiles(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".conflist") {
			lists++
		}
		if err := schemaRefuses(schema, data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if lists < 4 {
		t.Errorf("only %d lists among the examples", lists)
	}
	for _, row := range []struct {
		text string
		good bool
	}{
		{`{"name":"n","plugins":[{"type":"nat"},{"type":"portmap","vlan":0}]}`, true},
		{`{"name":"n","plugins":[{"type":"flannel","delegate":{"type":"win-overlay"}}]}`, true},
		{`{"name":"n","plugins":[{"type":"flannel"}]}`, true},
		{`{"name":"n","plugins":[{"type":"nat","vlan":0}]}`, false},
		{`{"name":"n","plugins":[{"type":"SDNBridge.exe","vlan":0}]}`, false},
		{`{"name":"n","plugins":[{"type":"flannel","delegate":{"vlan":0}}]}`, false},
		{`{"name":"n","plugins":[{"vlan":1}]}`, false},
		{`{"name":"n","plugins":[null]}`, false},
		{`{"name":"n","plugins":[]}`, false},
		{`{"plugins":[{"type":"nat"}]}`, false},
		{`{"name":"/","plugins":[{"type":"nat"}]}`, false},
		{`{"name":"n","cniVersion":"9.9","plugins":[{"type":"nat"}]}`, false},
	} {
		if err := schemaRefuses(schema, []byte(row.text)); (err == nil) != row.good {
			t.Errorf("%s: %v, want it taken: %t", row.text, err, row.good)
		}
	}
}

// TestSchemaTakesPolicies: the schema accepts the good examples of pkg/policy.
func TestSchemaTakesPolicies(t *testing.T) {
	schema := compileSchema(t)
	for name, data := range jsonFiles(t, policyDir+"/good", 70) {
		if err := schemaRefuses(schema, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefusesBadInputs: the schema rejects each bad file, here and in pkg/policy, except those that a list has
// with the reason; it accepts those, so that the lists stay current.
func TestSchemaRefusesBadInputs(t *testing.T) {
	refusesBut(t, badFiles(t), "testdata/beyond-schema.txt")
	refusesBut(t, jsonFiles(t, policyDir+"/bad", 150), "testdata/policies-beyond-schema.txt")
}

func refusesBut(t *testing.T, files map[string][]byte, list string) {
	t.Helper()
	schema := compileSchema(t)
	beyond := reasons(t, list)
	for _, name := range sorted(files) {
		err := schemaRefuses(schema, files[name])
		switch reason, listed := beyond[name]; {
		case err == nil && !listed:
			t.Errorf("%s: the schema takes it", name)
		case err != nil && listed:
			t.Errorf("%s: the schema refuses it (%v), though %s says: %s", name, err, list, reason)
		}
	}
	for name := range beyond {
		if files[name] == nil {
			t.Errorf("%s has %s, which is not there", list, name)
		}
	}
}

// reasons maps bad files to why no schema can reject them.
func reasons(t *testing.T, list string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || reason == "" {
			t.Fatalf("%s: %q has no reason", list, line)
		}
		all[name] = reason
	}
	return all
}
