package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReportCountsSurvivors(t *testing.T) {
	source := func(file string) ([]byte, error) {
		if file != "pkg/policy/qos.go" {
			t.Errorf("read %s", file)
		}
		return []byte("package policy\n\n\tif n < 1 {\n"), nil
	}
	r, err := parse("./pkg/policy", []byte(`{"files":[{"file_name":"qos.go","mutations":[
		{"type":"CONDITIONALS_BOUNDARY","status":"LIVED","line":3,"column":7},
		{"type":"CONDITIONALS_NEGATION","status":"KILLED","line":3,"column":7},
		{"type":"ARITHMETIC_BASE","status":"NOT COVERED","line":1,"column":1},
		{"type":"INCREMENT_DECREMENT","status":"TIMED OUT","line":1,"column":1},
		{"type":"INVERT_NEGATIVES","status":"NOT VIABLE","line":1,"column":1}]}]}`), source)
	if err != nil {
		t.Fatal(err)
	}
	if r.killed() != 2 || r.tested() != 4 {
		t.Errorf("%d of %d killed, want 2 of 4", r.killed(), r.tested())
	}
	if got := r.survivors()[1].key(); got != "pkg/policy/qos.go CONDITIONALS_BOUNDARY `if n < 1 {`" {
		t.Errorf("survivor %s", got)
	}
	if _, err := parse("./pkg/policy", []byte(`{"files":[]}`), source); err == nil {
		t.Error("a run without mutants is no error")
	}
}

func TestReasons(t *testing.T) {
	file := filepath.Join(t.TempDir(), "survivors.txt")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# why\na.go KIND `x < 1` x is never 1\n")
	reasons, err := readReasons(file)
	if err != nil || reasons["a.go KIND `x < 1`"] != "x is never 1" {
		t.Errorf("%v, %v", reasons, err)
	}
	write("a_windows.go * only Wine can run it\n")
	if reasons, err = readReasons(file); err != nil || !reasons.explain(mutant{File: "a_windows.go", Code: "x"}) || reasons.explain(mutant{File: "a.go"}) {
		t.Errorf("%v, %v", reasons, err)
	}
	write("a.go KIND `x < 1`\n")
	if _, err := readReasons(file); err == nil {
		t.Error("a survivor without a reason is no error")
	}
	if _, err := readReasons(filepath.Join("..", "..", explained)); err != nil {
		t.Error(err)
	}
}

func TestMutantsAreApplied(t *testing.T) {
	const code = "package p\n\nfunc f(a, b int) bool { return a <= b-1 }\n"
	line := "func f(a, b int) bool { return a <= b-1 }"
	for _, row := range []struct {
		m    mutant
		want string
	}{
		{mutant{Line: 3, Column: 34, Kind: "CONDITIONALS_BOUNDARY", Code: line}, "func f(a, b int) bool { return a < b-1 }"},
		{mutant{Line: 3, Column: 34, Kind: "CONDITIONALS_NEGATION", Code: line}, "func f(a, b int) bool { return a > b-1 }"},
		{mutant{Line: 3, Column: 38, Kind: "ARITHMETIC_BASE", Code: line}, "func f(a, b int) bool { return a <= b+1 }"},
		{mutant{Line: 3, Column: 38, Kind: "CONDITIONALS_BOUNDARY", Code: line}, ""},
		{mutant{Line: 3, Column: 34, Kind: "CONDITIONALS_BOUNDARY", Code: "something else"}, ""},
		{mutant{Line: 9, Column: 1, Kind: "CONDITIONALS_BOUNDARY", Code: line}, ""},
	} {
		got, err := row.m.apply(code)
		if want := "package p\n\n" + row.want + "\n"; row.want != "" && (err != nil || got != want) || row.want == "" && err == nil {
			t.Errorf("%+v: %q, %v", row.m, got, err)
		}
	}
}

// A mutant that a test notices is killed, and one that none notices lives.
func TestMutantsAreTried(t *testing.T) {
	t.Chdir(t.TempDir())
	for file, text := range map[string]string{
		"go.mod":           "module example.test\n",
		"p/p.go":           "package p\n\nfunc positive(n int) bool { return n > 0 }\n",
		"p/p_test.go":      "package p\n\nimport \"testing\"\n\nfunc TestPositive(t *testing.T) {\n\tif !positive(2) || positive(-2) {\n\t\tt.Fatal()\n\t}\n}\n",
		"p/p_elsewhere.go": "//go:build elsewhere\n\npackage p\n\nvar other = 1 > 0\n",
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const line, other = "func positive(n int) bool { return n > 0 }", "var other = 1 > 0"
	for _, row := range []struct {
		m    mutant
		want string
	}{
		{mutant{"p/p.go", 3, 38, "CONDITIONALS_NEGATION", notCovered, line}, "KILLED"},
		{mutant{"p/p.go", 3, 38, "CONDITIONALS_BOUNDARY", notCovered, line}, lived},
		{mutant{"p/p_elsewhere.go", 5, 15, "CONDITIONALS_NEGATION", notCovered, other}, notCovered},
	} {
		if got, err := (options{}).try(row.m); err != nil || got != row.want {
			t.Errorf("%+v: %s, %v; want %s", row.m, got, err, row.want)
		}
	}
}
