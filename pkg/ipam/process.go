package ipam

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"
)

const (
	// drainTime bounds the wait for the output of a plugin that has ended: a process that escaped from
	// its tree may hold stdout open.
	drainTime = time.Second
	// busyTries and busyPause are for an executable that is being written: an upgrade under way, or a
	// virus scanner that reads the new file.
	busyTries = 5
	busyPause = 200 * time.Millisecond
)

// delegatedEnv is set in the environment of every IPAM plugin that is started here. A process that finds it set is such
// a plugin, and starts no other one: a configuration whose ipam.type leads back to this executable, even through
// another one, would otherwise start processes endlessly.
const delegatedEnv = "HCN_IPAM_DELEGATE"

// processes starts plugins as processes. Unlike invoke.DefaultExec it writes nothing to this process's stderr, keeps
// stderr if the plugin also writes to stdout, limits how much it keeps, and leaves no process behind: everything that
// the plugin started ends with it, and the plugin ends with this process.
type processes struct{ version.PluginDecoder }

var _ invoke.Exec = (*processes)(nil)

func (*processes) FindInPath(plugin string, paths []string) (string, error) {
	return invoke.FindInPath(plugin, paths)
}

func (*processes) ExecPlugin(ctx context.Context, file string, stdin []byte, environ []string) ([]byte, error) {
	if os.Getenv(delegatedEnv) != "" {
		return nil, badConfig("ipam.type: this plugin was itself started as an IPAM plugin and starts no further one (%q): name an IPAM plugin", file)
	}
	environ = append(environ, delegatedEnv+"=1")
	for try := 1; ; try++ {
		stdout, err := run(ctx, file, stdin, environ)
		if !isBusy(err) || try == busyTries {
			return stdout, err
		}
		select {
		case <-ctx.Done():
			return nil, notStarted(ctx)
		case <-time.After(busyPause):
		}
	}
}

func notStarted(ctx context.Context) error {
	return fmt.Errorf("not started because the verb's time (hnsTimeoutSeconds) is over: %w", context.Cause(ctx))
}

// run starts the plugin and returns its stdout if it succeeds. No process that the plugin started remains.
func run(ctx context.Context, file string, stdin []byte, environ []string) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, notStarted(ctx)
	}
	var t tree
	stdout, stderr := &result{overflow: t.kill}, new(tail)
	cmd := exec.CommandContext(ctx, file)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, bytes.NewReader(stdin), stdout, stderr
	cmd.Cancel = func() error { t.kill(); return nil }
	cmd.WaitDelay = drainTime
	if err := t.start(cmd); err != nil {
		return nil, fmt.Errorf("start %q: %w", file, err)
	}
	if ctx.Err() != nil {
		t.kill() // Cancel may have come before the tree was complete
	}
	err := t.wait(cmd)
	switch {
	case stdout.over:
		return nil, types.NewError(types.ErrDecodingFailure, fmt.Sprintf("killed because it wrote more than %d bytes to stdout, which is for the result only", maxResult), stderr.quote())
	case succeeded(ctx, cmd, err):
		return stdout.text.Bytes(), nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("killed because the verb's time (hnsTimeoutSeconds) is over: %w%s", context.Cause(ctx), stderr.quote())
	}
	return nil, failure(err, stdout.text.Bytes(), stderr)
}

// succeeded relies on the exit status. A stdout that a process outside the tree holds open, or a context that ended at
// the same moment, does not turn success into failure.
func succeeded(ctx context.Context, cmd *exec.Cmd, err error) bool {
	if err == nil {
		return true
	}
	return cmd.ProcessState != nil && cmd.ProcessState.Success() && (errors.Is(err, exec.ErrWaitDelay) || ctx.Err() != nil)
}

// failure returns the CNI error of a failed plugin: its own, or else one with all that is known.
func failure(err error, stdout []byte, stderr *tail) error {
	e := new(types.Error)
	if json.Unmarshal(stdout, e) != nil || e.Msg == "" && e.Code == 0 {
		e = types.NewError(types.ErrInternal, err.Error(), "")
		if len(stdout) != 0 {
			e.Msg += fmt.Sprintf(", stdout %q", shorten(stdout))
		}
	}
	if e.Code == 0 {
		e.Code = types.ErrInternal
	}
	e.Details = strings.TrimPrefix(e.Details+stderr.quote(), ", ")
	return e
}
