package agree

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const root = "../../../../"

// source is a configuration file from which cases are generated.
type source struct {
	name string
	text []byte
}

// readSources returns the examples, and the good and bad inputs of the parser and of the policies.
func readSources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, pattern := range []string{"cni-conf-examples/*.conf*", "pkg/netconf/testdata/bad/*.json", "pkg/policy/testdata/good/*.json", "pkg/policy/testdata/bad/*.json"} {
		files, err := filepath.Glob(root + pattern)
		if err != nil || len(files) < 20 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		sort.Strings(files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if json.Valid(text) {
				all = append(all, source{filepath.Base(file), text})
			}
		}
	}
	return all
}

// pick prefers the few examples to the many inputs that test one thing each.
func pick(all []source, r *rand.Rand) source {
	examples := 0
	for examples < len(all) && !strings.HasSuffix(all[examples].name, ".json") {
		examples++
	}
	if r.IntN(2) == 0 {
		return all[r.IntN(examples)]
	}
	return all[r.IntN(len(all))]
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(root + "cni-conf-examples/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
