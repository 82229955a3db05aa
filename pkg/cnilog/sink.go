package cnilog

import (
	"context"
	"log/slog"
	"sync"
)

// sink takes finished lines to the file and to ETW.
type sink struct {
	mu     sync.Mutex
	file   file
	trace  trace
	level  slog.Level // of the line being written
	closed bool
}

// Write takes one line, as slog's JSON handler makes it: one call for each. The caller holds mu. A line that
// the file does not take makes no verb fail.
func (s *sink) Write(line []byte) (int, error) {
	if s.closed {
		return len(line), nil
	}
	s.trace.write(s.level, line)
	_ = s.file.append(line)
	return len(line), nil
}

// handler tells the sink the level of each line, which the line's bytes bury.
type handler struct {
	slog.Handler
	sink *sink
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	h.sink.mu.Lock()
	defer h.sink.mu.Unlock()
	h.sink.level = r.Level
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs), h.sink}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name), h.sink}
}
