//go:build !windows

package cniplugin

import (
	"os"
	"os/signal"
	"syscall"
)

// surviveClosedPipes makes a write to a closed stdout or stderr return an error, after which ADD is undone. By default
// it ends a Go program with SIGPIPE. The signal is caught and not ignored, because the IPAM plugin, which this process
// starts, would inherit that.
func surviveClosedPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
