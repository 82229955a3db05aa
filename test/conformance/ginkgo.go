package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// report is the part of a Ginkgo JSON report that is read.
type report struct {
	SpecReports []spec
}

type spec struct {
	ContainerHierarchyTexts []string
	LeafNodeText, State     string
	Failure                 struct{ Message string }
}

// name returns the spec's name in results and excuses: one word, like the name of a Go test.
func (s spec) name() string {
	return strings.ReplaceAll(strings.Join(append(slices.Clone(s.ContainerHierarchyTexts), s.LeafNodeText), "/"), " ", "_")
}

func (s spec) result() result {
	switch s.State {
	case "passed":
		return passed
	case "skipped", "pending":
		return skipped
	case "interrupted", "aborted", "timedout":
		return unfinished
	}
	return failed
}

// runSpecs runs a Ginkgo suite in one process and counts its specs. A missing report is an error because the number of
// specs is then unknown.
func (s suite) runSpecs(w io.Writer, env environment, exe string) (outcome, error) {
	file := s.Name + ".json"
	path := filepath.Join(env.work, file)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return outcome{}, err
	}
	cmd, err := s.start(env, exe, "-test.timeout=10m", "-ginkgo.no-color", "-ginkgo.succinct", "-ginkgo.json-report="+file)
	if err != nil {
		return outcome{}, err
	}
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintf(w, "%s: %v\n", s.Name, err) // a spec failed: the report names it
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return outcome{}, err
	}
	return readReport(w, text)
}

func readReport(w io.Writer, text []byte) (outcome, error) {
	var reports []report
	if err := json.Unmarshal(text, &reports); err != nil {
		return outcome{}, fmt.Errorf("Ginkgo's report: %w", err)
	}
	o := outcome{results: map[string]result{}}
	for _, r := range reports {
		for _, s := range r.SpecReports {
			name := s.name()
			if _, twice := o.results[name]; twice {
				name = fmt.Sprintf("%s#%d", name, len(o.tests))
			}
			o.tests = append(o.tests, name)
			o.results[name] = s.result()
			fmt.Fprintf(w, "  %s  %s\n", s.result(), name)
			if s.Failure.Message != "" {
				fmt.Fprintf(w, "        %s\n", s.Failure.Message)
			}
		}
	}
	if len(o.tests) == 0 {
		return o, errors.New("Ginkgo's report: it has no specs")
	}
	return o, nil
}
