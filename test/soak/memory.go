package main

import "sync"

// memory compares the memory of the plugins of the first and of the last tenth of the pods.
type memory struct {
	total int
	mu    sync.Mutex
	first tally
	last  tally
}

type tally struct {
	sum   int64
	count int64
}

func (t tally) megabytes() float64 {
	if t.count == 0 {
		return 0
	}
	return float64(t.sum) / float64(t.count) / (1 << 20)
}

// note records the resident memory of a plugin that ran after that many pods.
func (m *memory) note(done int, rss int64) {
	if rss == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if done < m.total/10 {
		m.first.add(rss)
	} else if done >= m.total-m.total/10 {
		m.last.add(rss)
	}
}

func (t *tally) add(rss int64) {
	t.sum += rss
	t.count++
}

// growth is how much more the last plugins may need than the first: the cost of listing a node full of pods.
const growth = 1.10

// verdict returns both means and whether the memory is flat.
func (m *memory) verdict() (first, last float64, flat bool) {
	first, last = m.first.megabytes(), m.last.megabytes()
	return first, last, last <= first*growth
}
