package arch_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oldName is the name of a plugin of microsoft/SDN, which this project's tool also had before its first release. A
// runtime would start a tool of that name as a plugin, and installing it would overwrite the plugin.
const oldName = "win" + "cni"

// mayNameIt are the places that serve configurations for that plugin.
var mayNameIt = []string{"docs/migration.md", "pkg/netconf/plugin.go", "pkg/attach/profile_test.go"}

func TestOnlyMigrationKeepsTheOldName(t *testing.T) {
	seen := map[string]bool{}
	eachText(t, func(path string, text []byte) {
		if !strings.Contains(strings.ToLower(path+string(text)), oldName) {
			return
		}
		seen[path] = true
		if !slices.Contains(mayNameIt, path) {
			t.Errorf("%s names %s, which is another project's plugin: the tool is called hcnctl", path, oldName)
		}
	})
	for _, path := range mayNameIt {
		if !seen[path] {
			t.Errorf("%s no longer names %s: remove it from the list", path, oldName)
		}
	}
}

// eachText calls f with every file of the repository, path with slashes. It skips build output and git's directory.
func eachText(t *testing.T, f func(path string, text []byte)) {
	t.Helper()
	const root = "../.."
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if d.IsDir() && (rel == ".git" || rel == "out" || strings.HasSuffix(rel, "testdata/fuzz")) {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() || rel == ".git" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		f(rel, text)
		return nil
	})
	if err != nil || files < 300 {
		t.Fatalf("read %d files: %v", files, err)
	}
}
