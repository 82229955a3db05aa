package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVerdict(t *testing.T) {
	o := outcome{
		tests:   []string{"TestGood", "TestBad", "TestNeverRun", "TestSkips", "TestNeedsVM", "TestVMAfterAll"},
		results: map[string]result{"TestGood": passed, "TestBad": failed, "TestSkips": skipped, "TestNeedsVM": failed, "TestVMAfterAll": passed},
	}
	excused := []excuse{
		{"hcsshim", "TestNeedsVM", "a VM"},
		{"hcsshim", "TestVMAfterAll", "a VM"},
		{"hcsshim", "TestGone", "a VM"},
		{"hnslib", "TestBad", "of the other suite"},
	}
	v := newVerdict("hcsshim", o, excused)
	want := []string{
		"TestGone is listed as not applicable but does not exist",
		"TestBad: FAIL",
		"TestNeverRun was not run",
		"TestSkips: SKIP",
		"TestVMAfterAll is listed as not applicable but passes",
	}
	if diff := cmp.Diff(want, v.complaints); diff != "" {
		t.Errorf("complaints (-want +got):\n%s", diff)
	}
	if got, want := v.String(), "hcsshim: 2 passed, 3 failed, 1 not applicable of 6"; got != want {
		t.Errorf("closing line %q, want %q", got, want)
	}
	if v.good() {
		t.Error("a verdict with complaints is good")
	}
	if clean := newVerdict("hcsshim", outcome{tests: o.tests[:1], results: o.results}, nil); !clean.good() {
		t.Errorf("a suite that passed is not good: %q", clean.complaints)
	}
}

func TestReadExcused(t *testing.T) {
	for _, row := range []struct {
		name, file string
		want       []excuse
		err        string
	}{
		{name: "lines", file: "# a comment\n\nhnslib TestX  needs a real VM\n", want: []excuse{{"hnslib", "TestX", "needs a real VM"}}},
		{name: "no reason", file: "\nhnslib TestX\n", err: `:2: "hnslib TestX": want suite, test, reason`},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "list")
			if err := os.WriteFile(path, []byte(row.file), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readExcused(path)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("excuses (-want +got):\n%s", diff)
			}
			if complaint := message(err); complaint != "" && complaint != path+row.err || complaint == "" && row.err != "" {
				t.Errorf("error %q, want %q", complaint, row.err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The list that ships is well-formed and names suites that exist.
func TestShippedList(t *testing.T) {
	excused, err := readExcused("not-applicable.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := checkSuites(excused); err != nil {
		t.Error(err)
	}
	if err := checkSuites([]excuse{{"docker", "TestX", "a reason"}}); err == nil {
		t.Error("an excuse for an unknown suite was accepted")
	}
}
