package cnilog

import (
	"context"
	"log/slog"
	"sync"
)

// sink writes finished lines to the file and to ETW.
type sink struct {
	mu     sync.Mutex
	file   file
	trace  trace
	level  slog.Level // of the line being written
	closed bool
}

// Write writes one line from slog's JSON handler: one call for each. The caller holds mu. A line that cannot be written
// does not make a verb fail.
func (s *sink) Write(line []byte) (int, error) {
	if s.closed {
		return len(line), nil
	}
	s.trace.write(s.level, line)
	_ = s.file.append(line)
	return len(line), nil
}

// handler passes the level of each line to the sink, which would otherwise have to parse it.
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
