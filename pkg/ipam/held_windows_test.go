package ipam

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/test/filehold"
)

// TestScannedReservations: host-local's files are open exclusively in a virus scanner for half a second. Every verb waits.
func TestScannedReservations(t *testing.T) {
	for _, file := range []string{"10.0.0.2", "last_reserved_ip.0", "lock"} {
		t.Run(file, func(t *testing.T) {
			dir := t.TempDir()
			add(t, localRequest(dir, "c1"))
			const scan = time.Second / 2
			verbs := []func(*testing.T) error{
				func(t *testing.T) error { _, _, err := Client{}.Add(t.Context(), localRequest(dir, "c2")); return err },
				func(t *testing.T) error { return Client{}.Check(t.Context(), localRequest(dir, "c2")) },
				func(t *testing.T) error { return Client{}.Del(t.Context(), localRequest(dir, "c1")) },
			}
			for i, verb := range verbs {
				synctest.Test(t, func(t *testing.T) {
					timer := time.AfterFunc(scan, filehold.Exclusively(t, filepath.Join(dir, "net", file)))
					defer timer.Stop()
					if err := verb(t); err != nil {
						t.Errorf("verb %d: %v", i, err)
					}
				})
			}
			expect(t, dir, "10.0.0.3 c2/eth0", "fd00::3 c2/eth0")
		})
	}
}
