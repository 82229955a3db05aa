//go:build !windows

package gocni

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/containernetworking/cni/libcni"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

const exe = ""

// emulatedNode is the node as this machine's executables see it.
type emulatedNode struct{ hostnet.Service }

func thisNode(t *testing.T) node {
	t.Helper()
	needCache(t)
	host, err := hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
	if err != nil {
		t.Fatal(err)
	}
	return emulatedNode{host.Service()}
}

// needCache creates libcni's directory, which is fixed in go-cni, and removes the parts that it created.
func needCache(t *testing.T) {
	t.Helper()
	_, before := os.Stat(libcni.CacheDir)
	err := os.MkdirAll(libcni.CacheDir, 0o700)
	switch {
	case errors.Is(err, os.ErrPermission) && os.Getenv("REQUIRE_ALL") != "1":
		t.Skipf("go-cni keeps its cache in %s, which this user may not write", libcni.CacheDir)
	case err != nil:
		t.Fatal(err)
	case errors.Is(before, os.ErrNotExist):
		t.Cleanup(func() {
			for _, dir := range []string{filepath.Join(libcni.CacheDir, "results"), libcni.CacheDir} {
				if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Errorf("libcni's cache: %v", err)
				}
			}
		})
	}
}

func (n emulatedNode) createNetwork(document string) error {
	var network hcnspec.Network
	if err := json.Unmarshal([]byte(document), &network); err != nil {
		return err
	}
	_, err := n.CreateNetwork(context.Background(), &network)
	return err
}

func (n emulatedNode) createNamespace() (string, error) {
	ns, err := n.CreateNamespace(context.Background(), &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		return "", err
	}
	return ns.ID, nil
}

func (n emulatedNode) deleteNamespace(id string) error {
	return n.DeleteNamespace(context.Background(), id)
}

func (n emulatedNode) endpoints() ([]endpoint, error) {
	list, err := n.Endpoints(context.Background())
	if err != nil {
		return nil, err
	}
	var all []endpoint
	for _, e := range list {
		seen := endpoint{Name: e.Name, MAC: e.MAC, Namespace: e.Namespace, DNS: compact(e.DNS)}
		for _, ip := range e.IPConfigs {
			seen.Addresses = append(seen.Addresses, fmt.Sprintf("%s/%d", ip.IPAddress, ip.PrefixLength))
		}
		for _, p := range e.Policies {
			seen.Policies = append(seen.Policies, string(p.Type)+" "+string(p.Settings))
		}
		all = append(all, seen)
	}
	return all, nil
}
