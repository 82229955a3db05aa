// Command conformance lets Microsoft's own integration suites judge the emulator: it builds the hcn suites
// of hcsshim and hnslib from the module cache, runs them as Windows executables under Wine against the
// emulator's computenetwork.dll, and prints a line for each test and one for each suite.
//
// It exits with 1 unless every test passes that is not listed as not applicable, and no listed one does.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// suites are what is run. hnslib's tag featureaccelnetsupport is left out: its one test does not compile
// in v0.1.3 (an unused import), and hcsshim's suite has the same test.
var suites = []suite{
	{Name: "hcsshim", Package: "github.com/Microsoft/hcsshim/hcn", Tags: "integration"},
	{Name: "hnslib", Package: "github.com/Microsoft/hnslib/hcn", Tags: "integration,featureroutesupport"},
}

func main() {
	runner := flag.String("run", "../../out/wine/run", "program that starts a Windows executable")
	work := flag.String("work", "../../out/conformance", "directory for the built suites, their output and the emulator's state")
	host := flag.String("host", "testdata/host.json", "host profile of the emulator")
	list := flag.String("not-applicable", "not-applicable.txt", "tests that need not pass")
	flag.Parse()
	ok, err := judge(os.Stdout, *runner, *work, *host, *list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// judge runs all suites and reports whether everything that is applicable passed.
func judge(w io.Writer, runner, work, host, list string) (bool, error) {
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
		outcome, err := s.run(w, env)
		if err != nil {
			return false, fmt.Errorf("%s hcn suite: %w", s.Name, err)
		}
		v := newVerdict(s.Name, outcome, excused)
		v.complain(w)
		closing = append(closing, v.String())
		ok = ok && v.good()
	}
	for _, line := range closing {
		fmt.Fprintln(w, line)
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
