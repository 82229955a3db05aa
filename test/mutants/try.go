package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// changes are the mutation tester's kinds of change to an operator.
var changes = map[string]map[string]string{
	"ARITHMETIC_BASE":       {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*"},
	"CONDITIONALS_BOUNDARY": {"<": "<=", "<=": "<", ">": ">=", ">=": ">"},
	"CONDITIONALS_NEGATION": {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"},
	"INCREMENT_DECREMENT":   {"++": "--", "--": "++"},
	"INVERT_NEGATIVES":      {"-": "+"},
}

// patience is for one mutant's tests: far more than they need.
const patience = 10 * time.Minute

// try runs the tests of a mutant's package with the mutant and returns its status. What this system does not compile
// stays as it is.
func (o options) try(m mutant) (string, error) {
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	ours, err := build.Default.MatchFile(filepath.Dir(m.File), filepath.Base(m.File))
	if err != nil || !ours {
		return m.Status, err
	}
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "mutant.test")
	compile := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, "./"+filepath.Dir(m.File))
	var failed *exec.ExitError
	if err := compile.Run(); errors.As(err, &failed) {
		return "NOT VIABLE", nil // the package itself compiles: the mutation tester has run its tests
	} else if err != nil {
		return "", err
	}
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	test := exec.CommandContext(ctx, binary, "-test.failfast")
	test.Dir = filepath.Dir(m.File)
	switch err := test.Run(); {
	case ctx.Err() != nil:
		return "TIMED OUT", nil
	case err != nil:
		return "KILLED", nil
	}
	return lived, nil
}

// overlay writes the changed file and returns the description that makes the go command read it.
func (m mutant) overlay(dir string) (string, error) {
	code, err := os.ReadFile(m.File)
	if err != nil {
		return "", err
	}
	changed, err := m.apply(string(code))
	if err != nil {
		return "", err
	}
	mutated := filepath.Join(dir, filepath.Base(m.File))
	if err := os.WriteFile(mutated, []byte(changed), 0o600); err != nil {
		return "", err
	}
	original, err := filepath.Abs(m.File)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutated}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}

// apply returns the file's code with the change.
func (m mutant) apply(code string) (string, error) {
	lines := strings.SplitAfter(code, "\n")
	if m.Line > len(lines) || strings.TrimSpace(lines[m.Line-1]) != m.Code || m.Column > len(lines[m.Line-1]) {
		return "", fmt.Errorf("%s has changed since the run: line %d is not %q", m.File, m.Line, m.Code)
	}
	line := lines[m.Line-1]
	before, rest := line[:m.Column-1], line[m.Column-1:]
	for n := 2; n > 0; n-- { // <= before <
		if n > len(rest) {
			continue
		}
		if instead := changes[m.Kind][rest[:n]]; instead != "" {
			lines[m.Line-1] = before + instead + rest[n:]
			return strings.Join(lines, ""), nil
		}
	}
	return "", fmt.Errorf("%s:%d:%d: no operator for %s in %q", m.File, m.Line, m.Column, m.Kind, rest)
}
