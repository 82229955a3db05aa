// Fuzz runs every fuzz target of the module and prints the executions of each per second of processor time, which
// unlike those per second of the clock say little about the machine's other work. Inputs that fail are written to the
// package's testdata/fuzz, as `go test -fuzz` does; those that reach new code stay in Go's cache, or with -keep in
// testdata/fuzz. Use: go run ./test/fuzz [-time 60s] [-min-rate 1000] [-keep] [TARGET ...].
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

type options struct {
	time     time.Duration
	parallel int
	minRate  int
	keep     bool
	targets  []string
}

func main() {
	var o options
	flag.DurationVar(&o.time, "time", time.Minute, "how long each target runs")
	flag.IntVar(&o.parallel, "parallel", 0, "fuzzing processes; 0 is one for each core")
	flag.IntVar(&o.minRate, "min-rate", 0, "fail if a target has fewer executions per second of processor time")
	flag.BoolVar(&o.keep, "keep", false, "copy inputs that reach new code to testdata/fuzz")
	flag.Parse()
	o.targets = flag.Args()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	found, err := findTargets(".")
	if err != nil {
		return err
	}
	if len(o.targets) > 0 {
		found = slices.DeleteFunc(found, func(t target) bool { return !slices.Contains(o.targets, t.name) })
		if len(found) != len(o.targets) {
			return fmt.Errorf("%v: %d of these targets exist", o.targets, len(found))
		}
	}
	var failed []error
	for _, t := range found {
		r, err := t.run(o)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s in %s: %w", t.name, t.dir, err))
			continue
		}
		fmt.Printf("%s in %s: %d executions, %d per second of processor time\n", t.name, t.dir, r.executions, r.rate())
		if r.rate() < o.minRate {
			failed = append(failed, fmt.Errorf("%s in %s: %d executions per second, want %d", t.name, t.dir, r.rate(), o.minRate))
		}
	}
	return errors.Join(failed...)
}
