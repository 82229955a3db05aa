package privatedir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCreateMakesEveryMissingParent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b", "c")
	for range 2 {
		if err := Create(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Errorf("its maker cannot write into the directory: %v", err)
	}
	for d := dir; filepath.Base(d) != "a"; d = filepath.Dir(d) {
		checkAccess(t, d, private)
	}
}

func TestMakeReadableLetsOthersReadOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		if err := MakeReadable(dir); err != nil {
			t.Fatal(err)
		}
	}
	checkAccess(t, filepath.Dir(dir), readable)
	checkAccess(t, dir, readable)
}

func TestCreateRefusesAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{
		file:                       "it is a file",
		filepath.Join(file, "sub"): "directory",
	}
	for dir, complaint := range rows {
		if err := Create(dir); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("Create(%q) = %v, want a complaint with %q", dir, err, complaint)
		}
	}
}

func TestPathIsAbsolute(t *testing.T) {
	if dir := Path("lock"); !filepath.IsAbs(dir) || filepath.Base(dir) != "lock" {
		t.Errorf("Path(lock) = %q", dir)
	}
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b", "a", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := Names(dir); err != nil || strings.Join(names, " ") != "a b c" {
		t.Errorf("%q, %v", names, err)
	}
	if names, err := Names(filepath.Join(dir, "absent")); err != nil || names != nil {
		t.Errorf("without a directory: %q, %v", names, err)
	}
	if _, err := Names(filepath.Join(dir, "a")); err == nil {
		t.Error("of a file")
	}
}
