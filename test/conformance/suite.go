package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// suite is the test suite of a package in the module cache.
type suite struct {
	Name, Package, Tags string
}

// environment is where suites run: absolute paths.
type environment struct {
	runner, work, host string
}

// outcome is what became of each test of a suite, in the suite's order.
type outcome struct {
	tests   []string
	results map[string]result
}

// run builds the suite and runs it in one process on a fresh emulated host, writing a line for each test.
func (s suite) run(w io.Writer, env environment) (outcome, error) {
	exe := filepath.Join(env.work, s.Name+".test.exe")
	fmt.Fprintf(w, "%s hcn suite: building %s\n", s.Name, s.Package)
	if err := s.build(exe); err != nil {
		return outcome{}, err
	}
	state := filepath.Join(env.work, s.Name+".state")
	if err := os.RemoveAll(state); err != nil {
		return outcome{}, err
	}
	tests, err := listTests(env.command(exe, state, "-test.list", "."))
	if err != nil {
		return outcome{}, err
	}
	results, err := runTests(w, env.command(exe, state, "-test.v=test2json", "-test.timeout=10m"))
	return outcome{tests: tests, results: results}, err
}

func (s suite) build(exe string) error {
	cmd := exec.Command("go", "test", "-c", "-tags", s.Tags, "-o", exe, s.Package)
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", s.Package, err)
	}
	return nil
}

func (env environment) command(exe, state string, args ...string) *exec.Cmd {
	cmd := exec.Command(env.runner, append([]string{exe}, args...)...)
	cmd.Dir = env.work
	cmd.Env = append(os.Environ(), "HCNEMU_DIR="+state, "HCNEMU_HOST="+env.host, "HCNEMU_LATENCY=", "HCNEMU_FAULTS=")
	return cmd
}

func listTests(cmd *exec.Cmd) ([]string, error) {
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the tests: %w", err)
	}
	var tests []string
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "Test") {
			tests = append(tests, line)
		}
	}
	if len(tests) == 0 {
		return nil, fmt.Errorf("list the tests: there are none in %q", out)
	}
	return tests, nil
}

// runTests reads results while the suite runs. A suite that ends with a failure is no error here: its
// tests tell, and those that it never came to have no result.
func runTests(w io.Writer, cmd *exec.Cmd) (map[string]result, error) {
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<20)
	p := newParser(w)
	for lines.Scan() {
		p.line(lines.Text())
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	p.end(cmd.Wait())
	return p.results, nil
}
