package arch_test

import (
	"go/ast"
	"go/token"
	"slices"
	"testing"
)

// errorTextIsRead lists the places that may parse the text of an error. hnshost extracts the function and HNS's text
// from errors of the HCN bindings, whose types are internal to them.
var errorTextIsRead = []string{"pkg/hostnet/hnshost", "test/...", "build/..."}

// reading are the functions of package strings that decide something by a text.
var reading = []string{"Contains", "ContainsAny", "Cut", "CutPrefix", "CutSuffix", "EqualFold", "HasPrefix", "HasSuffix", "Index", "Fields", "Split", "SplitN"}

// TestNoCodeReadsTheTextOfAnError: Windows localises its messages, and ends some of them in a space (calico#8465).
// Errors are distinguished by their types, codes and sentinels.
func TestNoCodeReadsTheTextOfAnError(t *testing.T) {
	eachFile(t, func(place, _ string, set *token.FileSet, tree *ast.File) {
		if coveredBy(errorTextIsRead, place) {
			return
		}
		for n := range ast.Preorder(tree) {
			if readsErrorText(n) {
				t.Errorf("%s: the text of an error decides something; use errors.Is, errors.As or hostnet.CodeOf", set.Position(n.Pos()))
			}
		}
	})
}

func readsErrorText(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return (n.Op == token.EQL || n.Op == token.NEQ) && (isErrorText(n.X) || isErrorText(n.Y))
	case *ast.SwitchStmt:
		return isErrorText(n.Tag)
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := f.X.(*ast.Ident)
		return ok && pkg.Name == "strings" && slices.Contains(reading, f.Sel.Name) && slices.ContainsFunc(n.Args, isErrorText)
	}
	return false
}

// isErrorText reports whether the expression is a call of a method Error without arguments.
func isErrorText(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && f.Sel.Name == "Error"
}
