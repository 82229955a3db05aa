package hcnemu

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// child is this test binary as another process of the node.
func child(t *testing.T, dir, job string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "HCNEMU_TEST_JOB="+job, "HCNEMU_DIR="+dir)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// runJob is main of such a process.
func runJob(job string) int {
	h, err := Open(SettingsFromEnv(os.Getenv))
	if err == nil {
		verb, argument, _ := strings.Cut(job, " ")
		err = map[string]func(*Host, string) error{
			"endpoints": makeEndpoints, "churn": churn, "race": raceForNetwork, "version": askVersion,
		}[verb](h, argument)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// makeEndpoints makes 20 endpoints on the network with the ID and prints their addresses.
func makeEndpoints(h *Host, network string) error {
	for range 20 {
		handle, err := h.Open(KindNetwork, network)
		if err != nil {
			return err
		}
		made, err := h.Create(KindEndpoint, handle, "", endpointDoc)
		if err != nil {
			return err
		}
		doc, err := finish[hcnspec.Endpoint](h, KindEndpoint, made, "")
		if err != nil {
			return err
		}
		fmt.Println(doc.IPConfigs[0].IPAddress, doc.MAC)
	}
	return nil
}

// churn makes, attaches and deletes until it is killed.
func churn(h *Host, network string) error {
	for {
		ns, err := h.Service().CreateNamespace(context.Background(), &hcnspec.Namespace{Type: hcnspec.NamespaceHost})
		if err != nil {
			return err
		}
		e, err := h.Service().CreateEndpoint(context.Background(), &hcnspec.Endpoint{Network: network, SchemaVersion: hcnspec.SchemaV2})
		if err != nil {
			return err
		}
		if err := h.Service().Attach(context.Background(), ns.ID, e.ID); err != nil {
			return err
		}
		if err := h.Service().DeleteEndpoint(context.Background(), e.ID); err != nil {
			return err
		}
	}
}

// raceForNetwork creates the network and says whether it was this process that did.
func raceForNetwork(h *Host, _ string) error {
	_, err := h.Create(KindNetwork, 0, "", natDoc)
	if err != nil && hostnet.CodeOf(err) != hostnet.CodeNetworkAlreadyExists {
		return err
	}
	fmt.Println(err == nil)
	return nil
}

func askVersion(h *Host, _ string) error {
	reply, err := h.HNSCall("GET", "/globals/version", "")
	fmt.Println(reply)
	return err
}

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

// checkJournal wants so many gapless entries of so many processes.
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

// Processes that are killed at any moment leave a state that fits together, and no lock.
func TestKilledProcesses(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	for range 8 {
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
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond) // the moment is what varies, nothing waits for it
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

func (n node) journal() []Call {
	n.Helper()
	calls, err := n.host.Journal()
	n.ok(err)
	return calls
}

// checkState wants the index to lead to every object and to nothing else, and both ends of every
// attachment and reference to agree.
func checkState(t *testing.T, h *Host) {
	t.Helper()
	err := h.locked(true, func(tx *tx) error {
		want := map[string]string{}
		for _, kind := range Kinds() {
			for _, id := range tx.all(kind) {
				o := map[Kind]object{
					KindNetwork: &network{}, KindEndpoint: &endpoint{}, KindNamespace: &namespace{},
					KindLoadBalancer: &loadBalancer{}, KindSdnRoute: &route{},
				}[kind]
				if err := tx.load(kind, id, o); err != nil {
					return err
				}
				for _, key := range o.keys() {
					want[key] = id
				}
				checkMembers(t, tx, o)
			}
		}
		for key := range tx.keysFrom("", "") {
			if want[key] != tx.find(key) {
				t.Errorf("key %q leads to %s, want %s", key, tx.find(key), want[key])
			}
			delete(want, key)
		}
		if len(want) > 0 {
			t.Errorf("the index lacks %v", want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func checkMembers(t *testing.T, tx *tx, o object) {
	t.Helper()
	switch o := o.(type) {
	case *namespace:
		for _, id := range o.Endpoints {
			if e, err := tx.loadEndpoint(id); err != nil || e.Namespace != o.ID {
				t.Errorf("namespace %s has endpoint %s: %v", o.ID, id, err)
			}
		}
	case *endpoint:
		if o.Namespace == "" {
			return
		}
		if ns, err := tx.loadNamespace(o.Namespace); err == nil && !slices.Contains(ns.Endpoints, o.ID) {
			t.Errorf("endpoint %s is not in namespace %s", o.ID, ns.ID)
		}
	}
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

// A call that hangs blocks nobody else.
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
	n := node{t, hanging}
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
