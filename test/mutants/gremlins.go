package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mutate tries every mutant of one package, or with -again those that survived the last time.
func (o options) mutate(target string) (report, error) {
	last := filepath.Join("out", "mutants", strings.ReplaceAll(filepath.ToSlash(filepath.Clean(target)), "/", "_")+".json")
	var r report
	var err error
	if o.again {
		if text, err := exec.Command("go", "test", "-vet=off", "-failfast", target).CombinedOutput(); err != nil {
			return report{}, fmt.Errorf("the tests fail without a change: %w\n%s", err, text)
		}
		r, err = readReport(last)
		r.mutants = r.survivors()
	} else {
		r, err = o.unleash(target)
	}
	if err != nil {
		return report{}, err
	}
	for i, m := range r.mutants {
		if !m.survived() {
			continue
		}
		// The mutation tester does not run what no coverage block contains: the conditions of cases, and constants.
		// With -run it did not run all tests.
		if o.again || m.Status == notCovered || o.run != "" {
			if r.mutants[i].Status, err = o.try(m); err != nil {
				return report{}, err
			}
		}
	}
	return r, r.write(last)
}

// unleash runs the mutation tester.
func (o options) unleash(target string) (report, error) {
	out, err := os.CreateTemp("", "mutants-*.json")
	if err != nil {
		return report{}, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	args := []string{"unleash", "--silent", "--workers", strconv.Itoa(o.workers), "--output", out.Name()}
	// A timeout is a verdict only if the tests have far more time than they need.
	args = append(args, "--timeout-coefficient", "20")
	exclude, err := o.exclude(target)
	if err != nil {
		return report{}, err
	}
	cmd := exec.Command(o.gremlins, append(append(args, exclude...), target)...)
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.Join(o.goflags(), " "))
	if text, err := cmd.CombinedOutput(); err != nil {
		return report{}, fmt.Errorf("%s: %w\n%s", target, err, text)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		return report{}, err
	}
	return parse(target, text, os.ReadFile)
}

// goflags are for the go commands of the mutation tester. vet would take longer than most tests.
func (o options) goflags() []string {
	flags := []string{"-vet=off"}
	if o.run != "" {
		flags = append(flags, "'-run="+o.run+"'")
	}
	return flags
}

// exclude returns the arguments that leave out all files but o.files.
func (o options) exclude(target string) ([]string, error) {
	if len(o.files) == 0 {
		return nil, nil
	}
	all, err := filepath.Glob(filepath.Join(target, "*.go"))
	if err != nil {
		return nil, err
	}
	args := []string{"--exclude-files", "/"} // of packages below
	found := 0
	for _, file := range all {
		if slices.Contains(o.files, filepath.Base(file)) {
			found++
			continue
		}
		args = append(args, "--exclude-files", "^"+regexp.QuoteMeta(filepath.Base(file))+"$")
	}
	if found != len(o.files) {
		return nil, fmt.Errorf("%s has %d of the files %v", target, found, o.files)
	}
	return args, nil
}

func readReport(file string) (report, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return report{}, fmt.Errorf("-again needs a run before it: %w", err)
	}
	var r report
	err = json.Unmarshal(text, &r.mutants)
	return r, err
}

func (r report) write(file string) error {
	text, err := json.MarshalIndent(r.mutants, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
