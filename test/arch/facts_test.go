package arch_test

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

// homes are facts that stood in several places and then disagreed. Whoever writes one of these literals a
// second time makes a second home for the fact: ask the first one instead.
var homes = []struct{ fact, literal, home string }{
	{"the versions of CNI that are spoken", `"0.3.1"`, "pkg/netconf"},
	{"flannel's default delegate", "`\"win-bridge\"`", "cmd/hcnctl/internal/conffile"},
	{"flannel's default version", "`\"0.2.0\"`", "cmd/hcnctl/internal/conffile"},
	{"the highest VLAN", `4094`, "pkg/hcnspec"},
	{"the digits of a GUID", `"0123456789abcdefABCDEF"`, "pkg/hcnspec"},
	{"the default route of IPv4", `"0.0.0.0/0"`, "pkg/hcnspec"},
	{"the default route of IPv6", `"::/0"`, "pkg/hcnspec"},
}

func TestFactsHaveOneHome(t *testing.T) {
	found := map[string]int{}
	eachFile(t, func(place, _ string, set *token.FileSet, tree *ast.File) {
		if strings.HasPrefix(place, "test/") || strings.HasPrefix(place, "build/") || place == "pkg/probe" {
			return // tests, the release's tools and questions to HNS spell out what they mean
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			for _, h := range homes {
				switch {
				case lit.Value != h.literal:
				case place == h.home:
					found[h.fact]++
				default:
					t.Errorf("%s: %s: %s is at home in %s", set.Position(lit.Pos()), h.literal, h.fact, h.home)
				}
			}
			return true
		})
	})
	for _, h := range homes {
		if found[h.fact] != 1 {
			t.Errorf("%s has %d homes in %s, want 1: %s", h.fact, found[h.fact], h.home, h.literal)
		}
	}
}
