package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// Whatever is planned, HNS and host-local's files are afterwards as they were before.
func TestPlanTouchesNothing(t *testing.T) {
	tr := newTranscript(t, "")
	tr.run("hcnctl -q network create podnet --type l2bridge --subnet 10.244.3.0/24 --yes")
	before := tr.everything()
	examples, err := filepath.Glob(filepath.Join(moduleRoot, "cni-conf-examples", "*.conf*"))
	if err != nil || len(examples) == 0 {
		t.Fatal(examples, err)
	}
	planned := 0
	for _, file := range append(examples, filepath.Join(moduleRoot, "cmd/hcnctl/internal/cli/testdata/hostlocal.conflist")) {
		got := tr.run("hcnctl -q plan " + file)
		if strings.Contains(got, "HcnModifyNamespace: attach") && strings.Contains(got, "The result:") {
			planned++
		} else if !strings.Contains(got, "[exit status 1]") {
			t.Errorf("plan %s:\n%s", filepath.Base(file), got)
		}
	}
	if planned < 20 {
		t.Errorf("only %d of %d examples could be planned", planned, len(examples))
	}
	if diff := cmp.Diff(before, tr.everything()); diff != "" {
		t.Error(diff)
	}
}

// everything is HNS's state and the names of all files of the node.
func (tr *transcript) everything() []string {
	tr.t.Helper()
	host, err := hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
	if err != nil {
		tr.t.Fatal(err)
	}
	dump, err := host.Dump()
	if err != nil {
		tr.t.Fatal(err)
	}
	all := []string{dump}
	err = filepath.WalkDir(tr.root, func(path string, _ os.DirEntry, err error) error {
		if !strings.HasPrefix(path, filepath.Join(tr.root, "hns")) { // which has its journal and locks
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		tr.t.Fatal(err)
	}
	return all
}
