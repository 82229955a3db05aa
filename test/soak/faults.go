package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Chances of a fault in one start of a plugin, per thousand.
const (
	refusals = 80
	deaths   = 40
	hangs    = 3
)

// lastCall is roughly the number of HCN calls of the longest verb: a fault hits one of these.
const lastCall = 30

// randomFault returns HCNEMU_FAULTS for one start, mostly none, and its hnsTimeoutSeconds.
func randomFault(r *rand.Rand, codes []hostnet.Code) (faults string, timeout int) {
	at := fmt.Sprintf("*#%d=", 1+r.IntN(lastCall))
	switch dice := r.IntN(1000); {
	case dice < refusals:
		return fmt.Sprintf("%s%#x", at, uint32(codes[r.IntN(len(codes))])), patience
	case dice < refusals+deaths:
		return at + []string{"kill", "kill-after"}[r.IntN(2)], patience
	case dice < refusals+deaths+hangs:
		return at + "hang", 1
	}
	return "", patience
}

// faultCodes are all codes that HNS may answer with, in a fixed order. Those that mean "not found" are left out: a
// false "not found" would amount to a different node.
func faultCodes() []hostnet.Code {
	codes := slices.DeleteFunc(hostnet.Codes(), func(c hostnet.Code) bool { return c.Class() == hostnet.NotFound })
	slices.Sort(codes)
	return codes
}
