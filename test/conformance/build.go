package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// edit is a change to a file of another project: New replaces Old, which occurs the given number of times.
type edit struct {
	File     string // relative to the project's module
	Old, New string
	Times    int
}

func (e edit) apply(root string) error {
	path := filepath.Join(root, filepath.FromSlash(e.File))
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := strings.Count(string(text), e.Old); n != e.Times {
		return fmt.Errorf("%s has %q %d times: the edit was written for %d", e.File, e.Old, n, e.Times)
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(text), e.Old, e.New)), 0o600)
}

// build builds the suite's test executable, or the program.
func (s suite) build(env environment, exe string) error {
	args := []string{"test", "-c", "-tags", s.Tags, "-o", exe}
	if s.Program {
		args = []string{"build", "-tags", s.Tags, "-o", exe}
	}
	if len(s.Edits) > 0 {
		modfile, err := s.edited(env)
		if err != nil {
			return fmt.Errorf("edit %s: %w", s.Package, err)
		}
		args = append(args, "-modfile", modfile)
	}
	cmd := s.command(append(args, s.Package)...)
	cmd.Stdout = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", s.Package, err)
	}
	return nil
}

// command returns the go command in the module that pins the suite, for the system that the suite runs on.
func (s suite) command(args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = s.Module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if !s.Here {
		cmd.Env = append(cmd.Env, "GOOS=windows", "GOARCH=amd64")
	}
	cmd.Stderr = os.Stderr
	return cmd
}

// edited copies the module of the edited files, changes the copy, and returns a go.mod that names it.
func (s suite) edited(env environment) (modfile string, err error) {
	list, err := s.command("list", "-json=Module", cmp.Or(s.Edited, s.Package)).Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	var pkg struct{ Module struct{ Path, Dir string } }
	if err := json.Unmarshal(list, &pkg); err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	copied := filepath.Join(env.work, s.Name+".src")
	if err := copyModule(copied, pkg.Module.Dir); err != nil {
		return "", err
	}
	for _, e := range s.Edits {
		if err := e.apply(copied); err != nil {
			return "", err
		}
	}
	return s.writeModfile(env, pkg.Module.Path, copied)
}

func copyModule(to, from string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	// The module cache is read-only, and so is its copy.
	return filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
}

// writeModfile copies the suite's go.mod and go.sum, and adds a replacement of the module with its copy.
func (s suite) writeModfile(env environment, module, copied string) (string, error) {
	modfile := filepath.Join(env.work, s.Name+".mod")
	for from, to := range map[string]string{"go.mod": modfile, "go.sum": strings.TrimSuffix(modfile, ".mod") + ".sum"} {
		text, err := os.ReadFile(filepath.Join(s.Module, from))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return "", err
		}
	}
	f, err := os.OpenFile(modfile, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(f, "\nreplace %s => %s\n", module, copied)
	return modfile, errors.Join(err, f.Close())
}
