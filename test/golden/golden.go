// Package golden compares results of tests with files under testdata, and rewrites the files when a test runs with
// -update. Every test of the repository with golden files uses it.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the difference before committing it")

// Updating reports whether the test rewrites its golden files.
func Updating() bool { return *update }

// Compare fails the test unless the file holds got. With -update it writes the file. A checkout with Windows'
// line endings counts as equal.
func Compare(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		write(t, file, got)
		return
	}
	if diff := cmp.Diff(read(t, file), got); diff != "" {
		t.Errorf("%s (-want +got; go test -update rewrites it):\n%s", file, diff)
	}
}

// Section is Compare for the part of a file between two lines, such as a table of a page that a test writes.
func Section(t testing.TB, file, begin, end, got string) {
	t.Helper()
	before, rest, found := strings.Cut(read(t, file), begin)
	section, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no part between %q and %q", file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	if *update {
		write(t, file, before+begin+got+end+after)
		return
	}
	if diff := cmp.Diff(section, got); diff != "" {
		t.Errorf("%s, after %q (-want +got; go test -update rewrites it):\n%s", file, strings.TrimSpace(begin), diff)
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
