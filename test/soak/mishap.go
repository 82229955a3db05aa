package main

import (
	"fmt"
	"strings"
	"sync"
)

// mishaps collects failures from many goroutines.
type mishaps struct {
	mu   sync.Mutex
	all  []string
	told int
}

// shownMishaps is the number of those that are printed in full.
const shownMishaps = 20

func (m *mishaps) add(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, fmt.Sprintf(format, args...))
}

func (m *mishaps) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.all)
}

// print prints the ones that were not printed before.
func (m *mishaps) print() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, text := range m.all[m.told:] {
		if i == shownMishaps {
			fmt.Printf("… and %d more\n", len(m.all)-m.told-i)
			break
		}
		fmt.Println("mishap:", strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
	}
	m.told = len(m.all)
}
