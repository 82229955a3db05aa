package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/probe"
)

// The tests of this file enforce the lists of CONTRIBUTING.md, "How to add": each names the place that was forgotten.

const repository = "../.."

// elsewhere are fields that netconf reads and that are not fields of this project: the first two are known to
// have no effect, the others are host-local's.
var elsewhere = map[string]bool{"dnsCapabilities": true, "mtu": true, "dataDir": true, "resolvConf": true}

// TestFieldsHaveTheirPlaces: a field that netconf reads is in the schema, in the manual and in a test's file.
func TestFieldsHaveTheirPlaces(t *testing.T) {
	places := map[string]string{
		"pkg/netconf/testdata/schema.src.json": textOf(t, "pkg/netconf/testdata/schema.src.json", "pkg/netconf/testdata/policies.src.json"),
		"docs/configuration.md":                textOf(t, "docs/configuration.md", "docs/policies.md"),
		"pkg/netconf/testdata or cni-conf-examples, as a configuration that has it": textOf(t, "pkg/netconf/testdata/examples/*", "pkg/netconf/testdata/bad/*",
			"cni-conf-examples/*.conf*", "pkg/netconf/*_test.go", "pkg/attach/*_test.go", "pkg/ipam/*_test.go", "docs/configuration.md"),
	}
	fields := argumentsOf(t, "pkg/netconf", "Get")
	if len(fields) < 40 {
		t.Fatalf("found %d fields in pkg/netconf, want all of them", len(fields))
	}
	for _, field := range fields {
		for place, text := range places {
			if !elsewhere[field] && !strings.Contains(strings.ToLower(text), strings.ToLower(field)) {
				t.Errorf("the field %q is read by pkg/netconf and not in %s", field, place)
			}
		}
	}
}

const badPolicies = "pkg/policy/testdata/bad"

// withoutSettings are policies without settings, which therefore cannot be invalid.
var withoutSettings = map[string]bool{"L2Driver": true, "HostRoute": true}

// TestPoliciesHaveTheirPlaces: a policy of the catalogue is in the manual, in the schema, and has a good and a
// bad configuration.
func TestPoliciesHaveTheirPlaces(t *testing.T) {
	places := map[string]string{
		"docs/policies.md":                       textOf(t, "docs/policies.md"),
		"pkg/netconf/testdata/policies.src.json": textOf(t, "pkg/netconf/testdata/policies.src.json"),
		"pkg/policy/testdata/good":               textOf(t, "pkg/policy/testdata/good/*.json"),
		badPolicies:                              textOf(t, "pkg/policy/testdata/bad/*.json"),
		"pkg/hcnspec/policy.go":                  textOf(t, "pkg/hcnspec/policy.go"),
	}
	names := cataloguePolicies(t)
	if len(names) < 15 {
		t.Fatalf("found %d policies in pkg/policy/catalog.go, want all of them", len(names))
	}
	for _, name := range names {
		for place, text := range places {
			if place == badPolicies && withoutSettings[name] {
				continue
			}
			if !strings.Contains(strings.ToLower(text), `"`+strings.ToLower(name)+`"`) && !strings.Contains(text, "`"+name+"`") && !strings.Contains(text, "## "+name) {
				t.Errorf("the policy %s is in pkg/policy/catalog.go and not in %s", name, place)
			}
		}
	}
}

// TestCodesHaveTheirPlaces: a code of code.go has a meaning and a row in the documentation.
func TestCodesHaveTheirPlaces(t *testing.T) {
	errorsPage := textOf(t, "docs/errors.md")
	declared := constantsOf(t, "pkg/hostnet/code.go", "Code")
	meanings := textOf(t, "pkg/hostnet/meanings.go")
	if len(declared) < 60 {
		t.Fatalf("found %d codes in pkg/hostnet/code.go, want all of them", len(declared))
	}
	for _, name := range declared {
		if !strings.Contains(meanings, "\t"+name+":") {
			t.Errorf("%s is in pkg/hostnet/code.go and not in pkg/hostnet/meanings.go", name)
		}
	}
	for _, code := range hostnet.Codes() {
		if !strings.Contains(errorsPage, "`"+code.Hex()+"`") {
			t.Errorf("%s is not in docs/errors.md: give it a row in pkg/hostnet's codes_test.go and run go test ./pkg/hostnet -update", code)
		}
	}
}

// notAnswered are codes that the emulator uses for other reasons than a rule of HNS.
var notAnswered = []string{"CodeFail", "CodeProcNotFound", "CodeFileNotFound"}

// sentences is the file with the system's texts for codes, which contains no rule.
const sentences = "pkg/hcnemu/internal/refusal/sentence.go"

// TestRulesHaveTheirPlaces: every code that a rule of the emulator returns is the expected answer of a probe, which is
// a row of FIDELITY.md.
func TestRulesHaveTheirPlaces(t *testing.T) {
	answers := ""
	for _, p := range probe.Probes() {
		answers += " " + p.Answer + " "
		for _, v := range probe.Versions() {
			if p.Want != nil {
				answers += " " + string(p.Want(v)) + " "
			}
		}
	}
	values := codeValues(t)
	used := regexp.MustCompile(`hostnet\.(Code[A-Z]\w*)`).FindAllStringSubmatch(strings.ReplaceAll(textOf(t, "pkg/hcnemu/internal/*/*.go", "pkg/hcnemu/*.go"), textOf(t, sentences), ""), -1)
	for _, name := range unique(used) {
		hex, known := values[name]
		if known && !slices.Contains(notAnswered, name) && !strings.Contains(answers, " "+hex) {
			t.Errorf("a rule of pkg/hcnemu refuses with %s (%s), which no probe of pkg/probe expects: ask HNS about the rule", name, hex)
		}
	}
}

// TestCommandsHaveTheirPlaces: a command of hcnctl is in a page and in a test.
func TestCommandsHaveTheirPlaces(t *testing.T) {
	pages := textOf(t, "README.md", "docs/*.md", "build/node/*.yaml", "CONTRIBUTING.md")
	tests := textOf(t, "cmd/hcnctl/internal/cli/testdata/*.txt", "cmd/hcnctl/internal/cli/*_test.go") + pages // every command of a page is run
	commands := commandNames(t)
	if len(commands) < 20 {
		t.Fatalf("found %d commands in cmd/hcnctl, want all of them", len(commands))
	}
	for _, name := range commands {
		shown := regexp.MustCompile(`hcnctl(\.exe)?( -\S+)*( [a-z]+)? ` + name + `\b`)
		if !shown.MatchString(pages) {
			t.Errorf("the command %s is in no page of docs/", name)
		}
		if !shown.MatchString(tests) && !strings.Contains(tests, `"`+name+`"`) {
			t.Errorf("the command %s is in no test of cmd/hcnctl/internal/cli", name)
		}
	}
}

// textOf returns the contents of files, by pattern. Test files of Go are read only if the pattern names them.
func textOf(t *testing.T, patterns ...string) string {
	t.Helper()
	var b strings.Builder
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil || len(files) == 0 && !strings.Contains(pattern, "CONTRIBUTING") {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") && !strings.Contains(pattern, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(text)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// eachNode walks the sources of a package without its tests.
func eachNode(t *testing.T, pattern string, f func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, pattern))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			f(n)
			return true
		})
	}
}

// argumentsOf returns the first string argument of every call of a method in a package.
func argumentsOf(t *testing.T, pkg, method string) []string {
	var all []string
	eachNode(t, pkg+"/*.go", func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != method {
			return
		}
		if s, ok := literal(call.Args[0]); ok && !slices.Contains(all, s) {
			all = append(all, s)
		}
	})
	return all
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// cataloguePolicies returns the types in pkg/policy's catalogue.
func cataloguePolicies(t *testing.T) []string {
	values := map[string]string{}
	eachNode(t, "pkg/hcnspec/policy.go", func(n ast.Node) {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if s, ok := literal(spec.Values[0]); ok {
				values[spec.Names[0].Name] = s
			}
		}
	})
	var names []string
	eachNode(t, "pkg/policy/catalog.go", func(n ast.Node) {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		key, _ := pair.Key.(*ast.Ident)
		value, _ := pair.Value.(*ast.SelectorExpr)
		if key != nil && key.Name == "name" && value != nil && values[value.Sel.Name] != "" {
			names = append(names, values[value.Sel.Name])
		}
	})
	return names
}

// constantsOf returns the names of a file's constants that begin with prefix.
func constantsOf(t *testing.T, file, prefix string) []string {
	var names []string
	eachNode(t, file, func(n ast.Node) {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 && strings.HasPrefix(spec.Names[0].Name, prefix) {
			names = append(names, spec.Names[0].Name)
		}
	})
	return names
}

// codeValues maps the names of codes to their numbers, in the form of answers.
func codeValues(t *testing.T) map[string]string {
	values := map[string]string{}
	eachNode(t, "pkg/hostnet/code.go", func(n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.INT {
			number, err := strconv.ParseUint(lit.Value, 0, 32)
			if err != nil {
				t.Fatal(err)
			}
			values[spec.Names[0].Name] = hostnet.Code(number).Hex()
		}
	})
	return values
}

// commandNames returns the names of hcnctl's commands.
func commandNames(t *testing.T) []string {
	var names []string
	eachNode(t, "cmd/hcnctl/internal/cli/*.go", func(n ast.Node) {
		composite, ok := n.(*ast.CompositeLit)
		if !ok {
			return
		}
		selector, ok := composite.Type.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != "Command" {
			return
		}
		for _, e := range composite.Elts {
			pair, _ := e.(*ast.KeyValueExpr)
			if pair == nil {
				continue
			}
			if key, _ := pair.Key.(*ast.Ident); key != nil && key.Name == "Use" {
				if use, ok := literal(pair.Value); ok && use != "hcnctl" {
					names = append(names, strings.Fields(use)[0])
				}
			}
		}
	})
	return names
}

func unique(matches [][]string) []string {
	var all []string
	for _, m := range matches {
		if !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	return all
}
