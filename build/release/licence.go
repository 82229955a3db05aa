package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licence is one licence or notice file: its name in the zip and its path.
type licence struct{ name, path string }

var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

// findLicences returns the licence files of the modules, from the module cache, and those of Go itself.
// A module without one is an error: it must not be shipped.
func findLicences(ctx context.Context, root string, modules []string) ([]licence, error) {
	goroot, err := run(ctx, root, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	all, err := licencesIn("go", strings.TrimSpace(goroot))
	if err != nil {
		return nil, err
	}
	for _, m := range modules {
		dir, err := run(ctx, root, "go", "list", "-m", "-f", "{{.Dir}}", m)
		if err != nil {
			return nil, err
		}
		found, err := licencesIn(m, strings.TrimSpace(dir))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func licencesIn(module, dir string) ([]licence, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("licence of %s: %w", module, err)
	}
	var found []licence
	for _, e := range entries {
		if e.Type().IsRegular() && licenceName.MatchString(e.Name()) {
			found = append(found, licence{module + "/" + e.Name(), filepath.Join(dir, e.Name())})
		}
	}
	if !slices.ContainsFunc(found, func(l licence) bool { return !strings.HasPrefix(strings.ToLower(filepath.Base(l.path)), "patents") }) {
		return nil, fmt.Errorf("licence of %s: none in %s", module, dir)
	}
	return found, nil
}

func run(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}
