//go:build !windows

package ipam

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// tree is a plugin's process with its descendants: a separate process group. Start and wait are called by one
// goroutine, kill by any.
type tree struct {
	mu    sync.Mutex
	group int // 0: not started, or ended
}

// start starts the command as the leader of the group. Where the system supports it, the command dies with the thread
// that started it, to which this goroutine is therefore locked until wait.
func (t *tree) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
	runtime.LockOSThread()
	if err := cmd.Start(); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	t.mu.Lock()
	t.group = cmd.Process.Pid
	t.mu.Unlock()
	return nil
}

// wait waits for the command and kills the rest of the group. Where possible it kills the group before reaping the
// command: its number cannot have passed to another group yet, and no process in it can hold the command's output open.
func (t *tree) wait(cmd *exec.Cmd) error {
	defer runtime.UnlockOSThread()
	exited := awaitExit(cmd.Process.Pid)
	if exited {
		t.end()
	}
	err := cmd.Wait()
	t.end()
	return err
}

// kill kills the whole group. It does nothing once wait has done it.
func (t *tree) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.group != 0 {
		_ = syscall.Kill(-t.group, syscall.SIGKILL)
	}
}

func (t *tree) end() {
	t.kill()
	t.mu.Lock()
	t.group = 0
	t.mu.Unlock()
}

// isBusy reports whether an executable could not be started because it is being written.
func isBusy(err error) bool { return errors.Is(err, syscall.ETXTBSY) }
