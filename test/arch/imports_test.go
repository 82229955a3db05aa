// Package arch_test holds this project's architecture as tests: the permitted imports, and conventions of the source
// that are easily violated unnoticed.
package arch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/Microsoft/windows-container-networking/"

// listed is the output of `go list -json` for a package.
type listed struct {
	ImportPath string
	Dir        string
	Standard   bool
	GoFiles    []string
	Imports    []string
}

// place is the package's path below the module.
func (p listed) place() string { return strings.TrimPrefix(p.ImportPath, module) }

// list runs go list; arguments are packages and flags.
func list(t *testing.T, goos string, args ...string) []listed {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go tool")
	}
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-e", "-json=ImportPath,Dir,Standard,GoFiles,Imports"}, args...)...)
	cmd.Dir = "../.."
	cmd.Env = append(cmd.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// covers reports whether a place of a rule ("pkg/attach", "plugins/...") is or contains the package.
func covers(place, pkg string) bool {
	if parent, ok := strings.CutSuffix(place, "/..."); ok {
		return pkg == parent || strings.HasPrefix(pkg, parent+"/")
	}
	return place == pkg
}

func coveredBy(places []string, pkg string) bool {
	return slices.ContainsFunc(places, func(place string) bool { return covers(place, pkg) })
}

// within reports whether an import path is the prefix or below it; in the standard library, where nested paths are
// unrelated, whether it is the same.
func within(prefix, path string) bool {
	return path == prefix || !isStandard(path) && strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/")
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func TestImportsPointDown(t *testing.T) {
	for _, goos := range []string{"linux", "windows"} {
		t.Run(goos, func(t *testing.T) {
			packages := list(t, goos, "./...")
			if len(packages) < 20 {
				t.Fatalf("only %d packages listed", len(packages))
			}
			for _, p := range packages {
				for _, complaint := range complaints(p) {
					t.Error(complaint)
				}
			}
		})
	}
}

// complaints returns the violations in a package's imports.
func complaints(p listed) []string {
	i := slices.IndexFunc(rules, func(r rule) bool { return covers(r.place, p.place()) })
	if i < 0 {
		return []string{p.place() + " has no place in the design: give it one in test/arch/rules_test.go"}
	}
	var all []string
	for _, path := range p.Imports {
		if !isStandard(path) && !allowed(rules[i], path) {
			all = append(all, fmt.Sprintf("%s must not import %s: %s", p.place(), path, rules[i].why))
		}
		for _, r := range reserved {
			if within(r.prefix, path) && !coveredBy(r.places, p.place()) {
				all = append(all, fmt.Sprintf("%s must not import %s: %s", p.place(), path, r.why))
			}
		}
	}
	return all
}

// TestComplaints: violations of the rules are detected.
func TestComplaints(t *testing.T) {
	rows := []struct {
		place, imported string
		complaint       string // "" is none
	}{
		{"pkg/attach", module + "pkg/hostnet", ""},
		{"pkg/attach", "log/slog", ""},
		{"pkg/attach", "log", "standard logger"},
		{"pkg/attach", module + "pkg/cniplugin", "the core sees the host only"},
		{"pkg/attach", module + "pkg/hostnet/hnshost", "the core sees the host only"},
		{"pkg/hostnet", module + "pkg/attach", "the seam must not know"},
		{"pkg/policy", "github.com/Microsoft/hnslib/hcn", "panic"},
		{"pkg/hcnspec", "golang.org/x/sys/windows", "plain structs"},
		{"cmd/hcnctl", module + "pkg/hcnemu", "whoever knows the emulator"},
		{"cmd/hcnctl/internal/cli", "github.com/spf13/cobra", ""},
		{"plugins/nat", "github.com/spf13/cobra", "no command line"},
		{"plugins/nat", module + "pkg/hostnet", "only names its profile"},
		{"pkg/brandnew", "fmt", "no place in the design"},
	}
	for _, row := range rows {
		got := strings.Join(complaints(listed{ImportPath: module + row.place, Imports: []string{row.imported}}), "; ")
		if (got == "") != (row.complaint == "") || !strings.Contains(got, row.complaint) {
			t.Errorf("%s importing %s: %q, want %q", row.place, row.imported, got, row.complaint)
		}
	}
}

func allowed(r rule, path string) bool {
	if ours, ok := strings.CutPrefix(path, module); ok {
		return slices.Contains(r.ours, anything) || slices.Contains(r.ours, ours) || below(r.place, ours)
	}
	return slices.ContainsFunc(r.others, func(prefix string) bool { return prefix == anything || within(prefix, path) })
}

// below reports whether a package belongs to the same tree of packages.
func below(place, pkg string) bool {
	return strings.HasSuffix(place, "/...") && covers(place, pkg) && strings.Contains(pkg, "/internal/")
}

func TestWhatWindowsExecutablesContain(t *testing.T) {
	checkContents(t, neverInWindowsExecutables, "./plugins/...", "./cmd/...")
	checkContents(t, neverInPlugins, "./plugins/...")
}

func checkContents(t *testing.T, never map[string]string, executables ...string) {
	t.Helper()
	contents := list(t, "windows", append([]string{"-deps"}, executables...)...)
	if len(contents) < 100 {
		t.Fatalf("only %d packages in the executables", len(contents))
	}
	for _, p := range contents {
		for prefix, why := range never {
			if within(prefix, p.ImportPath) {
				t.Errorf("%v contain %s: %s", executables, p.ImportPath, why)
			}
		}
	}
}
