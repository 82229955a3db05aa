package hcnemu

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

func TestManyProcesses(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	const processes = 5
	outputs := make([]bytes.Buffer, processes)
	var running []*exec.Cmd
	for i := range processes {
		cmd := child(t, n.host.Dir(), "endpoints "+network)
		cmd.Stdout = &outputs[i]
		n.ok(cmd.Start())
		running = append(running, cmd)
	}
	seen := map[string]bool{}
	for i, cmd := range running {
		n.ok(cmd.Wait())
		for _, line := range strings.Fields(outputs[i].String()) {
			if seen[line] {
				t.Errorf("%s was given twice", line)
			}
			seen[line] = true
		}
	}
	if len(seen) != 2*20*processes {
		t.Errorf("%d addresses and MACs", len(seen))
	}
	checkState(t, n.host)
	checkJournal(t, n.host, 3+processes*20*4, processes+1)
}

// checkJournal checks the number of entries, that none is missing, and the number of processes.
func checkJournal(t *testing.T, h *Host, entries, processes int) {
	t.Helper()
	calls, err := h.Journal()
	if err != nil {
		t.Fatal(err)
	}
	pids := map[int]bool{}
	for i, c := range calls {
		if c.Seq != uint64(i+1) || c.Error != "" {
			t.Fatalf("entry %d is %+v", i+1, c)
		}
		pids[c.PID] = true
	}
	if len(calls) != entries || len(pids) != processes {
		t.Errorf("%d entries of %d processes, want %d of %d", len(calls), len(pids), entries, processes)
	}
}

func TestOneNetworkOfManyCreators(t *testing.T) {
	dir := t.TempDir()
	const processes = 6
	outputs := make([]bytes.Buffer, processes)
	var running []*exec.Cmd
	for i := range processes {
		cmd := child(t, dir, "race")
		cmd.Stdout = &outputs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	winners := 0
	for i, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err, outputs[i].String())
		}
		winners += strings.Count(outputs[i].String(), "true")
	}
	if winners != 1 {
		t.Errorf("%d processes made the network", winners)
	}
}

// Processes that are killed at any moment leave a consistent state, and no lock.
func TestKilledProcesses(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	for range 5 {
		var running []*exec.Cmd
		for range 2 {
			cmd := child(t, n.host.Dir(), "churn "+network)
			n.ok(cmd.Start())
			running = append(running, cmd)
		}
		before := len(n.journal())
		for len(n.journal()) < before+20 { // both are at work
			runtime.Gosched()
		}
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond) // the moment varies; nothing waits for it
		for _, cmd := range running {
			n.ok(cmd.Process.Kill())
			_ = cmd.Wait() // killed
		}
		checkState(t, n.host)
	}
	if calls := n.journal(); calls[len(calls)-1].Seq != uint64(len(calls)) {
		t.Errorf("%d entries, the last has number %d", len(calls), calls[len(calls)-1].Seq)
	}
}

func (n testNode) journal() []Call {
	n.Helper()
	calls, err := n.host.Journal()
	n.ok(err)
	return calls
}

func TestDeadlyFaults(t *testing.T) {
	for _, row := range []struct {
		faults string
		made   bool
	}{
		{"HcnCreateNetwork=kill", false},
		{"*#1=kill", false},
		{"HcnCreateNetwork#1=kill-after", true},
	} {
		t.Run(row.faults, func(t *testing.T) {
			dir := t.TempDir()
			out, err := child(t, dir, "race", "HCNEMU_FAULTS="+row.faults).CombinedOutput()
			if err == nil || len(out) > 0 {
				t.Errorf("the process lived: %v %s", err, out)
			}
			h, err := Open(Settings{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			ids, err := h.Enumerate(KindNetwork, "")
			if err != nil || (ids != "[]") != row.made {
				t.Errorf("networks %s %v", ids, err)
			}
		})
	}
}

// A call that hangs blocks no other call.
func TestHangingCall(t *testing.T) {
	dir := t.TempDir()
	hanging, err := Open(Settings{Dir: dir, Faults: "HcnEnumerateNetworks=hang"})
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := hanging.Enumerate(KindNetwork, "")
		answered <- err
	}()
	n := testNode{t, hanging}
	n.create(KindNetwork, "", natDoc)
	out, err := child(t, dir, "version").Output()
	if err != nil || !json.Valid(out) {
		t.Errorf("another process: %v %s", err, out)
	}
	select {
	case err := <-answered:
		t.Errorf("the call returned %v", err)
	default:
	}
}

// Many goroutines of one process are served one after the other.
func TestManyGoroutines(t *testing.T) {
	n := newNode(t, "")
	id := n.create(KindNetwork, "", bridgeDoc)
	results := make(chan any)
	for range 40 {
		go func() {
			e, err := n.host.Service().CreateEndpoint(t.Context(), &hcnspec.Endpoint{Network: id, SchemaVersion: hcnspec.SchemaV2})
			if err != nil {
				results <- err
				return
			}
			results <- netip.MustParseAddr(e.IPConfigs[0].IPAddress)
		}()
	}
	seen := map[any]bool{}
	for range 40 {
		got := <-results
		if err, failed := got.(error); failed || seen[got] {
			t.Errorf("got %v, %v", got, err)
		}
		seen[got] = true
	}
	checkState(t, n.host)
}
