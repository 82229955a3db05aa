// Command adversary is what `make adversary` runs: attacks on the built plugins, which are driven as a runtime drives
// them. First it runs the rows, each an attack with an expected outcome; then it kills ADD, DEL, CHECK and GC on a mix
// of networks at random moments, eight at once, and after each kill does what containerd does, and takes a census. It
// ends with the line `adversary: R rows, K kills, 0 live pods lost, 0 leaks, 0 hangs, 0 panics`.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

func main() {
	if isFakeIPAM() {
		os.Exit(fakeIPAM())
	}
	ok, err := run(readOptions())
	if err != nil {
		fmt.Fprintln(os.Stderr, "adversary:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// The defaults of the command line; make test runs the sample.
const (
	kills        = 10_000
	rounds       = 30
	sampleKills  = 300
	sampleRounds = 4
)

// shownOfRow is the number of findings of a row that are printed.
const shownOfRow = 5

type options struct {
	kills  int
	rounds int // of the rows that race
	seed   uint64
	only   *regexp.Regexp
	list   bool
	keep   bool
}

func readOptions() options {
	var o options
	short := flag.Bool("short", false, fmt.Sprintf("run the rows with %d rounds, and %d kills", sampleRounds, sampleKills))
	only := flag.String("only", "", "run only the rows whose name matches this regular expression, and no kills unless -kills is given")
	flag.IntVar(&o.kills, "kills", -1, fmt.Sprintf("how many processes to kill (default %d)", kills))
	flag.Uint64Var(&o.seed, "seed", 0, "seed of the random kills and of HNS's choices; 0 chooses one")
	flag.BoolVar(&o.list, "list", false, "print the names of the rows and run none")
	flag.BoolVar(&o.keep, "keep", false, "keep the directories of failed rows")
	flag.Parse()
	o.only = regexp.MustCompile(*only)
	o.rounds = rounds
	if *short {
		o.rounds = sampleRounds
	}
	if o.kills < 0 {
		switch {
		case *only != "":
			o.kills = 0
		case *short:
			o.kills = sampleKills
		default:
			o.kills = kills
		}
	}
	if o.seed == 0 {
		o.seed = rand.Uint64()
	}
	return o
}

// run prints the failures and the closing line, and reports whether there were no failures.
func run(o options) (bool, error) {
	rows := slices.DeleteFunc(slices.Concat(podRows, leakRows, hangRows, textRows, moreRows, systemRows()), func(r row) bool { return !o.only.MatchString(r.name) })
	if o.list {
		for _, r := range rows {
			fmt.Println(r.name)
		}
		return true, nil
	}
	m := &machine{options: o, bin: harness.NativeBin(harness.Root())}
	if !m.bin.Available() {
		return false, fmt.Errorf("the executables are missing; run make build-host")
	}
	var err error
	if m.dir, err = os.MkdirTemp("", "adversary-"); err != nil {
		return false, err
	}
	if !o.keep {
		defer os.RemoveAll(m.dir)
	}
	var total findings
	m.runRows(rows, &total)
	killed, err := m.killAtRandom(&total)
	if err != nil {
		return false, err
	}
	if killed < o.kills {
		total.add(wrong, "kills", fmt.Sprintf("only %d of %d processes were killed", killed, o.kills))
	}
	return total.report(len(rows), killed, o.seed), nil
}

// report prints the findings and the closing line.
func (f *findings) report(rows, killed int, seed uint64) bool {
	slices.Sort(f.notes)
	for _, note := range f.notes {
		fmt.Println(note)
	}
	shown := map[string]int{}
	for _, found := range f.all {
		if shown[found.row]++; shown[found.row] > shownOfRow {
			continue
		}
		fmt.Printf("%s: %s: %s\n", found.kind, found.row, strings.ReplaceAll(firstLines(found.what), "\n", "\n    "))
	}
	if len(f.all) > 0 {
		fmt.Printf("seed %d; %d findings, %d of them wrong outcomes\n", seed, len(f.all), f.count(wrong))
	}
	fmt.Printf("adversary: %d rows, %d kills, %d live pods lost, %d leaks, %d hangs, %d panics\n",
		rows, killed, f.count(lost), f.count(leak), f.count(hang), f.count(panicked))
	return len(f.all) == 0
}
