package main

import (
	"fmt"
	"net/netip"
	"sync"
)

// ledger knows who has which address. An address belongs to a pod from the result of its ADD until its DEL
// begins, so that no double is seen where there is none.
type ledger struct {
	mu      sync.Mutex
	owner   map[string]string
	doubles []string
}

func newLedger() *ledger { return &ledger{owner: map[string]string{}} }

// take enters the addresses of a pod.
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

// give takes them out again.
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
