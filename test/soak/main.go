// Command soak is what `make soak` runs: many pods are added to and deleted from emulated nodes while HCN calls fail,
// plugins die and HNS restarts; a hundred pods start at once on a node without the network; and fifty nodes of a
// flannel cluster get a hundred pods each. Nothing may remain, no address may be assigned twice.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// soak is one run of this program.
type soak struct {
	pairs       int
	workers     int
	seed        uint64
	atOnce      int
	nodes, pods int
	executables string

	dir      string
	bin      harness.Bin
	progress *harness.Progress
	mishaps  mishaps
}

// launchArg makes this program a launcher, which measures the plugins' memory.
const launchArg = "-launch"

func main() {
	if len(os.Args) > 2 && os.Args[1] == launchArg {
		os.Exit(harness.Launch(os.Args[2:]))
	}
	s := &soak{progress: harness.NewProgress()}
	flag.IntVar(&s.pairs, "pairs", 10000, "ADD and DEL of so many pods on one node with faults; 0 leaves that out")
	flag.IntVar(&s.workers, "workers", 8, "so many pods at a time")
	flag.Uint64Var(&s.seed, "seed", 0, "of the faults and of HNS's choices; 0 takes a new one")
	flag.IntVar(&s.atOnce, "at-once", 100, "so many ADDs at the same moment on a fresh node; 0 leaves that out")
	flag.IntVar(&s.nodes, "nodes", 50, "of the cluster; 0 leaves that out")
	flag.IntVar(&s.pods, "pods", 100, "of each node of the cluster")
	flag.StringVar(&s.executables, "bin", "", "directory of the executables; empty is where make build puts them")
	flag.Parse()
	if s.seed == 0 {
		s.seed = rand.Uint64N(1_000_000)
	}
	ok, err := s.run(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func (s *soak) run(ctx context.Context) (bool, error) {
	s.bin = harness.NativeBin(harness.Root())
	if s.executables != "" {
		s.bin.Dir = s.executables
	}
	if !s.bin.Available() {
		return false, fmt.Errorf("no executables in %s; run make build-host flannel", s.bin.Dir)
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "hcnctl-soak-"); err != nil {
		return false, err
	}
	defer os.RemoveAll(s.dir)
	good := true
	for _, part := range []func(context.Context) (bool, error){s.churn, s.rush, s.cluster} {
		ok, err := part(ctx)
		s.progress.End()
		s.mishaps.print()
		if err != nil {
			return false, err
		}
		good = good && ok
	}
	return good, nil
}
