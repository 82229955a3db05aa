package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tabled is a row of a table that names tests: its first cells and its last one.
var (
	tabled  = regexp.MustCompile(`(?m)^\| (.*) \| ([^|]*) \|$`)
	quoted  = regexp.MustCompile("`([^`]+)`")
	ofTest  = regexp.MustCompile(`^((?:pkg|cmd|internal|test|build)/[a-z0-9/_]+)\.(Test\w+)$`)
	ofMake  = regexp.MustCompile(`^make ([a-z-]+)$`)
	ofFoe   = regexp.MustCompile(`^adversary (12\.[0-9]+)$`)
	ofFile  = regexp.MustCompile(`^(\.?[a-z]+/[a-z/.-]+\.(?:md|yml|go))$`)
	targets = regexp.MustCompile(`(?m)^([a-z-]+):`)
)

// failureRows is how many rows the table of failures has.
const failureRows = 28

// TestFailuresHaveTests: each failure in docs/testing.md, and each difference of Windows in docs/design.md, names tests
// that exist.
func TestFailuresHaveTests(t *testing.T) {
	failures := rowsAfter(t, "docs/testing.md", "## Failures and their tests")
	for i, row := range failures {
		if number, _, _ := strings.Cut(row[0], " "); number != strconv.Itoa(i+1) {
			t.Errorf("row %d of the failures has the number %s", i+1, number)
		}
	}
	if len(failures) != failureRows {
		t.Errorf("%d failures, want %d", len(failures), failureRows)
	}
	differences := rowsAfter(t, "docs/design.md", "## Windows differences")
	if len(differences) < 10 {
		t.Errorf("%d differences of Windows: the table was not read", len(differences))
	}
	for _, row := range append(failures, differences...) {
		names := quoted.FindAllStringSubmatch(row[1], -1)
		if len(names) == 0 {
			t.Errorf("%q names no test", row[0])
		}
		for _, name := range names {
			if complaint := missing(t, name[1]); complaint != "" {
				t.Errorf("%q: `%s`: %s", row[0], name[1], complaint)
			}
		}
	}
}

// rowsAfter returns the rows of the table below a heading: all cells but the last, and the last.
func rowsAfter(t *testing.T, file, heading string) [][2]string {
	t.Helper()
	_, text, found := strings.Cut(textOf(t, file), heading+"\n")
	if !found {
		t.Fatalf("%s has no %q", file, heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var rows [][2]string
	for i, row := range tabled.FindAllStringSubmatch(text, -1) {
		if i > 0 && !strings.HasPrefix(row[1], "---") { // neither the titles nor the line below them
			rows = append(rows, [2]string{row[1], row[2]})
		}
	}
	return rows
}

// missing says why what a table names is not there, or nothing.
func missing(t *testing.T, name string) string {
	t.Helper()
	switch {
	case ofTest.MatchString(name):
		at := ofTest.FindStringSubmatch(name)
		if !testsOf(t, at[1])[at[2]] {
			return "no such test in that directory"
		}
	case ofMake.MatchString(name):
		for _, target := range targets.FindAllStringSubmatch(textOf(t, "Makefile", "build/*.mk"), -1) {
			if target[1] == ofMake.FindStringSubmatch(name)[1] {
				return ""
			}
		}
		return "no such target"
	case ofFoe.MatchString(name):
		if !strings.Contains(textOf(t, "test/adversary/rows*.go"), `{"`+ofFoe.FindStringSubmatch(name)[1]+" ") {
			return "the adversary has no such row"
		}
	case ofFile.MatchString(name):
		if _, err := os.Stat(filepath.Join(repository, name)); err != nil {
			return err.Error()
		}
	default:
		return "want directory.TestName, make target, adversary 12.N or a file"
	}
	return ""
}

// testsOf returns the names of the tests in a directory, for any system.
func testsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				tests[f.Name.Name] = true
			}
		}
	}
	return tests
}

// TestMissingIsNoticed: the test above notices a name that leads nowhere.
func TestMissingIsNoticed(t *testing.T) {
	for _, name := range []string{"pkg/attach.TestNothing", "pkg/nowhere.TestAdd", "make coffee", "adversary 12.99", "docs/nothing.md", "TestAdd"} {
		if missing(t, name) == "" {
			t.Errorf("`%s` was found", name)
		}
	}
}
