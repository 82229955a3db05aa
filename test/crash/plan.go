package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// job is a case or a story, with its name.
type job struct {
	name string
	slow bool // waits more than it works
	run  func() (findings, error)
}

// templates prepares every scenario of every variant.
func (m *matrix) templates(progress *harness.Progress) ([]*template, error) {
	type pair struct {
		v variant
		s scenario
	}
	var pairs []pair
	for _, v := range m.variants() {
		for _, s := range scenarios {
			if !s.lbOnly || v.lb {
				pairs = append(pairs, pair{v, s})
			}
		}
	}
	templates := make([]*template, len(pairs))
	errs := make([]error, len(pairs))
	progress.Begin("learning the calls", len(pairs))
	harness.InParallel(m.workers(), len(pairs), func(i int) {
		templates[i], errs[i] = m.makeTemplate(pairs[i].v, pairs[i].s)
		progress.Step(errs[i] != nil)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return templates, nil
}

// variants are those of this run: under Wine only three, because preparing them takes most of the time.
func (m *matrix) variants() []variant {
	if !m.wine {
		return variants
	}
	var some []variant
	for _, name := range []string{"nat-hns-ports-13.3", "sdnbridge-host-local-ports-lb-13.3", "sdnoverlay-in-process-lb-13.3"} {
		v, err := variantNamed(name)
		if err == nil {
			some = append(some, v)
		}
	}
	return some
}

// jobs returns the whole matrix in a fixed order.
func (m *matrix) jobs(templates []*template) ([]job, error) {
	var jobs []job
	turn := 0
	for _, t := range templates {
		for _, text := range m.faultTexts(t, &turn) {
			f, err := parseFault(text)
			if err != nil {
				return nil, err
			}
			c := oneCase{t, f}
			jobs = append(jobs, job{c.String(), f.waits(), func() (findings, error) { return m.judgeCase(c) }})
		}
	}
	for _, v := range m.variants() {
		for _, s := range stories {
			if s.lbOnly && !v.lb || s.hostLocalOnly && !v.hostLocal() {
				continue
			}
			name := v.String() + "/" + storyPrefix + s.name
			jobs = append(jobs, job{name, s.slow, func() (findings, error) { return m.tell(v, s) }})
		}
	}
	return m.chosen(jobs), nil
}

func (m *matrix) faultTexts(t *template, turn *int) []string {
	texts := append([]string{"none"}, faultsOf(t.calls, turn, m.all)...)
	texts = append(texts, outages(t.calls)...)
	ipam := t.variant.ipam == "host-local" && (t.scenario.command == "ADD" || t.scenario.command == "DEL")
	if ipam && !m.wine && t.scenario.name != "add-again" {
		texts = append(texts, ipamFaults(t.scenario.command)...)
	}
	return texts
}

// chosen applies -only and -sample. The sample is the same each time, and spread evenly.
func (m *matrix) chosen(jobs []job) []job {
	jobs = slices.DeleteFunc(jobs, func(j job) bool { return !strings.Contains(j.name, m.only) })
	if m.sample == 0 || m.sample >= len(jobs) {
		return jobs
	}
	var some []job
	for i := range m.sample {
		some = append(some, jobs[i*len(jobs)/m.sample])
	}
	return some
}

func (m *matrix) judgeCase(c oneCase) (findings, error) {
	o, n, err := m.execute(c)
	defer discard(n)
	if err != nil {
		return findings{}, err
	}
	return judge(o), nil
}

// parseCase finds the template and fault of a name, and prepares the template.
func (m *matrix) parseCase(name string) (oneCase, error) {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) != 3 {
		return oneCase{}, fmt.Errorf("case %q: want variant/scenario/fault", name)
	}
	v, err := variantNamed(parts[0])
	if err != nil {
		return oneCase{}, err
	}
	s, err := scenarioNamed(parts[1])
	if err != nil {
		return oneCase{}, err
	}
	f, err := parseFault(parts[2])
	if err != nil {
		return oneCase{}, err
	}
	t, err := m.makeTemplate(v, s)
	return oneCase{t, f}, err
}
