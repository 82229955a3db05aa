package attach

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/filehold"
)

// TestScannedRecords: a record is open exclusively in a virus scanner for half a second. It is read, replaced and
// removed all the same.
func TestScannedRecords(t *testing.T) {
	lb := hcnspec.LoadBalancer{ID: "E8A1A6B5-0001-0002-0003-000000000001", FrontendVIPs: []string{"10.96.0.10"}}
	records := ReplacementFiles(t.TempDir())
	steps := []func() error{
		func() error { _, err := records.Unfinished(lb); return err },
		func() error { return records.Begin(lb) },
		func() error { return records.End(lb) },
	}
	for i, step := range steps {
		if err := records.Begin(lb); err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			timer := time.AfterFunc(time.Second/2, filehold.Exclusively(t, records.file(lb)))
			defer timer.Stop()
			if err := step(); err != nil {
				t.Errorf("step %d: %v", i, err)
			}
		})
	}
	if left, err := records.Unfinished(lb); left != nil || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}
