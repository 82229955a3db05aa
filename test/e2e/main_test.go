// Package e2e drives the built executables as runtimes do and compares their output and the state of an emulated node.
// `make test-e2e` builds them first. The same tests run with the Windows executables under Wine: go test ./test/e2e
// -wine.
package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

var wine = flag.Bool("wine", false, "run the Windows executables under Wine")

// bin holds the executables under test.
func bin() harness.Bin {
	if *wine {
		return harness.WineBin(harness.Root())
	}
	return harness.NativeBin(harness.Root())
}

func TestMain(m *testing.M) {
	flag.Parse()
	if !bin().Available() {
		fmt.Fprintf(os.Stderr, "no executables in %s: run make build, and make wine for -wine\n", bin().Dir)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// fixture is a node and a pod of one test.
type fixture struct {
	*testing.T
	*harness.Node
	pod *harness.Pod
	bin harness.Bin
}

func newFixture(t *testing.T, settings hcnemu.Settings) *fixture {
	t.Helper()
	settings.Seed = newSeed(t)
	return newFixtureOf(t, bin(), settings)
}

// newSeed returns a seed for the choices of the node's HNS, a different one in each run. A failing test reports it.
func newSeed(t *testing.T) string {
	seed := strconv.FormatUint(rand.Uint64(), 10)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the node's seed is %s", seed)
		}
	})
	return seed
}

// newFixtureOf is newFixture for other executables than those that are under test by default.
func newFixtureOf(t *testing.T, bin harness.Bin, settings hcnemu.Settings) *fixture {
	t.Helper()
	node, err := harness.NewNode(t.TempDir(), bin, settings)
	if err != nil {
		t.Fatal(err)
	}
	pod, err := node.NewPod(context.Background(), "web")
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{t, node, pod, bin}
}

// run starts a plugin as a runtime does for the fixture's pod; change adjusts its input.
func (f *fixture) run(plugin, command, stdin string, change ...func(*harness.Verb)) harness.Outcome {
	f.Helper()
	v := harness.Verb{
		Plugin: plugin, Command: command, ContainerID: f.pod.ID, Netns: f.pod.Namespace, IfName: "eth0",
		Args:  "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=web",
		Stdin: []byte(stdin), Env: f.Exec.Env,
	}
	for _, c := range change {
		c(&v)
	}
	outcome, err := f.bin.Run(context.Background(), v)
	if err != nil {
		f.Fatal(err)
	}
	return outcome
}

func (f *fixture) dump() string {
	f.Helper()
	dump, err := f.Host.Dump()
	if err != nil {
		f.Fatal(err)
	}
	return dump
}

// cniError reads the error that a failed plugin must print on stdout.
func cniError(t *testing.T, o harness.Outcome) types.Error {
	t.Helper()
	var e types.Error
	if err := json.Unmarshal(o.Stdout, &e); err != nil || o.Exit != 1 {
		t.Fatalf("exit %d, stdout %q (%v), stderr %q: want exit 1 and a CNI error", o.Exit, o.Stdout, err, o.Stderr)
	}
	return e
}
