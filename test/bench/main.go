// Command bench is what `make bench` runs: it prints one "name value unit" per line about the built
// executables, from the emulator's journal and the operating system's own accounting. Counts do not
// depend on the machine; times are printed as ratios within one run.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

func main() {
	playRole()
	quick := flag.Bool("quick", false, "smaller numbers, for a first look")
	wine := flag.Bool("wine", false, "measure the Windows executables under Wine too")
	flag.Parse()
	b := &bench{bin: harness.NativeBin(harness.Root()), quick: *quick}
	err := b.native()
	if err == nil && *wine {
		err = b.underWine()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// playRole runs this program in another role for one process of a measurement: host-local, whose starts are counted, or
// a launcher, which measures memory.
func playRole() {
	switch {
	case filepath.Base(os.Args[0]) == "host-local":
		countDelegate()
		os.Exit(0)
	case len(os.Args) > 2 && os.Args[1] == launchArgument:
		os.Exit(harness.Launch(os.Args[2:]))
	}
}

const launchArgument = "launch"

// bench measures one set of executables.
type bench struct {
	bin    harness.Bin
	quick  bool
	prefix string // of the names it prints
}

func (b *bench) native() error {
	for _, section := range []func() error{b.verbs, b.sizes, b.startup, b.wall, b.growth, b.parallel} {
		if err := section(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) underWine() error {
	w := &bench{bin: harness.WineBin(harness.Root()), quick: b.quick, prefix: "wine_"}
	if !w.bin.Available() {
		return fmt.Errorf("no Wine in %s: run make wine build-windows", w.bin.Runner)
	}
	for _, section := range []func() error{w.verbs, w.startup, w.wall} {
		if err := section(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) print(name string, value any, unit string) {
	if f, ok := value.(float64); ok {
		value = fmt.Sprintf("%.3f", f)
	}
	fmt.Println(b.prefix+name, value, unit)
}

// scale returns the full number, or the small one for a first look.
func (b *bench) scale(full, small int) int {
	if b.quick {
		return small
	}
	return full
}
