package arch_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocumentationHasEveryCNICode compares the codes of pkg/cniplugin with docs/errors.md.
func TestDocumentationHasEveryCNICode(t *testing.T) {
	doc, err := os.ReadFile("../../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	eachFile(t, func(place, file string, _ *token.FileSet, tree *ast.File) {
		if place != "pkg/cniplugin" {
			return
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "code") {
				return true
			}
			code, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			found++
			if !strings.Contains(string(doc), fmt.Sprintf("\n| %s | ", code.Value)) {
				t.Errorf("%s: %s = %s has no row in docs/errors.md", filepath.Base(file), spec.Names[0].Name, code.Value)
			}
			return true
		})
	})
	if found < 5 {
		t.Errorf("found only %d codes in pkg/cniplugin", found)
	}
}
