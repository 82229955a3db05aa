// Package cnilog is the plugins' log: JSON lines in a separate file and, on Windows, in ETW. It never writes to stdout,
// which belongs to the CNI result, and never makes a verb fail.
package cnilog

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

// Options are the level and the destination of a log.
type Options struct {
	// Plugin is the executable's name without extension; it names the file and is in every line.
	Plugin string
	// File is an absolute path. Empty or relative means DefaultFile(Plugin): a relative path would
	// depend on the runtime's working directory, which is System32 for a Windows service.
	File string
	// Level is "debug", "info", "warn" or "error", in any case. Anything else means info.
	Level string
}

// Logger is a log. It opens nothing before the first line.
type Logger struct {
	sink *sink
	slog *slog.Logger
}

// DefaultFile returns the log file of a plugin whose configuration names none:
// %ProgramData%\hcnctl\log\<plugin>.log on Windows, elsewhere in the directory that the emulator uses.
func DefaultFile(plugin string) string {
	return filepath.Join(privatedir.Path("log"), filepath.Base(plugin)+".log")
}

// Open returns a log. It always succeeds: a line that cannot be written to the file is lost, except in ETW.
func Open(o Options) *Logger {
	path, chosen := o.File, true
	unusable := whyUnusable(path)
	if unusable != "" {
		path, chosen = DefaultFile(o.Plugin), false
	}
	s := &sink{file: file{path: path, chosen: chosen, limit: sizeLimit, keep: keptFiles, wait: lockWait}}
	level := parseLevel(o.Level)
	json := slog.NewJSONHandler(s, &slog.HandlerOptions{Level: level})
	l := &Logger{sink: s, slog: slog.New(handler{json, s}).With("plugin", o.Plugin, "pid", os.Getpid())}
	if o.File != "" && !chosen {
		l.slog.Warn(fmt.Sprintf("log file %q is %s, logging here", o.File, unusable))
	}
	return l
}

// whyUnusable returns why a path is not a file to append to: opening a pipe waits for its reader, and a write to the
// device or file behind stdout ends up in the CNI result.
func whyUnusable(path string) string {
	if !filepath.IsAbs(path) {
		return "not absolute"
	}
	if name := filepath.Base(path); !filepath.IsLocal(name) || strings.HasPrefix(path, `\\.\`) || runtime.GOOS == "windows" && strings.Contains(name, ":") {
		return "the name of a device or of a stream"
	}
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return "" // opening it creates it, or fails with the reason
	}
	if !info.Mode().IsRegular() {
		return "not a regular file"
	}
	if out, err := os.Stdout.Stat(); err == nil && os.SameFile(info, out) {
		return "stdout, which is for the CNI result"
	}
	return ""
}

// Slog returns the logger to write with. Its lines are discarded after Close.
func (l *Logger) Slog() *slog.Logger { return l.slog }

// Close closes the files that the first line opened. It may be called more than once.
func (l *Logger) Close() {
	l.sink.mu.Lock()
	defer l.sink.mu.Unlock()
	l.sink.closed = true
	l.sink.file.close()
	l.sink.trace.close()
}

func parseLevel(s string) slog.Level {
	var level slog.Level
	if level.UnmarshalText([]byte(s)) != nil {
		return slog.LevelInfo
	}
	return level
}
