package arch_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// homes are facts that were defined in several places and then disagreed. A second occurrence of one of these literals
// defines the fact twice: use the first one instead.
var homes = []struct{ fact, literal, home string }{
	{"the versions of CNI that are spoken", `"0.3.1"`, "pkg/netconf"},
	{"flannel's default delegate", "`\"win-bridge\"`", "cmd/hcnctl/internal/conffile"},
	{"the types that sdnoverlay serves", `"win-overlay"`, "pkg/netconf"},
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
			return // tests, the release's tools and questions to HNS repeat the literals
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

// ofFamily are names of bools for one address family, as in is4, hasIPv6 and needsV6.
var ofFamily = regexp.MustCompile(`[46]$`)

// TestOneNotionOfFamily: a set of address families is hcnspec.Families, not a type of the package's own and not a
// bool for each of the two.
func TestOneNotionOfFamily(t *testing.T) {
	home := false
	eachFile(t, func(place, _ string, set *token.FileSet, tree *ast.File) {
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if !strings.Contains(strings.ToLower(n.Name.Name), "famil") {
					break
				}
				if place == "pkg/hcnspec" && n.Name.Name == "Families" {
					home = true
					break
				}
				t.Errorf("%s: type %s: a set of families is hcnspec.Families", set.Position(n.Pos()), n.Name.Name)
			case *ast.StructType:
				familyBools(t, set, n.Fields)
			case *ast.FuncType:
				familyBools(t, set, n.Params)
				familyBools(t, set, n.Results)
			}
			return true
		})
	})
	if !home {
		t.Error("pkg/hcnspec has no type Families")
	}
}

// familyBools reports a list of fields that has a bool for IPv4 and one for IPv6.
func familyBools(t *testing.T, set *token.FileSet, fields *ast.FieldList) {
	if fields == nil {
		return
	}
	seen := map[byte]bool{}
	for _, field := range fields.List {
		if name, ok := field.Type.(*ast.Ident); !ok || name.Name != "bool" {
			continue
		}
		for _, name := range field.Names {
			if ofFamily.MatchString(name.Name) {
				seen[name.Name[len(name.Name)-1]] = true
			}
		}
	}
	if seen['4'] && seen['6'] {
		t.Errorf("%s: a bool for each address family: a set of families is hcnspec.Families", set.Position(fields.Pos()))
	}
}
