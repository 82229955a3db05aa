//go:build !windows

package ipam

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// tree is a plugin's process and what it starts: a process group of its own. Start and wait are called by
// one goroutine, kill by any.
type tree struct {
	mu    sync.Mutex
	group int // 0: not started, or ended
}

// start starts the command as the leader of the group. Where the system can do it, the command dies with
// the thread that started it, which is therefore this goroutine's own until wait.
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

// wait waits for the command and kills what is left of the group. The group is killed before the command
// is reaped where that is possible, for then its number cannot have passed to another one, and nobody in it
// can hold the command's output open.
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

// isBusy reports that an executable could not be started because it is being written.
func isBusy(err error) bool { return errors.Is(err, syscall.ETXTBSY) }
