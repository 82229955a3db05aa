package golden

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// index is the file of a matrix that maps cases to outcomes.
const index = "index.txt"

// Matrix compares the outcomes of many cases, by the name of the case, with a directory: each different outcome
// is one file, named after the first case that has it, and index.txt lists the cases with their files. Cases
// whose options make no difference share a file by construction, and the index shows that they do.
func Matrix(t testing.TB, dir string, outcomes map[string]string) {
	t.Helper()
	files, list := shared(outcomes)
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	Compare(t, filepath.Join(dir, index), list)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		Compare(t, filepath.Join(dir, name), files[name])
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range found {
		if _, used := files[entry.Name()]; !used && entry.Name() != index {
			t.Errorf("%s is the outcome of no case; go test -update removes it", filepath.Join(dir, entry.Name()))
		}
	}
}

// shared names a file for each different outcome and maps the cases to the files.
func shared(outcomes map[string]string) (files map[string]string, list string) {
	files, named := map[string]string{}, map[string]string{}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(outcomes)) {
		text := outcomes[name]
		if named[text] == "" {
			named[text] = name + ".golden"
			files[named[text]] = text
		}
		fmt.Fprintf(&b, "%s %s\n", name, named[text])
	}
	return files, b.String()
}
