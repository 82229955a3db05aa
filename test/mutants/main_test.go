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
	write("a.go KIND `x < 1`\n")
	if _, err := readReasons(file); err == nil {
		t.Error("a survivor without a reason is no error")
	}
	if _, err := readReasons(filepath.Join("..", "..", explained)); err != nil {
		t.Error(err)
	}
}
