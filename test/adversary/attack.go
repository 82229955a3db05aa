package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// row is one attack with its expected outcome.
type row struct {
	name string // "12.4 GC …": issue 12, row 4
	run  func(*attack)
}

// machine is one run of this program.
type machine struct {
	options
	bin harness.Bin
	dir string
}

// runRows runs the rows four at a time, each on a separate node.
func (m *machine) runRows(rows []row, total *findings) {
	progress := harness.NewProgress()
	progress.Begin("rows", len(rows))
	harness.InParallel(4, len(rows), func(i int) {
		m.runRow(rows[i], total)
		progress.Step(total.of(rows[i].name) > 0)
	})
	progress.End()
}

// stopped is the panic of an attack that cannot continue; the findings have the reason.
type stopped struct{}

func (m *machine) runRow(r row, total *findings) {
	a := &attack{machine: m, row: r.name, found: total, dir: filepath.Join(m.dir, safeName(r.name)), env: map[string]string{}}
	defer func() {
		if p := recover(); p != nil && p != any(stopped{}) {
			panic(p)
		}
	}()
	a.must(os.MkdirAll(a.dir, 0o700))
	a.open(`{"version": "13.3"}`)
	r.run(a)
}

var unsafeInName = regexp.MustCompile(`[^A-Za-z0-9.]+`)

func safeName(name string) string { return unsafeInName.ReplaceAllString(name, "-") }

// attack is one row with its node.
type attack struct {
	*machine
	row   string
	found *findings
	dir   string
	host  *hcnemu.Host
	env   map[string]string // of every start
	pods  atomic.Int64
}

// open creates the node, or reopens it with another host profile.
func (a *attack) open(profile string) {
	seed := strconv.FormatUint(a.machine.seed, 10)
	host, err := hcnemu.Open(hcnemu.Settings{Dir: a.hns(), HostProfile: profile, Seed: seed})
	a.must(err)
	a.host = host
	a.env["HCNEMU_DIR"], a.env["HCNEMU_HOST"] = a.hns(), profile
	a.env["HCNEMU_FAULTS"], a.env["HCNEMU_LATENCY"], a.env["HCNEMU_SEED"] = "", "", seed
}

func (a *attack) hns() string   { return filepath.Join(a.dir, "hns") }
func (a *attack) store() string { return filepath.Join(a.dir, "host-local") }

func (a *attack) add(k kind, format string, args ...any) {
	a.found.add(k, a.row, fmt.Sprintf(format, args...))
}

// must ends the attack if a step could not be carried out.
func (a *attack) must(err error) {
	if err != nil {
		a.add(wrong, "the attack itself failed: %v", err)
		panic(stopped{})
	}
}

// start describes one start of a plugin.
type start struct {
	command  string
	pod      pod
	conf     conf
	stdin    []byte // in place of conf
	plugin   string // empty: conf's type
	env      map[string]string
	path     []string
	launcher []string
	ifName   string
	args     string
	starved  bool          // of memory, descriptors or disk: Go may end the process by itself
	within   time.Duration // the process is killed after that; 0 is the watchdog
}

// watchdog is the time after which a start counts as a hang: the longest hnsTimeoutSeconds is 60 s with 15 s for the
// undo, and nothing here takes longer on any machine that is not suspended.
const watchdog = 5 * time.Minute

// answer is the outcome of a start.
type answer struct {
	killed bool
	code   uint // of the CNI error; 0 is success
	msg    string
	stdout []byte
	stderr string
	took   time.Duration
}

func (r answer) ok() bool { return !r.killed && r.code == 0 }

// String is for findings.
func (r answer) String() string {
	switch {
	case r.killed:
		return "killed"
	case r.code == 0:
		return "success"
	}
	return fmt.Sprintf("code %d: %s", r.code, r.msg)
}

// run starts a plugin and reads its answer. In every attack, a hang, a panic, or a failure without a CNI error of at
// most 4 KiB is a finding.
func (a *attack) run(s start) answer {
	within, killer := s.within, true
	if within == 0 {
		within, killer = watchdog, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	o, err := a.bin.Run(ctx, a.verb(s))
	r := answer{killed: o.Exit == -1, stdout: o.Stdout, stderr: string(o.Stderr), took: o.Took}
	if err != nil && ctx.Err() == nil {
		a.must(err)
	}
	switch {
	case r.killed && ctx.Err() == nil && !s.starved: // by a signal from elsewhere
		a.add(panicked, "%s %s: ended by a signal: %s", s.command, s.pod.id, firstLines(r.stderr))
	case r.killed && ctx.Err() != nil && !killer:
		a.add(hang, "%s %s: no answer in %v", s.command, s.pod.id, within)
	}
	if r.killed {
		return r
	}
	a.read(s, o.Exit, &r)
	return r
}

func (a *attack) read(s start, exit int, r *answer) {
	if exit != 0 {
		var e struct {
			Code         uint
			Msg, Details string
		}
		if json.Unmarshal(r.stdout, &e) == nil && e.Code != 0 {
			r.code, r.msg = e.Code, firstLines(e.Msg)
			if len(r.stdout) > maxError {
				a.add(wrong, "%s: an error of %d bytes", s.command, len(r.stdout))
			}
		} else {
			r.code = noJSON
		}
	}
	if r.code == noJSON && s.starved && outOfMemory(r.stderr) {
		return
	}
	const codeOfPanic = 199
	if r.code == codeOfPanic || strings.Contains(r.stderr, "goroutine ") {
		a.add(panicked, "%s: %s%s", s.command, firstLines(string(r.stdout)), firstLines(r.stderr))
	} else if r.code == noJSON && s.launcher == nil {
		a.add(wrong, "%s: exit status %d without a CNI error: stdout %q, stderr %q", s.command, exit, firstLines(string(r.stdout)), firstLines(r.stderr))
	}
}

// outOfMemory reports whether Go's runtime, or the shell before it, ran out of memory or descriptors. No program can
// prevent that.
func outOfMemory(stderr string) bool {
	for _, words := range []string{"out of memory", "cannot allocate memory", "failed to create new OS thread", "failed to reserve", "cannot map pages", "too many open files", "netpollinit failed", "eventfd failed", "Cannot allocate"} {
		if strings.Contains(stderr, words) {
			return true
		}
	}
	return stderr == ""
}

// maxError is docs/errors.md's bound; noJSON stands for a failure whose stdout is no CNI error.
const (
	maxError = 4096
	noJSON   = 1 << 16
)

// firstLines returns the part of a long text that is shown.
func firstLines(text string) string {
	const most = 600
	if len(text) > most {
		return text[:most] + " …"
	}
	return text
}

func (a *attack) verb(s start) harness.Verb {
	v := harness.Verb{
		Plugin: s.plugin, Command: s.command, ContainerID: s.pod.id, Netns: s.pod.netns, IfName: "eth0",
		Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=web", Path: s.path, Stdin: s.stdin, Launcher: s.launcher,
	}
	if s.ifName != "" {
		v.IfName = s.ifName
	}
	if s.args != "" {
		v.Args = s.args
	}
	if v.Plugin == "" {
		v.Plugin, _ = s.conf["type"].(string)
	}
	if v.Stdin == nil {
		v.Stdin = s.conf.bytes()
	}
	for _, env := range []map[string]string{a.env, s.env} {
		for k, value := range env {
			v.Env = append(v.Env, k+"="+value)
		}
	}
	return v
}

// expect runs a start and checks its code; 0 is success.
func (a *attack) expect(s start, codes ...uint) answer {
	r := a.run(s)
	for _, code := range codes {
		if !r.killed && r.code == code {
			return r
		}
	}
	a.add(wrong, "%s: %v, want code %v", s.command, r, codes)
	return r
}
