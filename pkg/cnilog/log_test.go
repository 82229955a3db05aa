package cnilog

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readLines returns the lines of the files as JSON objects; it fails on anything else.
func readLines(t *testing.T, files ...string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.Lines(string(data)) {
			var line map[string]any
			if err := json.Unmarshal([]byte(text), &line); err != nil || !strings.HasSuffix(text, "\n") {
				t.Fatalf("%s: torn line %q: %v", name, text, err)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestLinesAreJSONWithPluginAndProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "log", "nat.log")
	l := Open(Options{Plugin: "nat", File: path})
	l.Slog().With("container", "c1").WithGroup("hcn").Info("ADD", "calls", 14)
	l.Close()
	lines := readLines(t, path)
	if len(lines) != 1 {
		t.Fatalf("%d lines, want 1", len(lines))
	}
	if _, err := time.Parse(time.RFC3339Nano, lines[0]["time"].(string)); err != nil {
		t.Error(err)
	}
	delete(lines[0], "time")
	want := map[string]any{"level": "INFO", "msg": "ADD", "plugin": "nat", "pid": float64(os.Getpid()),
		"container": "c1", "hcn": map[string]any{"calls": float64(14)}}
	if diff := cmp.Diff(want, lines[0]); diff != "" {
		t.Error(diff)
	}
}

func TestLevels(t *testing.T) {
	rows := map[string]string{"": "info warn error", "debug": "debug info warn error", "WARN": "warn error",
		"error": "error", "nonsense": "info warn error"}
	for level, want := range rows {
		path := filepath.Join(t.TempDir(), "nat.log")
		l := Open(Options{Plugin: "nat", File: path, Level: level})
		for _, at := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			l.Slog().Log(t.Context(), at, strings.ToLower(at.String()))
		}
		l.Close()
		var got []string
		for _, line := range readLines(t, path) {
			got = append(got, line["msg"].(string))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("level %q: logged %q, want %q", level, got, want)
		}
	}
}

func TestNothingIsOpenedBeforeTheFirstLineOrAfterClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log", "nat.log")
	l := Open(Options{Plugin: "nat", File: path})
	l.Slog().Debug("below the level")
	l.Close()
	l.Close()
	l.Slog().Error("too late")
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("the log's directory exists: %v", err)
	}
}

func TestRelativeFileGoesToTheDefaultAndIsSaid(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HCNEMU_DIR", dir)
	t.Setenv("ProgramData", dir)
	l := Open(Options{Plugin: "nat", File: "hcnctl.log"})
	l.Close()
	lines := readLines(t, DefaultFile("nat"))
	if len(lines) != 1 || lines[0]["msg"] != `log file "hcnctl.log" is not absolute, logging here` {
		t.Errorf("logged %v", lines)
	}
	if _, err := os.Stat("hcnctl.log"); !os.IsNotExist(err) {
		t.Errorf("a log in the working directory: %v", err)
	}
}

func TestLogThatCannotBeOpenedStopsNobody(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(dir, "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(inTheWay, "nat.log")} {
		l := Open(Options{Plugin: "nat", File: path})
		l.Slog().Info("one")
		l.Slog().Info("two")
		l.Close()
		f := file{path: path, chosen: true}
		if err := f.append([]byte("line\n")); err == nil || !strings.Contains(err.Error(), "log") {
			t.Errorf("%s: error %v, want one that names the log", path, err)
		}
	}
}

// No line is written to the file behind stdout: it is the CNI result.
func TestResultIsNoLog(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HCNEMU_DIR", dir)
	t.Setenv("ProgramData", dir)
	result, err := os.Create(filepath.Join(dir, "result"))
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	stdout := os.Stdout
	defer func() { os.Stdout = stdout }()
	os.Stdout = result
	l := Open(Options{Plugin: "nat", File: result.Name()})
	l.Slog().Info("line")
	l.Close()
	if info, err := result.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("the result has %v, %v; want no byte of the log", info, err)
	}
	if lines := readLines(t, DefaultFile("nat")); len(lines) != 2 || !strings.Contains(lines[0]["msg"].(string), "is stdout") || lines[1]["msg"] != "line" {
		t.Errorf("logged %v", lines)
	}
}
