// Command crash is what `make crash` runs: the crash matrix. Every HCN call of every verb fails with every class of
// error, is killed before and after, hangs and is delayed, each in a separate process on a fresh emulated node; then
// the program does what containerd would, and compares the state with the one before. It ends with the line `crash
// matrix: C cases, L leaks, W wrong verdicts`.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

func main() {
	if isWrapper() {
		os.Exit(wrap())
	}
	ok, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// shortSample is the number of cases that make test runs.
const shortSample = 300

// options are the command line.
type options struct {
	sample      int
	all         bool
	wine        bool
	one         string
	only        string
	list        bool
	shown       int
	executables string
	seed        uint64
}

func readOptions() options {
	var o options
	short := flag.Bool("short", false, fmt.Sprintf("run a sample of %d cases", shortSample))
	flag.IntVar(&o.sample, "sample", 0, "run so many cases, spread over the matrix; 0 is all")
	flag.BoolVar(&o.all, "all", false, "let every code meet every call, not one or two of each class in turn")
	flag.BoolVar(&o.wine, "wine", false, "run a sample with the Windows executables under Wine")
	flag.StringVar(&o.one, "case", "", "run one case, by its name, and print its journal and both dumps")
	flag.StringVar(&o.only, "only", "", "run the cases whose name contains this")
	flag.BoolVar(&o.list, "list", false, "print the names of the cases and run none")
	flag.IntVar(&o.shown, "shown", 10, "how many failed cases are printed in full")
	flag.StringVar(&o.executables, "bin", "", "directory of the executables; empty is where make build puts them")
	flag.Uint64Var(&o.seed, "seed", 0, "of HNS's choices; 0 takes a new one")
	flag.Parse()
	if o.seed == 0 {
		o.seed = rand.Uint64N(1_000_000) + 1
	}
	if *short {
		o.sample = shortSample
	}
	if o.wine && o.sample == 0 {
		o.sample = wineSample
	}
	return o
}

// wineSample is the number of cases under Wine, where a start takes a quarter of a second.
const wineSample = 200

// matrix is one run of this program.
type matrix struct {
	options
	dir        string
	bin        harness.Bin
	wrapperDir string
	oneAtATime sync.Mutex // see alone
}

// alone excludes cases that cannot run concurrently, until the caller calls the returned function: under Wine all nodes
// share one %ProgramData%, which has the records of load balancers.
func (m *matrix) alone(v variant) func() {
	if !m.wine || !v.lb {
		return func() {}
	}
	m.oneAtATime.Lock()
	return m.oneAtATime.Unlock
}

// inMemory is where Linux has a file system in memory: there a case takes a quarter less time.
const inMemory = "/dev/shm"

// makeDir creates the directory of all nodes: in memory if possible, else with the other temporary files.
func (m *matrix) makeDir() (string, error) {
	const pattern = "hcnctl-crash-"
	if !m.wine && os.Getenv("TMPDIR") == "" {
		if dir, err := os.MkdirTemp(inMemory, pattern); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", pattern)
}

func run() (bool, error) {
	m := &matrix{options: readOptions()}
	root := harness.Root()
	m.bin = harness.NativeBin(root)
	if m.wine {
		m.bin = harness.WineBin(root)
	}
	if m.executables != "" {
		m.bin.Dir = m.executables
	}
	if !m.bin.Available() {
		return false, fmt.Errorf("the executables are not there; run make build-host, or make wine and make build-windows")
	}
	var err error
	if m.dir, err = m.makeDir(); err != nil {
		return false, err
	}
	defer os.RemoveAll(m.dir)
	m.wrapperDir = filepath.Join(m.dir, "bin")
	if err := makeWrapper(m.wrapperDir); err != nil {
		return false, err
	}
	if m.one != "" {
		return m.explain(m.one)
	}
	return m.runAll()
}
