//go:build !windows

package ipam

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe in the directory does not block any verb.
func TestPlantedPipes(t *testing.T) {
	rows := map[string]string{"lock": "not a regular file", "last_reserved_ip.0": "not a regular file", "10.0.0.2": "", "10.0.0.5": ""}
	for name, complaint := range rows {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "net"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(filepath.Join(dir, "net", name), 0o600); err != nil {
			t.Fatal(err)
		}
		r := localRequest(dir, "c1")
		_, _, err := Client{}.Add(t.Context(), r)
		if complaint == "" && err != nil || complaint != "" && (err == nil || !strings.Contains(err.Error(), complaint)) {
			t.Errorf("%s: Add: %v, want %q", name, err, complaint)
		}
		if err := (Client{}).Del(t.Context(), r); name == "lock" && err == nil || name != "lock" && err != nil {
			t.Errorf("%s: Del: %v", name, err)
		}
		expect(t, dir)
	}
}
