package arch_test

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

// TestConfigurationsAreReadOnce: in a plugin only netconf.Parse calls confdoc.Decode, only the process's edge calls
// netconf.Parse, and netconf and policy have no other JSON decoder.
func TestConfigurationsAreReadOnce(t *testing.T) {
	callers := map[string][]string{}
	eachFile(t, func(place, _ string, set *token.FileSet, tree *ast.File) {
		if !strings.HasPrefix(place, "pkg/") {
			return
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, ok := f.X.(*ast.Ident)
			if !ok {
				return true
			}
			name := of.Name + "." + f.Sel.Name
			callers[name] = append(callers[name], place)
			decoder := name == "json.Unmarshal" || name == "json.NewDecoder"
			if decoder && (place == "pkg/netconf" || place == "pkg/policy") {
				t.Errorf("%s: %s: configurations are read by pkg/confdoc", set.Position(call.Pos()), name)
			}
			return true
		})
	})
	for name, want := range map[string]string{"confdoc.Decode": "pkg/netconf", "netconf.Parse": "pkg/cniplugin"} {
		if got := strings.Join(callers[name], " "); got != want {
			t.Errorf("%s is called by %q, want %q: a configuration is read once in a verb", name, got, want)
		}
	}
}
