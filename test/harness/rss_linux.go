package harness

import (
	"os"
	"syscall"
)

// maxRSS reads the process's resource usage; Linux counts in KiB.
func maxRSS(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024
}
