package cnilog

import (
	"path/filepath"
	"strings"
	"testing"
)

// Windows' names of devices, pipes and streams are not log files, anywhere in a path.
func TestLogFileIsNoDeviceOrStream(t *testing.T) {
	dir := t.TempDir()
	for path, complaint := range map[string]string{
		filepath.Join(dir, "nat.log"):        "",
		filepath.Join(dir, "NUL"):            "device",
		filepath.Join(dir, "con"):            "device",
		filepath.Join(dir, "nat.log:hidden"): "stream",
		dir + `\nat.log::$DATA`:              "stream",
		`\\.\pipe\nat`:                       "device",
		`\\.\NUL`:                            "device",
		`NUL`:                                "not absolute",
		`\nat.log`:                           "not absolute",
		`C:nat.log`:                          "not absolute",
	} {
		why := whyUnusable(path)
		if complaint == "" && why != "" || !strings.Contains(why, complaint) {
			t.Errorf("%s: %q, want %q", path, why, complaint)
		}
	}
}
