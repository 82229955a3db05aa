package harness

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// Verb is one start of a plugin by a runtime.
type Verb struct {
	Plugin      string // executable, without .exe
	Command     string // CNI_COMMAND
	ContainerID string
	Netns       string
	IfName      string
	Args        string
	Path        []string // CNI_PATH; empty: the directory of the executables
	Stdin       []byte
	Env         []string // of the emulated node
	// Launcher, if set, runs the command to measure its memory; see Launch.
	Launcher []string
}

// Outcome is the result of a start for a runtime, and its cost.
type Outcome struct {
	Exit   int // exit status; -1 if the process was killed
	Stdout []byte
	Stderr []byte
	Took   time.Duration
	// MaxRSS is the peak resident memory in bytes; 0 if the system does not report it. Without a launcher it is never
	// less than that of this process, because Linux counts from the fork.
	MaxRSS int64
}

// Run starts a plugin and waits for it. The error concerns the start, or is that of ctx if it ended first; the plugin's
// own failure is in the outcome.
func (b Bin) Run(ctx context.Context, v Verb) (Outcome, error) {
	o, state, err := b.start(ctx, v)
	if err == nil && lostByWine(b.Runner, v.Plugin, state, len(o.Stdout)+len(o.Stderr)) {
		o, _, err = b.start(ctx, v)
	}
	return o, err
}

func (b Bin) start(ctx context.Context, v Verb) (Outcome, *os.ProcessState, error) {
	argv := append(slices.Concat(v.Launcher, b.Runner), b.file(v.Plugin))
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.WaitDelay = time.Second // children of a killed plugin may hold its output open
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(v.Stdin), &stdout, &stderr
	cmd.Env = append(os.Environ(), b.environ(v)...)
	var report *os.File
	if len(v.Launcher) > 0 {
		var err error
		if report, err = attachReport(cmd); err != nil {
			return Outcome{Exit: -1}, nil, err
		}
		defer report.Close()
	}
	start := time.Now()
	err := cmd.Run()
	o := Outcome{Exit: -1, Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), Took: time.Since(start)}
	if cmd.ProcessState != nil {
		o.Exit, o.MaxRSS = cmd.ProcessState.ExitCode(), maxRSS(cmd.ProcessState)
	}
	if report != nil {
		o.MaxRSS = readReport(report)
	}
	var status *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return o, cmd.ProcessState, context.Cause(ctx)
	case err == nil, errors.As(err, &status), errors.Is(err, exec.ErrWaitDelay):
		return o, cmd.ProcessState, nil
	}
	return o, cmd.ProcessState, err
}

func (b Bin) file(plugin string) string {
	if len(b.Runner) > 0 {
		plugin += ".exe"
	}
	return filepath.Join(b.Dir, plugin)
}

func (b Bin) environ(v Verb) []string {
	path := v.Path
	if len(path) == 0 {
		path = []string{b.Dir}
	}
	var list string
	for i, dir := range path {
		if i > 0 {
			list += string(os.PathListSeparator)
		}
		list += dir
	}
	return append([]string{
		"CNI_COMMAND=" + v.Command, "CNI_CONTAINERID=" + v.ContainerID, "CNI_NETNS=" + v.Netns,
		"CNI_IFNAME=" + v.IfName, "CNI_ARGS=" + v.Args, "CNI_PATH=" + list,
	}, v.Env...)
}
