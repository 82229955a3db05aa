package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProbe runs a few probes on the emulated node, saves the report, and compares an altered one.
func TestProbe(t *testing.T) {
	tr := newTranscript(t, `{"version":"13.3"}`)
	file := filepath.Join(tr.root, "report.json")
	run := func(want int, args ...string) string {
		t.Helper()
		tr.out.Reset()
		if got := Run(tr.env, append([]string{"-q"}, args...)); got != want {
			t.Fatalf("hcnctl %s: exit status %d, want %d:\n%s", strings.Join(args, " "), got, want, tr.out.String())
		}
		return tr.out.String()
	}
	if got := run(0, "probe", "--match", "address-", "--report", file); !strings.HasPrefix(got, "probes: 6 asked, 6 as expected, 0 different, 2 not asked") {
		t.Errorf("probe printed %q", got)
	}
	if got := run(0, "probe", "--compare", file); got != "the report contradicts no rule of the emulator\n" {
		t.Errorf("compare printed %q", got)
	}
	text, err := os.ReadFile(file)
	if err != nil || !json.Valid(text) {
		t.Fatalf("report: %v\n%s", err, text)
	}
	altered := strings.Replace(string(text), `"answer": "0x803b001e"`, `"answer": "0x57"`, 1)
	if err := os.WriteFile(file, []byte(altered), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(1, "probe", "--compare", file); !strings.Contains(got, "address-outside") || !strings.Contains(got, "contradicts 1 rule") {
		t.Errorf("compare of an altered report printed %q", got)
	}
	if got := run(0, "probe", "--clean"); got != "0 objects of probes deleted\n" {
		t.Errorf("clean printed %q", got)
	}
	if got := run(1, "probe", "--clean", "--uplink", "Ethernet"); !strings.Contains(got, "uplink") {
		t.Errorf("clean with an uplink printed %q", got)
	}
	if got := run(0, "probe", "--list"); !strings.Contains(got, "network-name-taken") {
		t.Errorf("list printed %q", got)
	}
}
