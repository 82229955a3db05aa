package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An edit is applied exactly as many times as expected, or not at all.
func TestEdit(t *testing.T) {
	const text = "skip\nskip\nend\n"
	for _, row := range []struct {
		name      string
		edit      edit
		want, err string
	}{
		{name: "both", edit: edit{File: "a/b.go", Old: "skip\n", Times: 2}, want: "end\n"},
		{name: "replaced", edit: edit{File: "a/b.go", Old: "end", New: "over", Times: 1}, want: "skip\nskip\nover\n"},
		{
			name: "the file has changed", edit: edit{File: "a/b.go", Old: "skip\n", Times: 3}, want: text,
			err: `a/b.go has "skip\n" 2 times: the edit was written for 3`,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			root := writeTree(t, "a/b.go", text)
			err := row.edit.apply(root)
			if got := message(err); got != row.err {
				t.Errorf("error %q, want %q", got, row.err)
			}
			got, err := os.ReadFile(filepath.Join(root, "a", "b.go"))
			if err != nil || string(got) != row.want {
				t.Errorf("%q, %v; want %q", got, err, row.want)
			}
		})
	}
}

func writeTree(t *testing.T, name, text string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

// A suite that is built from a copy uses the pins of the suite and nothing else: a go.mod next to the copy names it.
func TestModfile(t *testing.T) {
	pinned := writeTree(t, "go.mod", "module x\n\nrequire y v1.0.0\n")
	if err := os.WriteFile(filepath.Join(pinned, "go.sum"), []byte("y v1.0.0 h1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	modfile, err := suite{Name: "y", Module: pinned}.writeModfile(environment{work: work}, "y", "/copy")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range []string{modfile, filepath.Join(work, "y.sum")} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(name)] = string(text)
	}
	want := map[string]string{
		"y.mod": "module x\n\nrequire y v1.0.0\n\nreplace y => /copy\n",
		"y.sum": "y v1.0.0 h1:1\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
