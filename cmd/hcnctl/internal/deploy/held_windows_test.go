package deploy

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/test/filehold"
)

// TestScannedExecutable: an executable that a virus scanner reads for half a second is replaced.
func TestScannedExecutable(t *testing.T) {
	dir := t.TempDir()
	from, target := filepath.Join(dir, "from.exe"), filepath.Join(dir, "nat.exe")
	for _, scanned := range []string{from, target} {
		for file, text := range map[string]string{from: "new", target: "old"} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			timer := time.AfterFunc(time.Second/2, filehold.Exclusively(t, scanned))
			defer timer.Stop()
			if err := swap(from, target); err != nil {
				t.Errorf("%s is scanned: %v", filepath.Base(scanned), err)
			}
		})
		if text, err := os.ReadFile(target); err != nil || string(text) != "new" {
			t.Errorf("%s was scanned: the target holds %q, %v", filepath.Base(scanned), text, err)
		}
	}
}
