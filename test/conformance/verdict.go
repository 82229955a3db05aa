package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// excuse is a line of the list of tests that need not pass.
type excuse struct {
	Suite, Test, Reason string
}

func readExcused(path string) ([]excuse, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []excuse
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		e, err := parseExcuse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		all = append(all, e)
	}
	return all, lines.Err()
}

func parseExcuse(line string) (excuse, error) {
	words := strings.Fields(line)
	if len(words) < 3 {
		return excuse{}, fmt.Errorf("%q: want suite, test, reason", line)
	}
	return excuse{Suite: words[0], Test: words[1], Reason: strings.Join(words[2:], " ")}, nil
}

func checkSuites(excused []excuse) error {
	for _, e := range excused {
		if !slices.ContainsFunc(suites, func(s suite) bool { return s.Name == e.Suite }) {
			return fmt.Errorf("not applicable: %s %s: there is no suite %q", e.Suite, e.Test, e.Suite)
		}
	}
	return nil
}

// verdict is the count of one suite and its problems.
type verdict struct {
	suite                        string
	passed, failed, excused, all int
	complaints                   []string
}

// newVerdict counts each test of the suite once. A test that was skipped or never ran has failed, unless it is excused.
func newVerdict(name string, o outcome, excused []excuse) verdict {
	v := verdict{suite: name, all: len(o.tests)}
	reasons := map[string]string{}
	for _, e := range excused {
		if e.Suite != name {
			continue
		}
		reasons[e.Test] = e.Reason
		if !slices.Contains(o.tests, e.Test) {
			v.complaints = append(v.complaints, e.Test+" is listed as not applicable but does not exist")
		}
	}
	for _, test := range o.tests {
		v.count(test, o.results[test], reasons[test])
	}
	return v
}

func (v *verdict) count(test string, r result, reason string) {
	switch {
	case r == passed:
		v.passed++
		if reason != "" {
			v.complaints = append(v.complaints, test+" is listed as not applicable but passes")
		}
	case reason != "":
		v.excused++
	case r == "":
		v.failed++
		v.complaints = append(v.complaints, test+" was not run")
	default:
		v.failed++
		v.complaints = append(v.complaints, fmt.Sprintf("%s: %s", test, r))
	}
}

func (v verdict) complain(w io.Writer) {
	for _, c := range v.complaints {
		fmt.Fprintf(w, "%s: %s\n", v.suite, c)
	}
}

func (v verdict) good() bool { return len(v.complaints) == 0 }

// String returns the closing line.
func (v verdict) String() string {
	return fmt.Sprintf("%s: %d passed, %d failed, %d not applicable of %d",
		v.suite, v.passed, v.failed, v.excused, v.all)
}
