package ipam

import (
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// tree is a plugin's process with its descendants: a job object to which only this process has a handle, so that the
// job, and every process in it, ends with this process. Start and wait are called by one goroutine, kill by any.
type tree struct {
	mu      sync.Mutex
	job     windows.Handle // 0: not started, or ended
	process func() error   // kills the command alone, if it could not be put into the job
}

// start starts the command suspended, puts it into the job and resumes it, so that it can start nothing outside the
// job. If the system refuses the job (before Windows 8 no process could be in two of them), the plugin is killed at the
// deadline, but outlives this process.
func (t *tree) start(cmd *exec.Cmd) error {
	job, err := newJob()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_SUSPENDED}
	if err := cmd.Start(); err != nil {
		_ = windows.CloseHandle(job)
		return err
	}
	t.mu.Lock()
	t.job = job
	t.mu.Unlock()
	var assigned, resumed error
	err = cmd.Process.WithHandle(func(h uintptr) {
		assigned = windows.AssignProcessToJobObject(job, windows.Handle(h))
		resumed = resume(windows.Handle(h))
	})
	if assigned != nil {
		t.mu.Lock()
		t.process = cmd.Process.Kill
		t.mu.Unlock()
	}
	if err = errors.Join(err, resumed); err != nil {
		_ = cmd.Process.Kill()
		_ = t.wait(cmd)
		return fmt.Errorf("resume its process: %w", err)
	}
	return nil
}

// newJob creates a job whose processes end when its last handle is closed. They cannot break away.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("create a job object: %w", err)
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		_ = windows.CloseHandle(job)
		return 0, fmt.Errorf("make the job object end with this process: %w", err)
	}
	return job, nil
}

var ntResumeProcess = windows.NewLazySystemDLL("ntdll.dll").NewProc("NtResumeProcess")

// resume resumes a process that was started suspended. os/exec has closed the handle of its thread, which ResumeThread
// would need.
func resume(process windows.Handle) error {
	if err := ntResumeProcess.Find(); err != nil {
		return err
	}
	if status, _, _ := ntResumeProcess.Call(uintptr(process)); status != 0 {
		return windows.NTStatus(status) // #nosec G115 -- an NTSTATUS has 32 bits
	}
	return nil
}

// wait waits for the command and kills the rest of the job, which may hold the command's output open.
func (t *tree) wait(cmd *exec.Cmd) error {
	_ = cmd.Process.WithHandle(func(h uintptr) { _, _ = windows.WaitForSingleObject(windows.Handle(h), windows.INFINITE) })
	t.mu.Lock()
	_ = windows.TerminateJobObject(t.job, killedStatus)
	_ = windows.CloseHandle(t.job)
	t.job, t.process = 0, nil
	t.mu.Unlock()
	return cmd.Wait()
}

// killedStatus is the exit status of a process that is killed here.
const killedStatus = 1

// kill kills all processes in the job. It does nothing once wait has done it.
func (t *tree) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.job != 0 {
		_ = windows.TerminateJobObject(t.job, killedStatus)
	}
	if t.process != nil {
		_ = t.process()
	}
}

// isBusy reports whether an executable could not be started because it is being written, or because a virus scanner has
// it open exclusively.
func isBusy(err error) bool { return errors.Is(err, windows.ERROR_SHARING_VIOLATION) }
