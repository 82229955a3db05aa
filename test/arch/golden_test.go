package arch_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoldenFilesHaveOneHelper: a second way to rewrite golden files is a second way to get them wrong.
func TestGoldenFilesHaveOneHelper(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "out" || path == filepath.Join(root, "test", "golden")):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || filepath.Base(path) == "golden_test.go" && filepath.Dir(path) == filepath.Join(root, "test", "arch"):
			return nil
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), `flag.Bool("update"`) {
			t.Errorf("%s has its own -update: use test/golden", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
