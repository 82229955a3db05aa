package gocni

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// node has the calls that containerd, or the program that set up the node, makes to the host network service itself.
type node interface {
	createNetwork(document string) error
	createNamespace() (id string, err error)
	deleteNamespace(id string) error
	endpoints() ([]endpoint, error)
}

// endpoint is the service's state of an attachment.
type endpoint struct {
	Name      string
	MAC       string
	Namespace string
	Addresses []string // with prefix length
	DNS       string   // the document's Dns
	Policies  []string // "<type> <settings>", in order
}

// bin is the directory of the executables of make build.
var bin string

// TestMain gives all tests one emulated node, and runs in its own directory: libcni's cache is in \var\lib\cni of the
// current drive, which must be the Wine prefix's and not this machine's.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "gocni-")
	if err == nil {
		err = prepare(dir)
	}
	code := 1
	if err == nil {
		code = m.Run()
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	_ = os.Chdir(os.TempDir()) // a current directory cannot be removed
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func prepare(dir string) (err error) {
	if bin, err = filepath.Abs(filepath.Join("..", "..", "out", runtime.GOOS+"_"+runtime.GOARCH)); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(bin, "host-local"+exe)); err != nil {
		return fmt.Errorf("run make build: %w", err)
	}
	if examples, err = filepath.Abs(filepath.Join("..", "..", "cni-conf-examples")); err != nil {
		return err
	}
	for name, value := range map[string]string{"HCNEMU_DIR": filepath.Join(dir, "hns"), "HCNEMU_HOST": "", "HCNEMU_FAULTS": "", "HCNEMU_LATENCY": ""} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	store = filepath.Join(dir, "host-local")
	return os.Chdir(dir)
}

// store is host-local's directory; examples are the repository's configurations.
var store, examples string

// reserved returns host-local's reserved addresses.
func reserved(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(store, "*", "[0-9a-f]*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "lock" })
}

// onlyEndpoint returns the single endpoint of the node.
func onlyEndpoint(t *testing.T, n node) endpoint {
	t.Helper()
	all, err := n.endpoints()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%d endpoints, want 1: %+v", len(all), all)
	}
	return all[0]
}

func compact(document any) string {
	text, err := json.Marshal(document)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
