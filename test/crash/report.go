package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// runAll runs the matrix and prints the defects, with the closing line last.
func (m *matrix) runAll() (bool, error) {
	p := harness.NewProgress()
	templates, err := m.templates(p)
	if err != nil {
		p.End()
		return false, err
	}
	jobs, err := m.jobs(templates)
	if err != nil {
		p.End()
		return false, err
	}
	if m.list {
		p.End()
		for _, j := range jobs {
			fmt.Println(j.name)
		}
		return true, nil
	}
	p.Begin("crash matrix", len(jobs))
	outcomes := m.runJobs(jobs, p)
	p.End()
	return m.report(outcomes)
}

func (m *matrix) report(outcomes []outcome) (bool, error) {
	leaks, wrongs, broken, shown := 0, 0, 0, 0
	for _, o := range outcomes {
		if len(o.findings.leaks) > 0 {
			leaks++
		}
		if len(o.findings.wrongs) > 0 {
			wrongs++
		}
		if o.err != nil {
			broken++
		}
		if o.err == nil && len(o.findings.leaks)+len(o.findings.wrongs) == 0 {
			continue
		}
		if shown++; shown <= m.shown {
			printFindings(o)
		} else {
			fmt.Println(o.job.name)
		}
	}
	if shown > 0 {
		fmt.Printf("the nodes' seed is %d: -seed %d runs the cases again\n", m.seed, m.seed)
	}
	if broken > 0 {
		return false, fmt.Errorf("%d cases could not be run", broken)
	}
	fmt.Printf("crash matrix: %d cases, %d leaks, %d wrong verdicts\n", len(outcomes), leaks, wrongs)
	return leaks+wrongs == 0, nil
}

func printFindings(o outcome) {
	fmt.Printf("case %s\n", o.job.name)
	if o.err != nil {
		fmt.Println("  cannot be run:", o.err)
	}
	for _, l := range o.findings.leaks {
		fmt.Println("  leak:", indent(l))
	}
	for _, w := range o.findings.wrongs {
		fmt.Println("  wrong:", indent(w))
	}
}

func indent(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ") }

// explain runs one case and prints everything known about it.
func (m *matrix) explain(name string) (bool, error) {
	if v, story, ok := strings.Cut(name, "/"+storyPrefix); ok {
		return m.explainStory(v, story)
	}
	c, err := m.parseCase(name)
	if err != nil {
		return false, err
	}
	o, n, err := m.execute(c)
	defer discard(n)
	if err != nil {
		return false, err
	}
	journal, err := os.ReadFile(n.hnsDir() + "/journal.jsonl")
	if err != nil {
		return false, err
	}
	log, _ := os.ReadFile(n.storeDir() + ".log") // a plugin that died early has written none
	fmt.Printf("before:\n%s\n\njournal of the verb and of what followed:\n%s\nlog:\n%s\n", c.t.at, journal, log)
	fmt.Printf("%s: exit status %d after %s\nstdout: %s\nstderr: %s\n\nafter:\n%s\n", c.t.scenario.command,
		o.run.Exit, o.run.Took, o.run.Stdout, o.run.Stderr, o.after)
	for _, u := range o.then {
		fmt.Printf("\n%s: exit status %d %s%s\n", u.what, u.run.Exit, u.run.Stdout, u.run.Stderr)
	}
	fmt.Printf("\nin the end:\n%s\n\n", o.end)
	return m.report([]outcome{{job: job{name: name}, findings: judge(o)}})
}
