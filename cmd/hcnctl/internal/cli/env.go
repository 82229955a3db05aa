// Package cli holds the commands of hcnctl, one file for each noun.
package cli

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/thishost"
)

// Env is everything outside the process that the commands touch, so that tests can run them in process.
type Env struct {
	// Open returns the host network service and its description: "HNS", or "emulator in <dir>".
	Open func() (hostnet.Service, string, error)
	// OpenHCN returns the HCN API of the same host.
	OpenHCN func() (hostnet.HCN, string, error)
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	// Getenv reads the environment: CNI_PATH, ProgramFiles, ProgramData.
	Getenv func(string) string
	// Executable is the path of hcnctl itself.
	Executable func() (string, error)
	// Sleep waits for d or until ctx ends, whichever comes first.
	Sleep func(ctx context.Context, d time.Duration) error
	// Terminal reports whether stderr is a terminal: progress is shown there only.
	Terminal bool
}

// System returns the environment of the process.
func System() Env {
	return Env{
		Open:       thishost.Service,
		OpenHCN:    thishost.HCN,
		Stdin:      os.Stdin,
		Stdout:     os.Stdout,
		Stderr:     os.Stderr,
		Getenv:     os.Getenv,
		Executable: os.Executable,
		Sleep:      sleep,
		Terminal:   term.IsTerminal(int(os.Stderr.Fd())),
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
