package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// target is one fuzz test.
type target struct {
	name string // FuzzParse
	dir  string // ./pkg/netconf
}

var targetLine = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// findTargets returns the fuzz tests below a directory, without those of other modules.
func findTargets(root string) ([]target, error) {
	var found []target
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, errMod := os.Stat(filepath.Join(file, "go.mod"))
			if file != root && (errMod == nil || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, "_test.go") {
			return nil
		}
		code, err := os.ReadFile(file)
		for _, match := range targetLine.FindAllSubmatch(code, -1) {
			found = append(found, target{string(match[1]), "./" + filepath.ToSlash(filepath.Dir(file))})
		}
		return err
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no fuzz tests below %s", root)
	}
	return found, err
}

// outcome is what a run did.
type outcome struct {
	executions int
	processor  time.Duration
}

func (o outcome) rate() int { return int(float64(o.executions) / max(o.processor.Seconds(), 0.001)) }

// run builds the target's test binary and fuzzes with it. The binary is started directly, so that the processor time is
// its own and not the compiler's.
func (t target) run(o options) (outcome, error) {
	binary, err := filepath.Abs(filepath.Join("out", "fuzz", t.name+".test"))
	if err != nil {
		return outcome{}, err
	}
	if _, err := command("go", "test", "-c", "-vet=off", "-fuzz", "^"+t.name+"$", "-o", binary, t.dir); err != nil {
		return outcome{}, err
	}
	cache, err := t.cache()
	if err != nil {
		return outcome{}, err
	}
	args := []string{
		"-test.run=^$", "-test.fuzz=^" + t.name + "$", "-test.fuzztime=" + o.time.String(), "-test.fuzzcachedir=" + cache,
		// Up to a minute of making one input smaller is the default; none of that counts as an execution.
		"-test.fuzzminimizetime=10x",
	}
	if o.parallel > 0 {
		args = append(args, "-test.parallel="+strconv.Itoa(o.parallel))
	}
	cmd := exec.Command(binary, args...)
	cmd.Dir = t.dir
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = onTerminal(&text), &text
	if err := cmd.Run(); err != nil {
		return outcome{}, fmt.Errorf("%w\n%s", err, text.Bytes())
	}
	r := outcome{processor: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r.executions, err = executions(text.String()); err != nil {
		return outcome{}, err
	}
	if o.keep {
		err = keep(filepath.Join(cache, t.name), filepath.Join(t.dir, "testdata", "fuzz", t.name))
	}
	return r, err
}

// cache returns the directory in which `go test -fuzz` keeps the inputs of the package too.
func (t target) cache() (string, error) {
	dir, err := command("go", "env", "GOCACHE")
	if err != nil {
		return "", err
	}
	module, err := command("go", "list", "-m")
	return filepath.Join(dir, "fuzz", filepath.FromSlash(path.Join(module, t.dir))), err
}

func command(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, failed.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// onTerminal also shows the output if stderr is a terminal.
func onTerminal(w io.Writer) io.Writer {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return io.MultiWriter(w, os.Stderr)
	}
	return w
}

var execsOf = regexp.MustCompile(`execs: (\d+)`)

// executions reads the last count in the output of a fuzzing test binary.
func executions(text string) (int, error) {
	all := execsOf.FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return 0, fmt.Errorf("no executions in the output:\n%s", text)
	}
	return strconv.Atoi(all[len(all)-1][1])
}

// keep copies the inputs in the cache to the corpus of the package.
func keep(cache, corpus string) error {
	inputs, err := os.ReadDir(cache)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(corpus, 0o755); err != nil {
		return err
	}
	for _, input := range inputs {
		data, err := os.ReadFile(filepath.Join(cache, input.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(corpus, input.Name()), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
