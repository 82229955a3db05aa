package main

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// TestLedger: two owners of an address at a time are detected; two owners in succession are correct.
func TestLedger(t *testing.T) {
	a := []netip.Addr{netip.MustParseAddr("10.0.0.2")}
	l := newLedger()
	l.take("bridge", a, "one")
	l.give("bridge", a)
	l.take("bridge", a, "two")
	l.take("nat", a, "elsewhere")
	if len(l.doubles) != 0 || l.size() != 2 {
		t.Errorf("doubles %q, %d addresses; want none, 2", l.doubles, l.size())
	}
	l.take("bridge", a, "three")
	if want := "bridge 10.0.0.2: two and three"; len(l.doubles) != 1 || l.doubles[0] != want {
		t.Errorf("doubles %q, want %q", l.doubles, want)
	}
}

// TestMemory: growing memory is not flat, and only the first and the last tenth count.
func TestMemory(t *testing.T) {
	for name, row := range map[string]struct {
		last int64
		flat bool
	}{"flat": {10 << 20, true}, "noise": {10<<20 + 100<<10, true}, "growing": {12 << 20, false}} {
		m := memory{total: 100}
		m.note(0, 10<<20)
		m.note(9, 0) // unknown
		m.note(50, 1000<<20)
		m.note(99, row.last)
		first, last, flat := m.verdict()
		if first != 10 || last != float64(row.last)/(1<<20) || flat != row.flat {
			t.Errorf("%s: %v, %v, flat %v", name, first, last, flat)
		}
	}
}

// TestRandomFaults: the same seed gives the same faults, and all of them are ones the emulator knows.
func TestRandomFaults(t *testing.T) {
	kinds := map[bool]int{}
	one, two := rand.New(rand.NewPCG(7, 7)), rand.New(rand.NewPCG(7, 7))
	for range 400 {
		faults, timeout := randomFault(one, faultCodes())
		if again, _ := randomFault(two, faultCodes()); again != faults {
			t.Fatalf("%q, then %q", faults, again)
		}
		if _, err := hcnemu.Open(hcnemu.Settings{Dir: t.TempDir(), Faults: faults}); err != nil || timeout <= 0 {
			t.Fatalf("%q, timeout %d: %v", faults, timeout, err)
		}
		kinds[faults == ""]++
	}
	if kinds[true] < 300 || kinds[false] < 20 {
		t.Errorf("%d starts without and %d with a fault of 400", kinds[true], kinds[false])
	}
}

func TestReadReply(t *testing.T) {
	ok := readReply("ADD", harness.Outcome{Stdout: []byte(`{"ips":[{"address":"10.0.0.2/24"},{"address":"fd00::2/64"}]}`)})
	if !ok.ok() || len(ok.addrs) != 2 || ok.addrs[1] != netip.MustParseAddr("fd00::2") {
		t.Errorf("%+v", ok)
	}
	failed := readReply("DEL", harness.Outcome{Exit: 1, Stdout: []byte(`{"code":11,"msg":"later"}`)})
	if failed.ok() || failed.code != tryAgainLater || failed.msg != "later " {
		t.Errorf("%+v", failed)
	}
}
