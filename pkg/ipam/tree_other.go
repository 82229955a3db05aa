//go:build !windows && !linux

package ipam

import "syscall"

// dieWithParent does nothing: only Linux and Windows end a process together with its parent.
func dieWithParent(*syscall.SysProcAttr) {}

// awaitExit is not implemented here: the group is killed right after its leader was reaped.
func awaitExit(int) bool { return false }
