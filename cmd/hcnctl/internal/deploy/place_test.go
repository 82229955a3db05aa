package deploy

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An executable of another project is kept, and restored.
func TestPlaceAndRemove(t *testing.T) {
	dir := t.TempDir()
	ours, ours2 := copySelf(t, dir, "one"), copySelf(t, dir, "two")
	foreign := filepath.Join(dir, "foreign")
	writeFile(t, foreign, "another project's")
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(bin, "nat.exe")
	for _, row := range []struct {
		source  string
		outcome Outcome
		files   []string
	}{
		{foreign, Installed, []string{"nat.exe"}},
		{ours, Replaced, []string{"nat.exe", "nat.exe.before-hcnctl"}},
		{ours, Unchanged, []string{"nat.exe", "nat.exe.before-hcnctl"}},
		{ours2, Upgraded, []string{"nat.exe", "nat.exe.before-hcnctl"}},
	} {
		got, err := Place(row.source, target)
		if err != nil || got != row.outcome {
			t.Fatalf("Place(%s) = %q, %v, want %q", row.source, got, err, row.outcome)
		}
		if diff := cmp.Diff(row.files, list(t, bin)); diff != "" {
			t.Fatal(diff)
		}
		if readFile(t, target) != readFile(t, row.source) {
			t.Fatalf("the target is not %s", row.source)
		}
	}
	for _, want := range []bool{true, false} {
		if removed, err := Remove(target); err != nil || removed != want {
			t.Fatalf("Remove = %v, %v, want %v", removed, err, want)
		}
		if got := readFile(t, target); got != "another project's" {
			t.Fatalf("after Remove the target is %.40q", got)
		}
	}
}

// A running executable is replaced, and continues to run.
func TestPlaceOverRunning(t *testing.T) {
	dir := t.TempDir()
	ours, ours2 := copySelf(t, dir, "one"), copySelf(t, dir, "two")
	target := filepath.Join(dir, "nat.exe")
	if _, err := Place(ours, target); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(target)
	cmd.Env = append(os.Environ(), selfEnv+"=one")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if got, err := Place(ours2, target); err != nil || got != Upgraded {
		t.Fatal(got, err)
	}
	if readFile(t, target) != readFile(t, ours2) {
		t.Error("the target is not the new one")
	}
	in.Close()
	answer := make([]byte, 3)
	if _, err := out.Read(answer); err != nil || string(answer) != "one" {
		t.Errorf("the running one said %q, %v", answer, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// selfEnv makes the test binary a program that waits for its stdin to end and then prints the variable's value.
const selfEnv = "DEPLOY_TEST_SELF"

func TestMain(m *testing.M) {
	name := os.Getenv(selfEnv)
	if name == "" {
		os.Exit(m.Run())
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	_, _ = os.Stdout.WriteString(name)
}

// copySelf makes an executable of this project: this one, with its name behind its end.
func copySelf(t *testing.T, dir, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(dir, name)
	if err := os.WriteFile(exe, []byte(readFile(t, self)+name), 0o755); err != nil {
		t.Fatal(err)
	}
	return exe
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Windows refuses to rename over a running executable and to delete it. A directory that is not empty fails in the same
// way here.
func TestSwapMovesAwayWhatCannotBeReplaced(t *testing.T) {
	dir := t.TempDir()
	target, from := filepath.Join(dir, "nat.exe"), filepath.Join(dir, "nat.exe.new-hcnctl")
	if err := os.MkdirAll(filepath.Join(target, "running"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, from, "new")
	if err := swap(from, target); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, target); got != "new" {
		t.Fatalf("the target is %q", got)
	}
	if diff := cmp.Diff([]string{"nat.exe", "nat.exe.old-hcnctl0"}, list(t, dir)); diff != "" {
		t.Fatal(diff)
	}
	if err := os.Remove(filepath.Join(dir, "nat.exe.old-hcnctl0", "running")); err != nil {
		t.Fatal(err)
	}
	removeOld(target) // the first step of the next Place
	if diff := cmp.Diff([]string{"nat.exe"}, list(t, dir)); diff != "" {
		t.Error(diff)
	}
}
