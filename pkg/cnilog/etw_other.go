//go:build !windows

package cnilog

import "log/slog"

// trace is Windows' event tracing; elsewhere there is none.
type trace struct{}

func (trace) write(slog.Level, []byte) {}
func (trace) close()                   {}
