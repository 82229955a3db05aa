package cnilog

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The test binary is its own second process: with childEnv set it logs as its arguments specify.
const childEnv = "CNILOG_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(m.Run())
	}
	n, err := strconv.Atoi(os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	l := Open(Options{Plugin: "nat", File: os.Args[1]})
	l.sink.file.limit, l.sink.file.keep, l.sink.file.wait = smallLimit, manyFiles, manyMinutes
	for i := range n {
		l.Slog().Info("line", "who", os.Args[2], "n", i, "padding", strings.Repeat("x", i%200))
	}
	l.Close()
}

const (
	smallLimit = 8 << 10
	manyFiles  = 500
	// A process that stops waiting does not rotate, and Wine appends in two steps.
	manyMinutes = 10 * time.Minute
)

func TestManyProcessesLoseAndTearNothing(t *testing.T) {
	const processes, each = 8, 100
	path := filepath.Join(t.TempDir(), "nat.log")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for who := range processes {
		wg.Go(func() {
			cmd := exec.CommandContext(t.Context(), self, path, strconv.Itoa(who), strconv.Itoa(each))
			cmd.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0")
			if out, err := cmd.CombinedOutput(); err != nil || len(out) != 0 {
				t.Errorf("process %d: %v, said %q", who, err, out)
			}
		})
	}
	wg.Wait()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 5 {
		t.Errorf("%d files: hardly put aside", len(files))
	}
	seen := map[string]int{}
	for _, line := range readLines(t, files...) {
		seen[fmt.Sprint(line["who"], " ", line["n"])]++
	}
	for who := range processes {
		for n := range each {
			if got := seen[fmt.Sprint(who, " ", n)]; got != 1 {
				t.Errorf("line %d of process %d occurs %d times", n, who, got)
			}
		}
	}
}

func TestPutsAsideAtTheLimitAndKeepsAFew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nat.log")
	f := file{path: path, limit: 10, keep: 2}
	defer f.close()
	for i := 1; i <= 9; i++ {
		if err := f.append(fmt.Appendf(nil, "%04d\n", i)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"nat.log": "0009\n", "nat.log.1": "0007\n0008\n", "nat.log.2": "0005\n0006\n"}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != len(want) {
		t.Errorf("%q, %v; want %d files", files, err, len(want))
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(filepath.Dir(path), name)); err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v; want %q", name, got, err, text)
		}
	}
}

func TestLineLongerThanTheLimitIsKept(t *testing.T) {
	f := file{path: filepath.Join(t.TempDir(), "nat.log"), limit: 10, keep: 2}
	defer f.close()
	long := strings.Repeat("x", 50) + "\n"
	if err := f.append([]byte(long)); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(f.path); err != nil || string(got) != long {
		t.Errorf("%q, %v", got, err)
	}
}

func TestFollowsAFileThatSomebodyMoved(t *testing.T) {
	f := file{path: filepath.Join(t.TempDir(), "nat.log"), limit: 1000, keep: 2}
	defer f.close()
	for _, line := range []string{"one\n", "two\n"} {
		if err := f.append([]byte(line)); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(f.path, f.path+"."+strings.TrimSpace(line)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(f.path + ".two"); err != nil || string(got) != "two\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestFileThatCannotBePutAsideGoesOnGrowing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nat.log")
	if err := os.MkdirAll(filepath.Join(path+".1", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	f := file{path: path, limit: 10, keep: 1}
	defer f.close()
	for range 3 {
		if err := f.append([]byte("0123456\n")); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Size() != 24 {
		t.Errorf("%v, %v; want 24 bytes", info, err)
	}
}

// A line that did not fit on the disk does not spoil the next one.
func TestEachLineBeginsOnANewLine(t *testing.T) {
	f := file{path: filepath.Join(t.TempDir(), "nat.log"), limit: 1000, keep: 2}
	defer f.close()
	if err := os.WriteFile(f.path, []byte("one\nhal"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"two\n", "three\n"} {
		if err := f.append([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(f.path); err != nil || string(got) != "one\nhal\ntwo\nthree\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// A lock that another process holds costs lockWait once per process, not per line, and no line is lost.
func TestWaitingForTheLockHasOneBudget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nat.log")
	holder := file{path: path}
	if err := holder.open(); err != nil {
		t.Fatal(err)
	}
	defer holder.close()
	if ok, err := tryLock(holder.handle); !ok || err != nil {
		t.Fatal("lock of a new file:", ok, err)
	}
	synctest.Test(t, func(t *testing.T) {
		f := file{path: path, limit: 1, keep: 2, wait: lockWait}
		defer f.close()
		start := time.Now()
		for i := range 13 {
			if err := f.append(fmt.Appendf(nil, "%d\n", i)); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(start); waited < lockWait || waited > lockWait+lockPause {
			t.Errorf("13 lines waited %v, want %v", waited, lockWait)
		}
	})
	if got, err := os.ReadFile(path); err != nil || strings.Count(string(got), "\n") != 13 {
		t.Errorf("%q, %v; want 13 lines", got, err)
	}
}
