package hcnemu

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// child starts this test binary as another process of the node.
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

// runJob is the main function of such a process.
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

// makeEndpoints creates 20 endpoints on the network with the ID and prints their addresses.
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

// churn creates, attaches and deletes endpoints until it is killed.
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

// raceForNetwork creates the network and prints whether this process succeeded.
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
