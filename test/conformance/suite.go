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

// environment is where suites run: absolute paths.
type environment struct {
	runner, work, host string
}

// outcome is the result of each test of a suite, in the suite's order.
type outcome struct {
	tests   []string
	results map[string]result
}

// run builds the suite and runs it on a fresh emulated host, writing a line for each test.
func (s suite) run(w io.Writer, env environment) (outcome, error) {
	exe := filepath.Join(env.work, s.Name+".test.exe")
	fmt.Fprintf(w, "%s: building %s\n", s.Name, s.Package)
	for _, program := range s.Needs {
		if err := program.build(env, filepath.Join(env.work, program.Name+".exe")); err != nil {
			return outcome{}, err
		}
	}
	if err := s.build(env, exe); err != nil {
		return outcome{}, err
	}
	if s.Ginkgo {
		return s.runSpecs(w, env, exe)
	}
	tests, err := s.list(env, exe)
	if err != nil {
		return outcome{}, err
	}
	o := outcome{tests: tests, results: map[string]result{}}
	for _, group := range s.processes(tests) {
		cmd, err := s.start(env, exe, "-test.run", "^("+strings.Join(group, "|")+")$", "-test.v=test2json", "-test.timeout=10m")
		if err != nil {
			return o, err
		}
		if err := runTests(w, cmd, o.results); err != nil {
			return o, err
		}
	}
	return o, nil
}

// processes divides the tests into those that share a process.
func (s suite) processes(tests []string) [][]string {
	if !s.Alone {
		return [][]string{tests}
	}
	var each [][]string
	for _, test := range tests {
		each = append(each, []string{test})
	}
	return each
}

// start returns a command that runs the suite's executable on a fresh emulated host.
func (s suite) start(env environment, exe string, args ...string) (*exec.Cmd, error) {
	state := filepath.Join(env.work, s.Name+".state")
	if err := os.RemoveAll(state); err != nil {
		return nil, err
	}
	argv := append([]string{env.runner, exe}, args...)
	if s.Here {
		argv = argv[1:]
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = env.work
	cmd.Env = append(os.Environ(), "HCNEMU_DIR="+state, "HCNEMU_HOST="+env.host, "HCNEMU_LATENCY=", "HCNEMU_FAULTS=")
	return cmd, nil
}

// list returns the tests that make up the suite. A named test that does not exist stays in the list, and has no result
// in the end.
func (s suite) list(env environment, exe string) ([]string, error) {
	if len(s.Tests) > 0 {
		return s.Tests, nil
	}
	cmd, err := s.start(env, exe, "-test.list", ".")
	if err != nil {
		return nil, err
	}
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

// runTests adds the results to a map while the tests run. A suite that fails is not an error here: its tests show it,
// and those that did not run have no result.
func runTests(w io.Writer, cmd *exec.Cmd, results map[string]result) error {
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<20)
	p := newParser(w, results)
	for lines.Scan() {
		p.line(lines.Text())
	}
	if err := lines.Err(); err != nil {
		return err
	}
	p.end(cmd.Wait())
	return nil
}
