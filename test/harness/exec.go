package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"
)

// Bin is a directory of built plugins, including host-local, and the command that starts them.
type Bin struct {
	Dir    string
	Runner []string // prefix of every start: out/wine/run; empty for executables of this machine
}

// NativeBin returns the directory of the executables that make build builds for this machine, in the module at root.
func NativeBin(root string) Bin {
	return Bin{Dir: filepath.Join(root, "out", runtime.GOOS+"_"+runtime.GOARCH)}
}

// WineBin returns the Windows executables and the command that starts them.
func WineBin(root string) Bin {
	return Bin{
		Dir:    filepath.Join(root, "out", "windows_amd64"),
		Runner: []string{filepath.Join(root, "out", "wine", "run")},
	}
}

// Root returns the module's directory: the nearest one above with a go.mod and pkg.
func Root() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for d := dir; d != filepath.Dir(d); d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "pkg", "attach")); err == nil {
			return d
		}
	}
	return dir
}

// Exec starts plugins for libcni with a node's environment.
type Exec struct {
	Runner []string
	Env    []string
	// Started counts the plugins started, without those that plugins start themselves.
	Started atomic.Int64
	version.PluginDecoder
}

var _ invoke.Exec = (*Exec)(nil)

// ExecPlugin implements invoke.Exec. A failed plugin's error is the *types.Error that it printed; one
// that printed none is an error with its exit status and stderr.
func (e *Exec) ExecPlugin(ctx context.Context, path string, stdin []byte, environ []string) ([]byte, error) {
	e.Started.Add(1)
	argv := append(slices.Clone(e.Runner), path)
	var stdout, stderr bytes.Buffer
	var err error
	for again := false; ; again = true {
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, &stderr
		cmd.Env = append(slices.Clone(environ), e.Env...)
		if err = cmd.Run(); err == nil {
			return stdout.Bytes(), nil
		}
		if again || !lostByWine(e.Runner, path, cmd.ProcessState, stdout.Len()+stderr.Len()) {
			break
		}
	}
	var printed types.Error
	if json.Unmarshal(stdout.Bytes(), &printed) == nil && printed.Code != 0 {
		return nil, &printed
	}
	return nil, fmt.Errorf("%s: %w: stdout %q, stderr %q", filepath.Base(path), err, stdout.String(), stderr.String())
}

// lostByWine reports whether Wine ended a process before it began: about one start in two thousand under Wine 8 ends with
// status 1 and prints nothing, where a plugin prints an error (pkg/cniplugin.Main). Such a start is repeated once, and
// reported; natively it would be a failure.
func lostByWine(runner []string, path string, state *os.ProcessState, printed int) bool {
	if len(runner) == 0 || state == nil || state.ExitCode() != 1 || printed > 0 {
		return false
	}
	fmt.Fprintf(os.Stderr, "harness: %s ended under Wine with status 1 and without output; starting it again\n", filepath.Base(path))
	return true
}

// FindInPath implements invoke.Exec.
func (e *Exec) FindInPath(plugin string, paths []string) (string, error) {
	if len(e.Runner) > 0 {
		plugin += ".exe"
	}
	return invoke.FindInPath(plugin, paths)
}

// Available reports whether the programs of the runner are installed.
func (b Bin) Available() bool {
	for _, r := range b.Runner {
		if _, err := exec.LookPath(r); err != nil {
			return false
		}
	}
	_, err := os.Stat(b.Dir)
	return err == nil
}

// Path returns a path of this machine as the executables see it: Wine maps the root to drive Z.
func (b Bin) Path(path string) string {
	if len(b.Runner) == 0 {
		return path
	}
	return "Z:" + filepath.ToSlash(path)
}
