package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

// TestBad reads testdata/bad: one configuration for each reason to reject it, named after the reason, with the message
// in messages.txt. netconf accepts all of them: this package has to reject them.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.json")
	if err != nil || len(files) < 80 {
		t.Fatalf("found %d bad configurations, want at least 80 (%v)", len(files), err)
	}
	var got strings.Builder
	for _, file := range files {
		got.WriteString(filepath.Base(file) + "\t" + refusal(t, file) + "\n")
	}
	golden.Compare(t, "testdata/bad/messages.txt", got.String())
	t.Logf("%d bad configurations", len(files))
}

// refusal returns Compile's errors about the configuration in file, and checks that each problem has a place in it.
func refusal(t *testing.T, file string) string {
	t.Helper()
	stdin, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg, problems := parse(stdin)
	if err := problems.Err(); err != nil {
		t.Errorf("%s: netconf refuses it already: %v", file, err)
		return err.Error()
	}
	_, problems = Compile(cfg, networkTypes[cfg.Type])
	if len(problems) == 0 {
		t.Errorf("%s: no problem found", file)
	}
	for _, p := range problems {
		if p.Place.Line == 0 {
			t.Errorf("%s: %q is not a place in it", file, p.Path)
		}
	}
	return problems.Error()
}
