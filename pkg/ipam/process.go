package ipam

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"
)

const (
	// drainTime bounds the wait for the output of a plugin that is dead but whose children are not.
	drainTime = time.Second
	// busyTries and busyPause are for an executable that is being written: an upgrade under way.
	busyTries = 5
	busyPause = 200 * time.Millisecond
	// shownOfStderr is how much of what a plugin complained goes into the error, in bytes.
	shownOfStderr = 2048
)

// processes starts plugins as processes. Other than invoke.DefaultExec it writes nothing to this
// process's stderr, keeps stderr when the plugin also says something on stdout, and does not wait for
// the grandchildren of a plugin that was killed.
type processes struct{ version.PluginDecoder }

var _ invoke.Exec = (*processes)(nil)

func (*processes) FindInPath(plugin string, paths []string) (string, error) {
	return invoke.FindInPath(plugin, paths)
}

func (*processes) ExecPlugin(ctx context.Context, file string, stdin []byte, environ []string) ([]byte, error) {
	for try := 1; ; try++ {
		stdout, err := start(ctx, file, stdin, environ)
		if !errors.Is(err, syscall.ETXTBSY) || try == busyTries {
			return stdout, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(busyPause):
		}
	}
}

func start(ctx context.Context, file string, stdin []byte, environ []string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, file)
	cmd.Env = environ
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = drainTime
	err := cmd.Run()
	switch {
	case err == nil:
		return stdout.Bytes(), nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("killed because the verb's time (hnsTimeoutSeconds) is over: %w%s", context.Cause(ctx), quoteStderr(stderr.Bytes()))
	}
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return nil, fmt.Errorf("start %q: %w", file, err)
	}
	return nil, failure(err, stdout.Bytes(), stderr.Bytes())
}

// failure makes the CNI error of what a failed plugin said: its own one, or else everything there is.
func failure(err error, stdout, stderr []byte) error {
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
	e.Details = strings.TrimPrefix(e.Details+quoteStderr(stderr), ", ")
	return e
}

func quoteStderr(stderr []byte) string {
	if len(bytes.TrimSpace(stderr)) == 0 {
		return ""
	}
	return fmt.Sprintf(", stderr %q", shorten(stderr))
}

// shorten keeps the end, where the reason stands.
func shorten(text []byte) []byte {
	text = bytes.TrimSpace(text)
	return text[max(0, len(text)-shownOfStderr):]
}
