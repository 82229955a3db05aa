package node

import (
	"os"
	"path/filepath"
	"testing"
)

func TestProfileFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.json")
	if err := os.WriteFile(path, []byte(`{"version":"9.5"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Load(path)
	if err != nil || p.Version.String() != "9.5" || p.Uplink().Name != "Ethernet" {
		t.Errorf("got %+v %v", p, err)
	}
}

func TestUplink(t *testing.T) {
	p, err := Load(`{"adapters":[{"name":"down","up":false,"gateway":"10.0.0.1"},{"name":"virtual","virtual":true},
		{"name":"bound","switch":"Lab"},{"name":"plain"},{"name":"best","gateway":"10.0.0.1"}]}`)
	if err != nil || p.Uplink().Name != "best" {
		t.Errorf("got %+v %v", p.Uplink(), err)
	}
	p.Adapters = p.Adapters[:4]
	if p.Uplink().Name != "plain" {
		t.Errorf("got %+v", p.Uplink())
	}
}
