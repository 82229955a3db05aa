package nodelock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

// ownDir gives the test its own lock directory, in this process and those that it starts.
func ownDir(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HCNEMU_DIR", dir)
	t.Setenv("ProgramData", dir)
}

func acquire(t *testing.T, name string) func() {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	release, err := OfNode().Acquire(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// held reports whether the lock is held, by waiting for it briefly, on a clock that stands still while the lock is
// tried.
func held(t *testing.T, name string) (held bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { held = waitsInVain(t, name) })
	return held
}

func waitsInVain(t *testing.T, name string) bool {
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
	defer cancel()
	release, err := OfNode().Acquire(ctx, name)
	if err == nil {
		release()
		return false
	}
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrWaiting) || !strings.Contains(err.Error(), strconv.Quote(name)) {
		t.Fatalf("waiting in vain: %v; want the lock's name and a deadline", err)
	}
	return true
}

func TestExcludesWithinOneProcess(t *testing.T) {
	ownDir(t)
	const workers, rounds = 4, 10
	var inside, tooMany, total atomic.Int32
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				release := acquire(t, "network nat")
				if inside.Add(1) != 1 {
					tooMany.Add(1)
				}
				total.Add(1)
				inside.Add(-1)
				release()
			}
		})
	}
	wg.Wait()
	if tooMany.Load() != 0 || total.Load() != workers*rounds {
		t.Errorf("%d of %d were not alone; want 0 of %d", tooMany.Load(), total.Load(), workers*rounds)
	}
}

func TestExcludesBetweenProcesses(t *testing.T) {
	ownDir(t)
	counter := filepath.Join(t.TempDir(), "counter")
	if err := os.WriteFile(counter, []byte("0"), 0o600); err != nil {
		t.Fatal(err)
	}
	const processes, rounds = 6, 20
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			if out, err := child(t, "count", counter, strconv.Itoa(rounds)).CombinedOutput(); err != nil {
				t.Errorf("child: %v: %s", err, out)
			}
		})
	}
	wg.Wait()
	if got := readCounter(counter); got != processes*rounds {
		t.Errorf("counted to %d, want %d: two processes were inside at once", got, processes*rounds)
	}
}

func TestKilledOwnerLosesTheLock(t *testing.T) {
	ownDir(t)
	owner := startHolder(t, "victim")
	if !held(t, "victim") {
		t.Fatal("the lock is free while another process has it")
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	if held(t, "victim") {
		t.Error("a dead process keeps the lock")
	}
}

func TestLocksOfDifferentNamesAreIndependent(t *testing.T) {
	ownDir(t)
	names := []string{"", "a", "A", "a/b", `a\b`, "../../etc/passwd", "10.0.0.1", "fd00::1", "NUL", "a b", "a-b",
		"ä", "a\x00b", "line\nbreak", strings.Repeat("x", 5000), strings.Repeat("x", 5001)}
	for _, name := range names {
		defer acquire(t, name)()
	}
	files, err := os.ReadDir(privatedir.Path("lock"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(names) {
		t.Errorf("%d names made %d files", len(names), len(files))
	}
	for _, f := range files {
		if len(f.Name()) > 100 || strings.Trim(f.Name(), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") != "" {
			t.Errorf("file name %q", f.Name())
		}
	}
}

func TestReleaseLeavesNothingAndHarmsNobody(t *testing.T) {
	ownDir(t)
	first := acquire(t, "net")
	first()
	if files, err := filepath.Glob(filepath.Join(privatedir.Path("lock"), "*")); err != nil || len(files) != 0 {
		t.Errorf("after the release: %q, %v", files, err)
	}
	second := acquire(t, "net")
	defer second()
	first()
	if !held(t, "net") {
		t.Error("releasing twice released another owner's lock")
	}
}

func TestEndedContextIsTheError(t *testing.T) {
	ownDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	release, err := OfNode().Acquire(ctx, "net")
	if !errors.Is(err, context.Canceled) || release != nil {
		t.Errorf("Acquire = %p, %v; want context.Canceled", release, err)
	}
}

func TestUnusableDirectoryIsAnErrorAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HCNEMU_DIR", file)
	t.Setenv("ProgramData", file)
	_, err := OfNode().Acquire(t.Context(), "net")
	if err == nil || errors.Is(err, ErrWaiting) || !strings.Contains(err.Error(), fmt.Sprintf("lock %q: ", "net")) {
		t.Errorf("Acquire = %v; want an error that names the lock", err)
	}
}

// TestHeldShowsAnnouncedLocks: those that begin with the prefix, also of another process, until it ends.
func TestHeldShowsAnnouncedLocks(t *testing.T) {
	ownDir(t)
	want := func(when string, names ...string) {
		t.Helper()
		held, err := OfNode().Held("attachment net/")
		slices.Sort(held)
		if err != nil || !slices.Equal(held, names) {
			t.Errorf("%s: held %q, %v; want %q", when, held, err, names)
		}
	}
	want("without a directory")
	long := "attachment net/" + strings.Repeat("c", 200)
	var releases []func()
	for _, name := range []string{"attachment net/a", long, "attachment net2/a", "attachment other/a"} {
		release, err := OfNode().Announce(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	defer acquire(t, "attachment net/silent")()
	owner := startHolder(t, "attachment net/b")
	want("with another process", "attachment net/a", "attachment net/b", long)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	want("after the other was killed", "attachment net/a", long)
	for _, release := range releases {
		release()
	}
	want("after the release")
	if files, err := filepath.Glob(filepath.Join(privatedir.Path("lock"), "*")); err != nil || len(files) != 1 {
		t.Errorf("files left: %q, %v; want that of the silent one", files, err)
	}
}
