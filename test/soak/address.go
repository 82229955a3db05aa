package main

import (
	"fmt"
	"net/netip"
	"sync"
)

// ledger records the owner of each address. An address belongs to a pod from the result of its ADD until its DEL
// begins, so that there are no false duplicates.
type ledger struct {
	mu      sync.Mutex
	owner   map[string]string
	doubles []string
}

func newLedger() *ledger { return &ledger{owner: map[string]string{}} }

// take records the addresses of a pod.
func (l *ledger) take(scope string, addrs []netip.Addr, pod string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range addrs {
		key := scope + " " + a.String()
		if other, taken := l.owner[key]; taken {
			l.doubles = append(l.doubles, fmt.Sprintf("%s: %s and %s", key, other, pod))
		}
		l.owner[key] = pod
	}
}

// give removes them again.
func (l *ledger) give(scope string, addrs []netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range addrs {
		delete(l.owner, scope+" "+a.String())
	}
}

func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.owner)
}
