package hcnemu

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/probe"
)

// compareReport compares a report that `hcnctl probe --report` wrote on a host with the emulator.
func compareReport(t *testing.T, file string) (asked int, differences []contrast) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	report, err := probe.ParseReport(text)
	if err != nil {
		t.Fatal(err)
	}
	contradicted, unknown, err := probe.Compare(report)
	if err != nil || len(unknown) > 0 {
		t.Fatalf("%s: %v, unknown probes %v", file, err, unknown)
	}
	for _, d := range contradicted {
		differences = append(differences, contrast{filepath.Base(file), d.Probe.Name, d.Answer, d.Want, d.Probe.Source})
	}
	asked, _, _, _ = report.Counts()
	for _, result := range report.Results {
		for _, call := range result.Calls {
			for _, lost := range lostByCall(t, call.API, call.Response) {
				t.Errorf("%s: %s: our structures lose %s", file, result.Name, lost)
			}
		}
	}
	return asked, differences
}

// TestRecordedReport: the file that `hcnctl probe --report` writes is a recording as it is, and one with other
// answers is reported.
func TestRecordedReport(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Wine has no go command to build hcnctl with, and nothing here depends on the system")
	}
	dir := t.TempDir()
	file, command := filepath.Join(dir, "server2022.json"), filepath.Join(dir, "hcnctl")
	for _, c := range []*exec.Cmd{
		exec.CommandContext(t.Context(), "go", "build", "-o", command, "../../cmd/hcnctl"),
		exec.CommandContext(t.Context(), command, "probe", "--uplink", "Ethernet", "--report", file),
	} {
		c.Env = append(os.Environ(), "HCNEMU_DIR="+filepath.Join(dir, "node"))
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", c.Args, err, out)
		}
	}
	asked, differences := compareReport(t, file)
	if asked < 100 || len(differences) > 0 {
		t.Errorf("%d questions compared, differences %v", asked, differences)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	report, err := probe.ParseReport(text)
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range report.Results {
		if result.Name == "address-taken" || result.Name == "nat-flags" {
			report.Results[i].Answer = "0x1392"
		}
	}
	altered, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, altered, 0o600); err != nil {
		t.Fatal(err)
	}
	_, differences = compareReport(t, file)
	var got []string
	for _, d := range differences {
		got = append(got, d.number+" "+d.field)
	}
	if diff := cmp.Diff([]string{"server2022.json nat-flags", "server2022.json address-taken"}, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}
