package agree

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"testing/synctest"
)

var (
	cases = flag.Int("cases", 300, "how many cases to generate")
	seed  = flag.Uint64("seed", 1, "of the first case; case n has the seed+n")
)

// summary holds the numbers of the last line.
var summary string

func TestMain(m *testing.M) {
	code := m.Run()
	fmt.Print(summary)
	os.Exit(code)
}

// TestAgree generates cases and ends with the line "agree: C cases, D disagreements". -cases 1 -seed N repeats a single
// case.
func TestAgree(t *testing.T) {
	sources := readSources(t)
	schema := compileSchema(t)
	disagreements, outcomes := 0, map[string]int{}
	for i := range *cases {
		n := *seed + uint64(i)
		var c *testCase
		var v verdict
		synctest.Test(t, func(t *testing.T) { // waiting for HNS takes no time
			c = newCase(t, sources, rand.New(rand.NewPCG(n, 0)))
			v = c.judge(t, schema)
		})
		outcomes[v.outcome]++
		if len(v.complaints) == 0 {
			continue
		}
		disagreements++
		t.Errorf("seed %d: %s", n, c)
		for _, complaint := range v.complaints {
			t.Errorf("    %s", complaint)
		}
	}
	for _, outcome := range []string{"ADD succeeds", "ADD refuses the configuration", "ADD fails"} {
		if *cases >= 300 && outcomes[outcome] < *cases/20 {
			t.Errorf("%s in only %d of %d cases: they show little", outcome, outcomes[outcome], *cases)
		}
	}
	summary = fmt.Sprintf("agree: %v\nagree: %d cases, %d disagreements\n", outcomes, *cases, disagreements)
}
