package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is one change of the code and its outcome.
type mutant struct {
	File         string
	Line, Column int
	Kind, Status string
	Code         string // the line
}

// The statuses of survivors.
const (
	lived      = "LIVED"
	notCovered = "NOT COVERED" // not run
)

func (m mutant) key() string    { return fmt.Sprintf("%s %s `%s`", m.File, m.Kind, m.Code) }
func (m mutant) survived() bool { return m.Status == lived || m.Status == notCovered }

type report struct{ mutants []mutant }

func (r report) count(status ...string) int {
	n := 0
	for _, m := range r.mutants {
		if slices.Contains(status, m.Status) {
			n++
		}
	}
	return n
}

// A mutant that makes the tests hang is detected too; one that no test runs is a survivor.
func (r report) killed() int { return r.count("KILLED", "TIMED OUT") }
func (r report) tested() int { return r.killed() + len(r.survivors()) }
func (r report) survivors() []mutant {
	return slices.DeleteFunc(slices.Clone(r.mutants), func(m mutant) bool { return !m.survived() })
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
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r, nil
}
