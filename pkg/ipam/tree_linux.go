package ipam

import (
	"syscall"
	"unsafe"
)

// dieWithParent makes the kernel kill the command when the thread that started it ends, which includes the death of
// this process.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// awaitExit waits until the process has ended, without reaping it. It returns false if the system does not support
// that.
func awaitExit(pid int) bool {
	const (
		byPID    = 1   // P_PID
		infoSize = 128 // of siginfo_t, on all architectures
	)
	var info [infoSize / 8]uint64
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(pid), uintptr(unsafe.Pointer(&info)), // #nosec G103 -- waitid(2) fills it in; it is as large as siginfo_t
			syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			return errno == 0
		}
	}
}
