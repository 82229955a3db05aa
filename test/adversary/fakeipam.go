package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// The fake IPAM plugin is this executable under another name; its environment controls it.
const (
	fakeName   = "fake-ipam"
	fakeDoes   = "ADVERSARY_IPAM_DOES"   // what ADD does: answer, endless, hang, child, await
	fakeSays   = "ADVERSARY_IPAM_SAYS"   // what ADD prints
	fakeLog    = "ADVERSARY_IPAM_LOG"    // where each start records its verb and its process ID
	fakeAwaits = "ADVERSARY_IPAM_AWAITS" // the file that ADD waits for before it prints
)

func isFakeIPAM() bool { return filepath.Base(os.Args[0]) == fakeName }

// fakeIPAM is the plugin's main function.
func fakeIPAM() int {
	log, err := os.OpenFile(os.Getenv(fakeLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if _, err := fmt.Fprintln(log, os.Getenv("CNI_COMMAND"), os.Getpid()); err != nil {
		return 1
	}
	if os.Getenv("CNI_COMMAND") != "ADD" {
		return 0
	}
	switch os.Getenv(fakeDoes) {
	case "endless":
		for block := strings.Repeat("x", 1<<16); ; {
			if _, err := os.Stdout.WriteString(block); err != nil {
				return 1
			}
		}
	case "hang":
		time.Sleep(2 * watchdog)
	case "await":
		for _, err := os.Stat(os.Getenv(fakeAwaits)); err != nil; _, err = os.Stat(os.Getenv(fakeAwaits)) {
			time.Sleep(time.Millisecond)
		}
	case "child": // leaves a process that holds stdout open
		child := exec.Command("sleep", "600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return 1
		}
		fmt.Fprintln(log, "CHILD", child.Process.Pid)
	}
	fmt.Println(os.Getenv(fakeSays))
	return 0
}

// fake returns the configuration with the fake IPAM plugin, and the environment for its starts. The network exists: a
// pod of the original configuration has created it.
func (a *attack) fake(c conf, does, says string) (conf, start) {
	if !slices.ContainsFunc(a.state().Networks, func(n hcnspec.Network) bool { return n.Name == c.name() }) {
		a.attached("neighbour", c)
	}
	dir := filepath.Join(a.dir, "bin")
	self, err := os.Executable()
	a.must(err)
	a.must(os.MkdirAll(dir, 0o700))
	if err := os.Symlink(self, filepath.Join(dir, fakeName)); !os.IsExist(err) {
		a.must(err)
	}
	c = c.with(conf{"ipam": conf{"type": fakeName}})
	return c, start{conf: c, path: []string{dir, a.bin.Dir}, env: map[string]string{fakeDoes: does, fakeSays: says, fakeLog: a.fakeLog()}}
}

func (a *attack) fakeLog() string { return filepath.Join(a.dir, "ipam.log") }

// fakeCalls returns the lines that the fake plugin's starts recorded: "ADD 123".
func (a *attack) fakeCalls() []string {
	text, err := os.ReadFile(a.fakeLog())
	if os.IsNotExist(err) {
		return nil
	}
	a.must(err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// lastCall returns the last verb that the fake plugin was called with.
func (a *attack) lastCall() string {
	calls := a.fakeCalls()
	if len(calls) == 0 {
		return "none"
	}
	verb, _, _ := strings.Cut(calls[len(calls)-1], " ")
	return verb
}

// verb returns the start for a command and a pod.
func (s start) verb(command string, p pod) start {
	s.command, s.pod = command, p
	return s
}

// answerOf renders an IPAM result of CNI 1.1.0 with one address.
func answerOf(ip string) string {
	return `{"cniVersion": "1.1.0", "ips": [{"address": "` + ip + `"}]}`
}
