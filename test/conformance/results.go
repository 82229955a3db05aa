package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// result is the end of one test.
type result string

const (
	passed  result = "PASS"
	failed  result = "FAIL"
	skipped result = "SKIP"
	// unfinished is a test during which the process died.
	unfinished result = "DIED"
)

// Results and starts of top-level tests. With -test.v=test2json each follows a control character, on a line that a
// test's own unfinished output may have begun.
var (
	startLine  = regexp.MustCompile(`\x16=== RUN\s+(Test[^/\s]*)$`)
	resultLine = regexp.MustCompile(`\x16--- (PASS|FAIL|SKIP): (Test[^/\s]*) `)
	switchLine = regexp.MustCompile(`\x16=== (RUN|NAME|PAUSE|CONT)`)
)

// parser converts a suite's output to results. It keeps a test's output until the test ends, and prints it unless the
// test passed.
type parser struct {
	w       io.Writer
	results map[string]result
	running string
	output  []string
}

func newParser(w io.Writer, results map[string]result) *parser {
	return &parser{w: w, results: results}
}

func (p *parser) line(line string) {
	line = strings.TrimSuffix(line, "\r")
	if m := startLine.FindStringSubmatch(line); m != nil {
		p.running, p.output = m[1], nil
		return
	}
	if m := resultLine.FindStringSubmatch(line); m != nil {
		p.finish(m[2], result(m[1]))
		return
	}
	if !switchLine.MatchString(line) {
		p.output = append(p.output, strings.ReplaceAll(line, "\x16", ""))
	}
}

func (p *parser) finish(test string, r result) {
	p.results[test] = r
	p.running = ""
	fmt.Fprintf(p.w, "  %s  %s\n", r, test)
	if r == passed {
		p.output = nil
		return
	}
	p.write()
}

func (p *parser) write() {
	for _, line := range p.output {
		fmt.Fprintf(p.w, "        %s\n", line)
	}
	p.output = nil
}

// end handles the end of the process: a test that was running then has died with it.
func (p *parser) end(err error) {
	if p.running != "" {
		p.output = append(p.output, fmt.Sprintf("the suite's process ended here: %v", err))
		p.finish(p.running, unfinished)
	}
}
