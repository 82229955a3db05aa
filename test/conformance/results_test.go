package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const suiteOutput = "HNS says hello\r\n" +
	"\x16=== RUN   TestGood\r\n" +
	"Network JSON:\r\n" +
	"{}\x16--- PASS: TestGood (0.01s)\r\n" +
	"\x16=== RUN   TestBad\r\n" +
	"\x16=== RUN   TestBad/part\r\n" +
	"\x16    part_test.go:7: not found\r\n" +
	"\x16    --- FAIL: TestBad/part (0.00s)\r\n" +
	"\x16--- FAIL: TestBad (0.00s)\r\n" +
	"\x16=== RUN   TestLater\r\n" +
	"\x16--- SKIP: TestLater (0.00s)\r\n" +
	"\x16=== RUN   TestFatal\r\n" +
	"panic: oops\r\n"

func TestParser(t *testing.T) {
	var shown strings.Builder
	p := newParser(&shown, map[string]result{})
	for line := range strings.Lines(suiteOutput) {
		p.line(strings.TrimSuffix(line, "\n"))
	}
	p.end(errors.New("exit status 2"))

	want := map[string]result{"TestGood": passed, "TestBad": failed, "TestLater": skipped, "TestFatal": unfinished}
	if diff := cmp.Diff(want, p.results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	wantShown := `  PASS  TestGood
  FAIL  TestBad
            part_test.go:7: not found
            --- FAIL: TestBad/part (0.00s)
  SKIP  TestLater
  DIED  TestFatal
        panic: oops
        the suite's process ended here: exit status 2
`
	if diff := cmp.Diff(wantShown, shown.String()); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}
