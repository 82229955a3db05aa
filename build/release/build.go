package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// build compiles the executables into dir and returns their paths. Settings of the caller's Go environment that would
// change bytes have no effect.
func (s settings) build(ctx context.Context, arch, dir string) ([]string, error) {
	flags, err := s.flags("BUILD_FLAGS")
	if err != nil {
		return nil, err
	}
	link, err := s.flags("LINK_FLAGS")
	if err != nil {
		return nil, err
	}
	link = append(link, "-buildid=", "-X", versionVariable+"="+s.version)
	args := append([]string{"build", "-buildvcs=false", "-mod=readonly", "-ldflags", strings.Join(link, " ")}, flags...)
	var exes []string
	for _, pkg := range executables {
		exe := filepath.Join(dir, filepath.Base(pkg)+".exe")
		cmd := exec.CommandContext(ctx, "go", slices.Concat(args, []string{"-o", exe, "./" + pkg})...)
		cmd.Dir = s.root
		cmd.Env = append(cleanEnv(os.Environ()), "GOOS=windows", "GOARCH="+arch, "CGO_ENABLED=0", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
		exes = append(exes, exe)
	}
	return exes, nil
}

const versionVariable = "github.com/Microsoft/windows-container-networking/pkg/version.version"

// flags reads a variable of build/flags.mk, so that a release is built as the Makefile builds.
func (s settings) flags(variable string) ([]string, error) {
	file := filepath.Join(s.root, "build", "flags.mk")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the flags of the build: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, variable+" := "); ok {
			return strings.Fields(value), nil
		}
	}
	return nil, fmt.Errorf("the flags of the build: %s does not set %s", file, variable)
}

// cleanEnv returns the environment without the variables that change the compiler's output.
func cleanEnv(env []string) []string {
	var kept []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case "GOFLAGS", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GOFIPS140", "GOOS", "GOARCH", "CGO_ENABLED", "GOWORK", "GODEBUG":
		default:
			kept = append(kept, entry)
		}
	}
	return kept
}
