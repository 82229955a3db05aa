package ipam

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The test binary is its own IPAM plugin: copied under the plugin's name it follows the script next to it, and records
// its input.
type script struct {
	Stdout, Stderr string
	Exit           int
	Hang           bool              // never ends
	Flood          bool              // writes to stdout endlessly
	Lock           bool              // holds a lock until it ends
	Child          bool              // leaves a process behind that holds stdout open and never ends
	ByVerb         map[string]script // instead of the above, for some verbs
}

type callRecord struct {
	Verb, ContainerID, Netns, IfName, Args, Path, Stdin string
}

func TestMain(m *testing.M) {
	switch as := os.Getenv(roleEnv); {
	case strings.HasPrefix(as, childRole):
		os.Exit(beTheChild(strings.TrimPrefix(as, childRole)))
	case strings.HasPrefix(as, callerRole):
		os.Exit(beTheCaller(strings.TrimPrefix(as, callerRole)))
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	text, err := os.ReadFile(self + ".script")
	if err != nil {
		os.Setenv("GORACE", "atexit_sleep_ms=0") // else the race detector makes each plugin wait a second
		code := m.Run()
		if dir := builtIn; dir != "" {
			_ = os.RemoveAll(dir)
		}
		os.Exit(code)
	}
	os.Exit(beThePlugin(self, text))
}

func beThePlugin(self string, text []byte) int {
	var s script
	if err := json.Unmarshal(text, &s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	verb := os.Getenv("CNI_COMMAND")
	if special, ok := s.ByVerb[verb]; ok {
		s = special
	}
	stdin, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 99
	}
	line, err := json.Marshal(callRecord{verb, os.Getenv("CNI_CONTAINERID"), os.Getenv("CNI_NETNS"),
		os.Getenv("CNI_IFNAME"), os.Getenv("CNI_ARGS"), os.Getenv("CNI_PATH"), string(stdin)})
	if err != nil {
		return 99
	}
	log, err := os.OpenFile(self+".calls", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 99
	}
	if _, err := log.Write(append(line, '\n')); err != nil {
		return 99
	}
	if s.Child {
		if err := leaveChild(self); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 99
		}
	}
	if s.Lock {
		if err := holdLock(self); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 99
		}
	}
	fmt.Fprint(os.Stderr, s.Stderr)
	for s.Flood {
		if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
			return 99
		}
	}
	fmt.Fprint(os.Stdout, s.Stdout)
	for s.Hang {
		time.Sleep(time.Hour)
	}
	return s.Exit
}

// install creates a plugin of that name in a new directory, and returns the directory.
func install(t *testing.T, name string, s script) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := pluginFile(dir, name)
	copyFile(t, self, file) // a link would be this executable itself, which is rejected
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".script", text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o700); err != nil {
		t.Fatal(err)
	}
}

func pluginFile(dir, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, name)
}

// calls returns the plugin's recorded calls, in order.
func calls(t *testing.T, dir, name string) []callRecord {
	t.Helper()
	text, err := os.ReadFile(pluginFile(dir, name) + ".calls")
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []callRecord
	for line := range strings.Lines(string(text)) {
		var c callRecord
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// called returns the verbs that the plugin was called with.
func called(records []callRecord) string {
	var all []string
	for _, c := range records {
		all = append(all, c.Verb)
	}
	return strings.Join(all, " ")
}
