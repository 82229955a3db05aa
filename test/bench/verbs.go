package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// The configurations that are measured.
const (
	hostLocal = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "capabilities": {"portMappings": true},
		"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.64.0.0/16", "gateway": "10.64.0.1", "rangeEnd": "10.64.9.250"}}`
	inProcess = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge",
		"ipam": {"type": "host-local", "inProcess": true, "dataDir": "DATADIR", "subnet": "10.64.0.0/16", "gateway": "10.64.0.1", "rangeEnd": "10.64.9.250"}}`
	hnsAddresses = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "ipam": {"subnet": "10.64.0.0/16"}}`
	portMapping  = `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "capabilities": {"portMappings": true},
		"runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]},
		"ipam": {"type": "host-local", "dataDir": "DATADIR", "subnet": "10.64.0.0/16", "gateway": "10.64.0.1", "rangeEnd": "10.64.9.250"}}`
)

// variants are the configurations with the names of their numbers.
var variants = []struct{ suffix, conf string }{
	{"", hostLocal}, {"_in_process", inProcess}, {"_hns", hnsAddresses}, {"_port_mapping", portMapping},
}

// counts is the cost of the verbs of one attachment.
type counts struct {
	calls     map[string]int // by verb
	processes map[string]int
	rss       int64 // of ADD, bytes
}

// verbs prints calls and processes of every verb.
func (b *bench) verbs() error {
	for _, v := range variants {
		c, err := b.count(v.conf, 0)
		if err != nil {
			return err
		}
		for _, verb := range []string{"ADD", "DEL", "CHECK", "STATUS", "GC"} {
			b.print("hcn_calls_"+lower(verb)+v.suffix, c.calls[verb], "calls")
			if b.prefix == "" {
				b.print("processes_"+lower(verb)+v.suffix, c.processes[verb], "processes")
			}
		}
		b.print("rss_bytes_add"+v.suffix, c.rss, "bytes")
	}
	return nil
}

func lower(verb string) string { return string(bytes.ToLower([]byte(verb))) }

// count runs every verb once on a node with the network and that many endpoints of other pods.
func (b *bench) count(conf string, others int) (counts, error) {
	c := counts{calls: map[string]int{}, processes: map[string]int{}}
	err := b.withNode("", conf, func(n *node) error {
		delegates, err := n.countDelegates()
		if err != nil {
			return err
		}
		if err := n.fill("podnet", others); err != nil {
			return err
		}
		self, err := os.Executable()
		if err != nil {
			return err
		}
		n.launcher = []string{self, launchArgument}
		return c.run(n, delegates)
	})
	return c, err
}

func (c *counts) run(n *node, delegates *delegateCounter) error {
	pod, err := n.NewPod(context.Background(), "measured")
	if err != nil {
		return err
	}
	conf := n.conf
	for _, verb := range []string{"STATUS", "ADD", "CHECK", "DEL", "GC"} {
		if verb == "GC" { // with one endpoint to collect
			if _, err := n.verb("ADD", pod, n.conf); err != nil {
				return err
			}
			if conf, err = withKeys(n.conf, map[string]any{"cni.dev/valid-attachments": []any{}}); err != nil {
				return err
			}
		}
		started := delegates.count()
		var o harness.Outcome
		calls, _, err := n.calls(func() error { o, err = n.verb(verb, pod, conf); return err })
		if err != nil {
			return err
		}
		c.calls[verb], c.processes[verb] = calls, 1+delegates.count()-started
		if verb == "ADD" {
			c.rss = o.MaxRSS
			if conf, err = withPrevResult(n.conf, o.Stdout); err != nil {
				return err
			}
		}
	}
	return nil
}

// delegateCounter counts the starts of host-local: this program precedes it on CNI_PATH, records the start, and
// executes it.
type delegateCounter struct{ file string }

const delegateEnv = "BENCH_DELEGATE" // "<real host-local>|<file of notes>"

func (n *node) countDelegates() (*delegateCounter, error) {
	c := &delegateCounter{filepath.Join(n.Dir, "delegates")}
	if runtime.GOOS == "windows" || len(n.bench.bin.Runner) > 0 {
		return c, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(n.Dir, "counting")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := os.Symlink(self, filepath.Join(dir, "host-local")); err != nil {
		return nil, err
	}
	n.path = []string{dir}
	n.Exec.Env = append(n.Exec.Env, delegateEnv+"="+filepath.Join(n.bench.bin.Dir, "host-local")+"|"+c.file)
	return c, nil
}

func (c *delegateCounter) count() int {
	notes, err := os.ReadFile(c.file)
	if err != nil {
		return 0
	}
	return bytes.Count(notes, []byte("\n"))
}

// countDelegate is this program as host-local.
func countDelegate() {
	real, file, _ := bytes.Cut([]byte(os.Getenv(delegateEnv)), []byte("|"))
	notes, err := os.OpenFile(string(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = fmt.Fprintln(notes, os.Getenv("CNI_COMMAND"))
	}
	if err == nil {
		cmd := exec.Command(string(real))
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		err = cmd.Run()
	}
	if err != nil {
		os.Exit(1)
	}
}
