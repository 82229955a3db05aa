package main

import (
	"fmt"
	"sync"
)

// kind is a class of findings.
type kind string

const (
	lost     kind = "LIVE POD LOST"
	leak     kind = "LEAK"
	hang     kind = "HANG"
	panicked kind = "PANIC"
	wrong    kind = "WRONG OUTCOME" // an answer that the row does not expect
)

type finding struct {
	kind kind
	row  string
	what string
}

// findings may be added to from many goroutines.
type findings struct {
	mu    sync.Mutex
	all   []finding
	notes []string // printed whatever was found
}

// note keeps a line for the report.
func (f *findings) note(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// of counts the findings of a row.
func (f *findings) of(row string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, found := range f.all {
		if found.row == row {
			n++
		}
	}
	return n
}

func (f *findings) add(k kind, row, what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, finding{k, row, what})
}

func (f *findings) count(k kind) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, found := range f.all {
		if found.kind == k {
			n++
		}
	}
	return n
}
