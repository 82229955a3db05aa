package nodelock

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
	"github.com/Microsoft/windows-container-networking/test/filehold"
)

// TestScannedLockFile: the lock file that a killed process left is open exclusively in a virus scanner. Acquire and Held
// wait for it; a scan without end makes both fail, because such a lock is not known to be free.
func TestScannedLockFile(t *testing.T) {
	verbs := map[string]func(*testing.T) error{
		"Acquire": func(t *testing.T) error {
			release, err := OfNode().Acquire(t.Context(), "attachment net/a")
			if err == nil {
				release()
			}
			return err
		},
		"Announce": func(t *testing.T) error {
			release, err := OfNode().Announce(t.Context(), "attachment net/a")
			if err == nil {
				release()
			}
			return err
		},
		"Held": func(t *testing.T) error {
			names, err := OfNode().Held("attachment net/")
			if len(names) > 0 {
				t.Errorf("held: %q", names)
			}
			return err
		},
	}
	for name, verb := range verbs {
		for _, scan := range []time.Duration{heldPatience / 2, time.Hour} {
			ownDir(t)
			file := leave(t, "attachment net/a")
			synctest.Test(t, func(t *testing.T) {
				release := filehold.Exclusively(t, file)
				timer := time.AfterFunc(scan, release)
				defer timer.Stop()
				start := time.Now()
				err := verb(t)
				if took := time.Since(start); (err == nil) != (scan < heldPatience) || took < min(scan, heldPatience) || took > 2*heldPatience {
					t.Errorf("%s during a scan of %v: %v after %v", name, scan, err, took)
				}
			})
		}
	}
}

// leave makes the file of a lock as its owner leaves it when it is killed.
func leave(t *testing.T, name string) string {
	t.Helper()
	owner := startHolder(t, name)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	return filepath.Join(privatedir.Path("lock"), fileName(name))
}
