package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// plugins are the executables whose sizes are printed.
var plugins = []string{"nat", "sdnbridge", "sdnoverlay", "sdntunnel", "transparent"}

// sizes prints the bytes of every .exe.
func (b *bench) sizes() error {
	dir := filepath.Join(harness.Root(), "out", "windows_amd64")
	for _, p := range plugins {
		info, err := os.Stat(filepath.Join(dir, p+".exe"))
		if err != nil {
			return fmt.Errorf("%w: run make build-windows", err)
		}
		b.print("exe_bytes_"+p, info.Size(), "bytes")
	}
	return nil
}

// startup prints how long a plugin takes for VERSION, as a ratio to an empty Go program started the same way in the
// same run, one after the other.
func (b *bench) startup() error {
	dir, err := os.MkdirTemp("", "hcnctl-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	empty, err := b.emptyProgram(dir)
	if err != nil {
		return err
	}
	reference := harness.Bin{Dir: empty, Runner: b.bin.Runner}
	version := harness.Verb{Plugin: "nat", Command: "VERSION", Stdin: []byte(`{"cniVersion": "1.1.0"}`), Env: []string{"HCNEMU_DIR=" + dir}}
	nothing := harness.Verb{Plugin: "empty"}
	var plugin, idle []time.Duration
	for range b.scale(200, 20) {
		for _, side := range []struct {
			bin   harness.Bin
			verb  harness.Verb
			times *[]time.Duration
		}{{b.bin, version, &plugin}, {reference, nothing, &idle}} {
			o, err := side.bin.Run(context.Background(), side.verb)
			if err != nil || o.Exit != 0 {
				return fmt.Errorf("start %s: exit %d, %s: %w", side.verb.Plugin, o.Exit, o.Stderr, err)
			}
			*side.times = append(*side.times, o.Took)
		}
	}
	b.print("startup_ratio", float64(median(plugin))/float64(median(idle)), "ratio")
	return nil
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// emptyProgram builds a Go program that does nothing, for the system of the executables.
func (b *bench) emptyProgram(dir string) (string, error) {
	source := filepath.Join(dir, "empty.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		return "", err
	}
	out := filepath.Join(dir, "empty")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if len(b.bin.Runner) > 0 {
		cmd.Args[len(cmd.Args)-2] = out + ".exe"
		cmd.Env = append(cmd.Env, "GOOS=windows", "GOARCH=amd64")
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the empty program: %w: %s", err, output)
	}
	return dir, nil
}
