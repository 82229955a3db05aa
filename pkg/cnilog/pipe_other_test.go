//go:build !windows

package cnilog

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe as log file blocks no process, and no line is written to stdout's device.
func TestLogFileIsARegularFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HCNEMU_DIR", dir)
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/null"} {
		l := Open(Options{Plugin: "nat", File: path})
		l.Slog().Info("line")
		l.Close()
		lines := readLines(t, DefaultFile("nat"))
		if n := len(lines); n < 2 || lines[n-1]["msg"] != "line" || !strings.Contains(lines[n-2]["msg"].(string), path) {
			t.Errorf("%s: logged %v", path, lines)
		}
	}
}
