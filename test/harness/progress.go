package harness

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// Progress is a line on stderr that shows the progress of a run; it appears on a terminal only. It may be used by many
// goroutines.
type Progress struct {
	mu     sync.Mutex
	shown  bool
	what   string
	total  int
	done   int
	failed int
}

// NewProgress returns a progress line that shows nothing yet.
func NewProgress() *Progress {
	info, err := os.Stderr.Stat()
	return &Progress{shown: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// Begin starts counting towards a total.
func (p *Progress) Begin(what string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what, p.total, p.done, p.failed = what, total, 0, 0
}

// Step counts one more as done.
func (p *Progress) Step(failed bool) {
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

// End clears the line.
func (p *Progress) End() {
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
}

// InParallel calls f for 0 to n-1 from the given number of goroutines and returns when all calls have returned.
func InParallel(workers, n int, f func(i int)) {
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
