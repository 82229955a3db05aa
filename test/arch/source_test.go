package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stdoutIsForTheResult lists the places that may write to stdout; anywhere else a stray line would corrupt the CNI
// result.
var stdoutIsForTheResult = []string{"pkg/cniplugin", "cmd/hcnctl/...", "test/...", "build/..."}

// mainLines is the longest that a plugin's main.go may be.
const mainLines = 15

// eachFile parses the sources of every package, without tests, for both systems.
func eachFile(t *testing.T, f func(place, file string, set *token.FileSet, tree *ast.File)) {
	t.Helper()
	seen := map[string]bool{}
	for _, goos := range []string{"linux", "windows"} {
		for _, p := range list(t, goos, "./...") {
			for _, name := range p.GoFiles {
				file := filepath.Join(p.Dir, name)
				if seen[file] {
					continue
				}
				seen[file] = true
				set := token.NewFileSet()
				tree, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution|parser.ParseComments)
				if err != nil {
					t.Fatal(err)
				}
				f(p.place(), file, set, tree)
			}
		}
	}
}

func TestOnlyTheProcessEdgeWritesToStdout(t *testing.T) {
	eachFile(t, func(place, _ string, set *token.FileSet, tree *ast.File) {
		if coveredBy(stdoutIsForTheResult, place) {
			return
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if selector.Sel.Name == "Stat" {
				return false // examining stdout writes nothing
			}
			pkg, ok := selector.X.(*ast.Ident)
			if ok && (pkg.Name == "fmt" && strings.HasPrefix(selector.Sel.Name, "Print") || pkg.Name == "os" && selector.Sel.Name == "Stdout") {
				t.Errorf("%s: %s.%s: stdout belongs to the CNI result, which only pkg/cniplugin writes", set.Position(n.Pos()), pkg.Name, selector.Sel.Name)
			}
			return true
		})
	})
}

func TestWindowsCallsStandInWindowsFiles(t *testing.T) {
	eachFile(t, func(_, file string, set *token.FileSet, tree *ast.File) {
		for _, imported := range tree.Imports {
			path := strings.Trim(imported.Path.Value, `"`)
			if (within(windowsAPI, path) || within("github.com/Microsoft/hnslib", path)) && !strings.HasSuffix(file, "_windows.go") {
				t.Errorf("%s: %s is for files named _windows.go: the rest must build, and be tested, anywhere", set.Position(imported.Pos()), path)
			}
		}
	})
}

func TestPluginMainsOnlyNameTheirProfile(t *testing.T) {
	files, err := filepath.Glob("../../plugins/*/*.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d plugins, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n > mainLines {
			t.Errorf("%s has %d lines, more than %d: what plugins have in common is pkg/cniplugin's", file, n, mainLines)
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	eachFile(t, func(place, _ string, _ *token.FileSet, tree *ast.File) {
		documented[place] = documented[place] || tree.Doc != nil
	})
	for place, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", place)
		}
	}
}
