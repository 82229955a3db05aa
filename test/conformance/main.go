// Command conformance runs other projects' test suites against the emulator: it builds them from the module cache, runs
// them as Windows executables under Wine against the emulator's computenetwork.dll, and prints a line for each test and
// one for each suite. No code of these projects is kept here: a test file that must be changed, for example to remove a
// skip, is changed in a copy.
//
// It exits with 1 unless every test passes that is not listed as not applicable, and no listed test passes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	runner := flag.String("run", "../../out/wine/run", "program that starts a Windows executable")
	work := flag.String("work", "../../out/conformance", "directory for the built suites, their output and the emulator's state")
	host := flag.String("host", "testdata/host.json", "host profile of the emulator")
	list := flag.String("not-applicable", "not-applicable.txt", "tests that need not pass")
	more := flag.Bool("more", false, "run the suites that take minutes to build, rather than the others")
	only := flag.String("suite", "", "run only the suite of this name")
	flag.Parse()
	ok, err := judge(os.Stdout, *runner, *work, *host, *list, func(s suite) bool {
		return s.Name == *only || *only == "" && s.More == *more
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// judge runs the selected suites and reports whether every applicable test passed.
func judge(w io.Writer, runner, work, host, list string, wanted func(suite) bool) (bool, error) {
	excused, err := readExcused(list)
	if err != nil {
		return false, err
	}
	if err := checkSuites(excused); err != nil {
		return false, err
	}
	env, err := newEnvironment(runner, work, host)
	if err != nil {
		return false, err
	}
	ok := true
	var closing []string
	for _, s := range suites {
		if !wanted(s) {
			continue
		}
		outcome, err := s.run(w, env)
		if err != nil {
			return false, fmt.Errorf("%s: %w", s.Name, err)
		}
		v := newVerdict(s.Name, outcome, excused)
		v.complain(w)
		closing = append(closing, v.String())
		ok = ok && v.good()
	}
	for _, line := range closing {
		fmt.Fprintln(w, line)
	}
	if len(closing) == 0 {
		return false, errors.New("there is no such suite")
	}
	return ok, nil
}

func newEnvironment(runner, work, host string) (environment, error) {
	var env environment
	for _, p := range []struct {
		to   *string
		path string
	}{{&env.runner, runner}, {&env.work, work}, {&env.host, host}} {
		absolute, err := filepath.Abs(p.path)
		if err != nil {
			return env, err
		}
		*p.to = absolute
	}
	for _, file := range []string{env.runner, env.host} {
		if _, err := os.Stat(file); err != nil {
			return env, err
		}
	}
	return env, os.MkdirAll(env.work, 0o755)
}
