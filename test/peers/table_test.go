package peers

import (
	"bufio"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is a line of testdata/differences.txt: a kind of difference, the cases that have it, a verdict with its reason, and
// a source.
type row struct {
	line    int
	kind    *regexp.Regexp
	text    string
	cases   []string        // patterns
	used    map[string]bool // cases that have the difference
	pattern map[string]bool // patterns of cases that matched one
}

const tableFile = "testdata/differences.txt"

var verdicts = []string{"better", "equal in meaning", "HNS decides"}

func readTable(t *testing.T) []*row {
	t.Helper()
	file, err := os.Open(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows []*row
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		columns := strings.Split(text, " | ")
		if len(columns) != 4 {
			t.Fatalf("%s:%d: %d columns, want 4", tableFile, n, len(columns))
		}
		verdict, reason, _ := strings.Cut(columns[2], ": ")
		if !slices.Contains(verdicts, verdict) || reason == "" || columns[3] == "" {
			t.Errorf("%s:%d: want one of the verdicts %q with a reason, and a source", tableFile, n, verdicts)
		}
		rows = append(rows, &row{line: n, kind: glob(columns[0]), text: columns[0], cases: strings.Fields(columns[1]),
			used: map[string]bool{}, pattern: map[string]bool{}})
	}
	return rows
}

// glob compiles a pattern in which * stands for any text.
func glob(pattern string) *regexp.Regexp {
	parts := strings.Split(strings.TrimSpace(pattern), "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$")
}

// explains reports whether the row is about the difference of the case.
func (r *row) explains(name string, d difference) bool {
	if !r.kind.MatchString(d.String()) {
		return false
	}
	for _, pattern := range r.cases {
		if matches, err := path.Match(pattern, name); err == nil && matches {
			r.used[name], r.pattern[pattern] = true, true
			return true
		}
	}
	return false
}

// unused returns the cases that the row lists and that do not have the difference.
func (r *row) unused(names []string) []string {
	var without []string
	for _, pattern := range r.cases {
		if !r.pattern[pattern] {
			without = append(without, pattern)
			continue
		}
		for _, name := range names {
			if matches, _ := path.Match(pattern, name); matches && !r.used[name] {
				without = append(without, name)
			}
		}
	}
	return without
}
