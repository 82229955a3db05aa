package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/thishost"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// A transcript is text with commands, "$ hcnctl …", each followed by its output, both streams together, and by [exit
// status 1] if it fails. Playing it runs the commands on an emulated node and returns the text with their current
// output.
//
// GUIDs are numbered in the order in which they appear, 00000001-0000-…, also in commands.
type transcript struct {
	t    *testing.T
	root string // every file of the node
	env  Env
	out  bytes.Buffer
	seen []string // GUIDs
}

func newTranscript(t *testing.T, host string) *transcript {
	t.Helper()
	tr := &transcript{t: t, root: t.TempDir()}
	t.Setenv("HCNEMU_DIR", filepath.Join(tr.root, "hns"))
	t.Setenv("HCNEMU_HOST", host)
	t.Chdir(tr.root)
	tr.env = Env{
		Open: func() (hostnet.Service, string, error) {
			h, err := hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
			if err != nil {
				return nil, "", err
			}
			return h.Service(), "emulator in " + h.Dir(), nil
		},
		OpenHCN: thishost.HCN, // of the same directory
		Stdin:   strings.NewReader(""),
		Stdout:  &tr.out, Stderr: &tr.out,
		Getenv: func(name string) string {
			return map[string]string{"HCNEMU_DIR": filepath.Join(tr.root, "hns"), "ProgramFiles": tr.root}[name]
		},
		Executable: func() (string, error) { return filepath.Join(release(t), "hcnctl"), nil },
		Sleep:      func(context.Context, time.Duration) error { return nil },
	}
	return tr
}

// release builds the executables once for all tests and returns their directory.
func release(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "hcnctl-test-"); built.err != nil {
			return
		}
		cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", built.dir, "./plugins/...", "./cmd/hcnctl",
			"github.com/containernetworking/plugins/plugins/ipam/host-local")
		cmd.Dir = moduleRoot
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.dir
}

var built struct {
	once sync.Once
	dir  string
	err  error
}

// moduleRoot is the directory of the module; tests change the working directory.
var moduleRoot string

func TestMain(m *testing.M) {
	here, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	moduleRoot = filepath.Join(here, "..", "..", "..", "..")
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// play runs the commands of a text and returns the text with their output. It keeps lines before the first command; a
// blank line after output ends it.
func (tr *transcript) play(text string) string {
	var played strings.Builder
	output := false
	for line := range strings.Lines(text) {
		command, isCommand := strings.CutPrefix(strings.TrimRight(line, "\n"), "$ ")
		switch {
		case isCommand:
			played.WriteString(line + tr.run(command))
			output = true
		case strings.HasPrefix(line, "#") || !output:
			played.WriteString(line)
			output = false
		case line == "\n" && output:
			played.WriteString(line)
			output = false
		}
	}
	return played.String()
}

// run executes one command line and returns its output.
func (tr *transcript) run(line string) string {
	tr.t.Helper()
	args := words(tr.unnumber(line))
	tr.out.Reset()
	target := ""
	if n := len(args); n > 2 && args[n-2] == ">" {
		target, args = args[n-1], args[:n-2]
	}
	switch args[0] {
	case "hcnctl":
		tr.hcnctl(args[1:], target)
	case "cat":
		text, err := os.ReadFile(args[1])
		if err != nil {
			tr.t.Fatal(err)
		}
		tr.out.Write(text)
	case "cp", "mkdir", "rm":
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			tr.t.Fatalf("%s: %v\n%s", line, err, out)
		}
	default:
		tr.t.Fatalf("a transcript cannot run %q", line)
	}
	return tr.number(tr.out.String())
}

func (tr *transcript) hcnctl(args []string, target string) {
	env := tr.env
	var file bytes.Buffer
	if target != "" {
		env.Stdout = &file
	}
	if status := Run(env, args); status != 0 {
		fmt.Fprintf(&tr.out, "[exit status %d]\n", status)
	}
	if target != "" {
		if err := os.WriteFile(target, file.Bytes(), 0o644); err != nil {
			tr.t.Fatal(err)
		}
	}
}

var guidPattern = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// number replaces GUIDs, their short forms, and the node's directory.
func (tr *transcript) number(text string) string {
	text = strings.ReplaceAll(text, tr.root, "/node")
	text = strings.ReplaceAll(text, moduleRoot, "/source")
	text = guidPattern.ReplaceAllStringFunc(text, func(guid string) string {
		if strings.HasPrefix(guid, "00000000-") || strings.HasPrefix(strings.ToUpper(guid), "DEFA0170-") { // no object, and the node itself
			return guid
		}
		return numbered(tr.indexOf(guid)) + "-0000-0000-0000-000000000000"
	})
	tr.learn()
	for i, guid := range tr.seen {
		text = strings.ReplaceAll(text, strings.ToLower(guid[:8]), numbered(i))
	}
	return text
}

func numbered(i int) string { return fmt.Sprintf("%08d", i+1) }

func (tr *transcript) indexOf(guid string) int {
	for i, have := range tr.seen {
		if strings.EqualFold(have, guid) {
			return i
		}
	}
	tr.seen = append(tr.seen, guid)
	return len(tr.seen) - 1
}

// learn numbers the objects that appear only in their short form.
func (tr *transcript) learn() {
	svc, _, err := tr.env.Open()
	if err != nil {
		return
	}
	n, err := node.Read(context.Background(), svc)
	if err != nil {
		return // a transcript about an HNS that is down
	}
	for _, o := range n.Networks {
		tr.indexOf(o.ID)
	}
	for _, o := range n.Namespaces {
		if o.NamespaceID != 1 { // the node's own keeps its ID
			tr.indexOf(o.ID)
		}
	}
	for _, o := range n.Endpoints {
		tr.indexOf(o.ID)
	}
	for _, o := range n.LoadBalancers {
		tr.indexOf(o.ID)
	}
}

// unnumber restores the real GUIDs and directory in a command.
func (tr *transcript) unnumber(line string) string {
	line = strings.ReplaceAll(line, "/node", tr.root)
	line = strings.ReplaceAll(line, "/work-examples", filepath.Join(moduleRoot, "cni-conf-examples"))
	line = strings.ReplaceAll(line, "/testdata", filepath.Join(moduleRoot, "cmd/hcnctl/internal/cli/testdata"))
	for i, guid := range tr.seen {
		line = strings.ReplaceAll(line, numbered(i)+"-0000-0000-0000-000000000000", guid)
		line = strings.ReplaceAll(line, numbered(i), strings.ToLower(guid[:8]))
	}
	return line
}

// words splits a command line at blanks outside double quotes.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// TestTranscripts plays testdata/*.txt, each on a separate node.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tr := newTranscript(t, hostOf(string(text)))
			golden.Compare(t, path, tr.play(string(text)))
		})
	}
}

// hostOf returns the HCNEMU_HOST that a transcript's first line may name: "# host: {…}".
func hostOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	host, _ := strings.CutPrefix(line, "# host: ")
	if host == line {
		return ""
	}
	return host
}
