package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTargetsAreFound(t *testing.T) {
	root := t.TempDir()
	for file, code := range map[string]string{
		"pkg/a/a_test.go":          "package a\n\nfunc FuzzOne(f *testing.F) {}\n\nfunc TestNone(t *testing.T) {}\n\nfunc FuzzTwo(f *testing.F) {}\n",
		"pkg/a/a.go":               "package a\n\nfunc FuzzyMatch() {}\n",
		"pkg/a/testdata/b_test.go": "package b\n\nfunc FuzzData(f *testing.F) {}\n",
		"build/x/go.mod":           "module x\n",
		"build/x/x_test.go":        "package x\n\nfunc FuzzOther(f *testing.F) {}\n",
	} {
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	found, err := findTargets(".")
	if err != nil {
		t.Fatal(err)
	}
	want := []target{{"FuzzOne", "./pkg/a"}, {"FuzzTwo", "./pkg/a"}}
	if diff := cmp.Diff(want, found, cmp.AllowUnexported(target{})); diff != "" {
		t.Error(diff)
	}
	if _, err := findTargets("build"); err == nil {
		t.Error("no complaint about a tree without targets")
	}
}

func TestTheRateIsOfTheProcessorsTime(t *testing.T) {
	n, err := executions("fuzz: elapsed: 3s, execs: 24 (8/sec)\nfuzz: elapsed: 6s, execs: 4815 (106/sec), new interesting: 2\nPASS\n")
	if err != nil || n != 4815 {
		t.Fatalf("%d executions, %v; want those of the last line", n, err)
	}
	if rate := (outcome{n, 2 * time.Second}).rate(); rate != 2407 {
		t.Errorf("%d per second", rate)
	}
	if _, err := executions("PASS\n"); err == nil {
		t.Error("no complaint about a run that counted nothing")
	}
}

func TestInputsAreKept(t *testing.T) {
	cache, corpus := t.TempDir(), filepath.Join(t.TempDir(), "testdata", "fuzz", "FuzzOne")
	if err := keep(filepath.Join(cache, "missing"), corpus); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(cache, "0123"), []byte("go test fuzz v1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keep(cache, corpus); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(corpus, "0123")); err != nil || string(data) != "go test fuzz v1\n" {
		t.Errorf("%q %v", data, err)
	}
}
