package main

import (
	"runtime"
	"sync"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// workers is how many cases run at a time. A case that is refused once pauses before its plugin retries, so natively
// there are more of them than processors. Cases that wait for a timeout have workers of their own.
func (m *matrix) workers() int {
	if m.wine {
		return runtime.NumCPU()
	}
	return workersPerCPU * runtime.NumCPU()
}

const (
	workersPerCPU = 3
	waitersPerCPU = 8
)

// outcome is the outcome of a job.
type outcome struct {
	job      job
	findings findings
	err      error
}

// runJobs runs the jobs, the waiting ones concurrently with the others, and returns their outcomes in order.
func (m *matrix) runJobs(jobs []job, p *harness.Progress) []outcome {
	outcomes := make([]outcome, len(jobs))
	var quick, slow []int
	for i, j := range jobs {
		if j.slow {
			slow = append(slow, i)
		} else {
			quick = append(quick, i)
		}
	}
	one := func(i int) {
		found, err := jobs[i].run()
		outcomes[i] = outcome{jobs[i], found, err}
		p.Step(err != nil || len(found.leaks)+len(found.wrongs) > 0)
	}
	var wg sync.WaitGroup
	wg.Go(func() { harness.InParallel(m.workers(), len(quick), func(i int) { one(quick[i]) }) })
	wg.Go(func() { harness.InParallel(waitersPerCPU*runtime.NumCPU(), len(slow), func(i int) { one(slow[i]) }) })
	wg.Wait()
	return outcomes
}
