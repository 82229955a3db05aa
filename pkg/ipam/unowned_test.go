package ipam

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// TestReservationsOfNobody: a host-local that is killed between creating a reservation's file and writing its
// owner leaves an empty file, which no container's DEL matches.
func TestReservationsOfNobody(t *testing.T) {
	dir := t.TempDir()
	network := filepath.Join(dir, "podnet")
	if err := os.MkdirAll(network, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"10.0.0.5": "", "10.0.0.6": "other\r\neth0", "10.0.0.7": "web\r\neth0"} {
		if err := os.WriteFile(filepath.Join(network, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	request := Request{
		Plugin: hostLocal, InProcess: true, ContainerID: "web", IfName: "eth0",
		Stdin: []byte(`{"name":"podnet","ipam":{"type":"host-local","dataDir":"` + filepath.ToSlash(dir) + `"}}`),
	}
	if err := (Client{}).Del(context.Background(), request); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(network, "10.*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "10.0.0.6" {
		t.Errorf("left %v, %v; want the other pod's reservation alone", left, err)
	}
}
