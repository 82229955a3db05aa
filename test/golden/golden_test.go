package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test that records its failure.
type recorder struct {
	testing.TB
	failed string
}

func (r *recorder) Helper()                        {}
func (r *recorder) Errorf(format string, a ...any) { r.failed += format }

func TestCompare(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sub", "a.golden")
	*update = true
	Compare(t, file, "one\n")
	*update = false
	r := &recorder{TB: t}
	if Compare(r, file, "one\n"); r.failed != "" {
		t.Errorf("equal text failed: %s", r.failed)
	}
	if Compare(r, file, "two\n"); r.failed == "" {
		t.Error("another text passed")
	}
}

func TestSection(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	write(t, file, "head\n<!-- a -->\nold\n<!-- b -->\nfoot\n")
	r := &recorder{TB: t}
	if Section(r, file, "<!-- a -->\n", "<!-- b -->\n", "new\n"); r.failed == "" {
		t.Error("another section passed")
	}
	*update = true
	Section(t, file, "<!-- a -->\n", "<!-- b -->\n", "new\n")
	*update = false
	if got := read(t, file); got != "head\n<!-- a -->\nnew\n<!-- b -->\nfoot\n" {
		t.Errorf("page is %q", got)
	}
}

func TestMatrix(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "matrix")
	cases := map[string]string{"a_1": "x", "a_2": "x", "b_1": "y"}
	*update = true
	Matrix(t, dir, cases)
	*update = false
	if got := read(t, filepath.Join(dir, index)); got != "a_1 a_1.golden\na_2 a_1.golden\nb_1 b_1.golden\n" {
		t.Errorf("index is %q", got)
	}
	for what, change := range map[string]func(){
		"another outcome":    func() { cases["a_2"] = "z" },
		"a case less":        func() { delete(cases, "b_1") },
		"an unexpected file": func() { write(t, filepath.Join(dir, "old.golden"), "x") },
	} {
		cases = map[string]string{"a_1": "x", "a_2": "x", "b_1": "y"}
		change()
		r := &fatal{recorder{TB: t}}
		func() {
			defer func() { _ = recover() }() // Fatal of a missing file
			Matrix(r, dir, cases)
		}()
		if r.failed == "" {
			t.Errorf("%s passed", what)
		}
		_ = os.Remove(filepath.Join(dir, "old.golden"))
	}
}

// fatal turns Fatal into a panic, as testing ends the goroutine.
type fatal struct{ recorder }

func (f *fatal) Fatalf(format string, _ ...any) {
	f.failed += strings.TrimSpace(format) + "."
	panic(f.failed)
}
