package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// workers is how many cases run at a time. Cases that wait for a timeout have workers of their own.
func workers() int { return runtime.NumCPU() }

const waitersPerCPU = 8

// inParallel calls f for 0 to n-1 from so many goroutines and returns when all calls have.
func inParallel(workers, n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}

// outcome is what came of a job.
type outcome struct {
	job      job
	findings findings
	err      error
}

// runJobs runs the jobs, the waiting ones beside the others, and returns their outcomes in order.
func runJobs(jobs []job, p *progress) []outcome {
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
		p.step(err != nil || len(found.leaks)+len(found.wrongs) > 0)
	}
	var wg sync.WaitGroup
	wg.Go(func() { inParallel(workers(), len(quick), func(i int) { one(quick[i]) }) })
	wg.Go(func() { inParallel(waitersPerCPU*workers(), len(slow), func(i int) { one(slow[i]) }) })
	wg.Wait()
	return outcomes
}

// progress is a line that shows how far the run is. It is written to a terminal only.
type progress struct {
	mu     sync.Mutex
	shown  bool
	what   string
	total  int
	done   int
	failed int
}

func newProgress() *progress {
	info, err := os.Stderr.Stat()
	return &progress{shown: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (p *progress) begin(what string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what, p.total, p.done, p.failed = what, total, 0, 0
}

func (p *progress) step(failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if failed {
		p.failed++
	}
	if p.shown {
		fmt.Fprintf(os.Stderr, "\r%s: %d of %d, %d failed\033[K", p.what, p.done, p.total, p.failed)
	}
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
}
