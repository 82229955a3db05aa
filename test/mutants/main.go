// Mutants runs mutation tests over packages and fails if a changed program passes its tests, unless survivors.txt
// explains why that is correct. Use: go run ./test/mutants -gremlins PROGRAM [PACKAGE ...].
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// packages are those that contain decisions and need no Windows.
var packages = []string{"./pkg/confdoc", "./pkg/netconf", "./pkg/policy", "./pkg/hostnet", "./pkg/ipam", "./pkg/attach"}

// explained is the file with the acceptable survivors, one per line: file, kind of change, the changed line of code
// between backquotes, and the reason. It has no line numbers because code moves.
const explained = "test/mutants/survivors.txt"

func main() {
	gremlins := flag.String("gremlins", "gremlins", "the mutation tester's executable")
	flag.Parse()
	targets := flag.Args()
	if len(targets) == 0 {
		targets = packages
	}
	if err := run(*gremlins, targets); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(gremlins string, targets []string) error {
	reasons, err := readReasons(explained)
	if err != nil {
		return err
	}
	var total report
	for _, target := range targets {
		r, err := mutate(gremlins, target)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d of %d mutants killed\n", target, r.killed(), r.tested())
		total.mutants = append(total.mutants, r.mutants...)
	}
	unexplained := 0
	for _, m := range total.survivors() {
		if reasons[m.key()] == "" {
			unexplained++
			fmt.Printf("survivor: %s (line %d)\n", m.key(), m.line)
		}
	}
	survivors := len(total.survivors())
	fmt.Printf("mutants: %d of %d killed, %d survivors, %d explained\n", total.killed(), total.tested(), survivors, survivors-unexplained)
	if unexplained > 0 {
		return fmt.Errorf("%d survivors without a reason in %s: add a test that fails for each, or the reason", unexplained, explained)
	}
	return nil
}

// mutate runs the mutation tester over one package.
func mutate(gremlins, target string) (report, error) {
	out, err := os.CreateTemp("", "mutants-*.json")
	if err != nil {
		return report{}, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	// A timeout is a verdict only if the tests have far more time than they need.
	cmd := exec.Command(gremlins, "unleash", "--silent", "--workers", "2", "--timeout-coefficient", "20", "--output", out.Name(), target)
	if text, err := cmd.CombinedOutput(); err != nil {
		return report{}, fmt.Errorf("%s: %w\n%s", target, err, text)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		return report{}, err
	}
	return parse(target, text, os.ReadFile)
}

// mutant is one change of the code and its outcome.
type mutant struct {
	file         string
	line, column int
	kind, status string
	code         string // the line
}

func (m mutant) key() string { return fmt.Sprintf("%s %s `%s`", m.file, m.kind, m.code) }

type report struct{ mutants []mutant }

func (r report) count(status ...string) int {
	n := 0
	for _, m := range r.mutants {
		if slices.Contains(status, m.status) {
			n++
		}
	}
	return n
}

// A mutant that makes the tests hang is detected too; one that no test runs is a survivor.
func (r report) killed() int { return r.count("KILLED", "TIMED OUT") }
func (r report) tested() int { return r.killed() + len(r.survivors()) }
func (r report) survivors() []mutant {
	return slices.DeleteFunc(slices.Clone(r.mutants), func(m mutant) bool { return m.status != "LIVED" && m.status != "NOT COVERED" })
}

// parse reads the mutation tester's JSON.
func parse(target string, text []byte, source func(file string) ([]byte, error)) (report, error) {
	var doc struct {
		Files []struct {
			Name      string `json:"file_name"`
			Mutations []struct {
				Type, Status string
				Line, Column int
			} `json:"mutations"`
		} `json:"files"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return report{}, fmt.Errorf("%s: read the report: %w", target, err)
	}
	var r report
	for _, f := range doc.Files {
		file := path.Join(target, filepath.ToSlash(f.Name))
		code, err := source(file)
		if err != nil {
			return report{}, err
		}
		lines := strings.Split(string(code), "\n")
		for _, m := range f.Mutations {
			if m.Line < 1 || m.Line > len(lines) {
				return report{}, fmt.Errorf("%s has no line %d", file, m.Line)
			}
			r.mutants = append(r.mutants, mutant{file, m.Line, m.Column, m.Type, m.Status, strings.TrimSpace(lines[m.Line-1])})
		}
	}
	if len(r.mutants) == 0 {
		return report{}, fmt.Errorf("%s: the mutation tester changed nothing", target)
	}
	slices.SortFunc(r.mutants, func(a, b mutant) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	return r, nil
}

// readReasons reads the acceptable survivors, with the reason for each.
func readReasons(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for n, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		end := strings.LastIndex(line, "`")
		reason := strings.TrimSpace(line[end+1:])
		if end < 0 || reason == "" {
			return nil, fmt.Errorf("%s:%d: want file, kind, `code` and the reason", file, n+1)
		}
		reasons[line[:end+1]] = reason
	}
	return reasons, nil
}
