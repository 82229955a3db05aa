package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// build compiles the executables into dir and returns their paths. Nothing of the caller's Go
// environment that changes bytes gets through.
func (s settings) build(ctx context.Context, arch, dir string) ([]string, error) {
	var exes []string
	for _, pkg := range executables {
		exe := filepath.Join(dir, filepath.Base(pkg)+".exe")
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-gcflags=all=-l", // as the Makefile builds
			"-ldflags", "-s -w -buildid= -X "+versionVariable+"="+s.version, "-o", exe, "./"+pkg)
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

// cleanEnv leaves out the variables that change what the compiler makes.
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
