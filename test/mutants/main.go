// Mutants runs mutation tests over packages and fails if a changed program passes its tests, unless survivors.txt
// explains why that is correct. Use: go run ./test/mutants -gremlins PROGRAM [PACKAGE ...].
//
// A package whose tests take long is run in slices: -files names the files to change, and -run the tests that have to
// notice, for example -files del.go,gc.go -run 'Del|GC' ./pkg/attach. A mutant that survives those tests is tried with
// all of them. With -again only the survivors of the last run are tried, for use while tests are written.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// packages are those that contain decisions and need no Windows. attach is run in slices.
var packages = []string{"./pkg/confdoc", "./pkg/netconf", "./pkg/policy", "./pkg/hostnet", "./pkg/ipam"}

// explained is the file with the acceptable survivors, one per line: file, kind of change, the changed line of code
// between backquotes, and the reason. It has no line numbers because code moves.
const explained = "test/mutants/survivors.txt"

type options struct {
	gremlins string
	files    []string // only these of the package; none is all
	run      string   // only these tests
	again    bool
	workers  int
	targets  []string
}

func main() {
	var o options
	var files string
	flag.StringVar(&o.gremlins, "gremlins", "gremlins", "the mutation tester's executable")
	flag.StringVar(&files, "files", "", "change only these files, separated by commas")
	flag.StringVar(&o.run, "run", "", "run only the tests that match; what survives them is tried with all")
	flag.BoolVar(&o.again, "again", false, "try only the survivors of the last run")
	flag.IntVar(&o.workers, "workers", 2, "mutants tried at the same time")
	flag.Parse()
	o.targets = flag.Args()
	if files != "" {
		o.files = strings.Split(files, ",")
	}
	if len(o.targets) == 0 {
		o.targets = packages
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	reasons, err := readReasons(explained)
	if err != nil {
		return err
	}
	var total report
	for _, target := range o.targets {
		r, err := o.mutate(target)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d of %d mutants killed\n", target, r.killed(), r.tested())
		total.mutants = append(total.mutants, r.mutants...)
	}
	unexplained := 0
	for _, m := range total.survivors() {
		if !reasons.explain(m) {
			unexplained++
			fmt.Printf("survivor: %s (line %d)\n", m.key(), m.Line)
		}
	}
	survivors := len(total.survivors())
	fmt.Printf("mutants: %d of %d killed, %d survivors, %d explained\n", total.killed(), total.tested(), survivors, survivors-unexplained)
	if unexplained > 0 {
		return fmt.Errorf("%d survivors without a reason in %s: add a test that fails for each, or the reason", unexplained, explained)
	}
	return nil
}
