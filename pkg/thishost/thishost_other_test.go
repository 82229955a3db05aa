//go:build !windows

package thishost

import (
	"strings"
	"testing"
)

func TestServiceIsTheEmulatorOfTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HCNEMU_DIR", dir)
	t.Setenv("HCNEMU_HOST", `{"version":"15.5"}`)
	service, kind, err := Service()
	if err != nil || kind != "emulator in "+dir {
		t.Fatalf("%q, %v; want the emulator in %s", kind, err, dir)
	}
	if v, err := service.Version(t.Context()); err != nil || v.String() != "15.5" {
		t.Errorf("HNS version %v, %v; want that of HCNEMU_HOST", v, err)
	}
}

func TestBadSettingIsAnError(t *testing.T) {
	t.Setenv("HCNEMU_DIR", t.TempDir())
	t.Setenv("HCNEMU_LATENCY", "soon")
	service, _, err := Service()
	if err == nil || service != nil || !strings.Contains(err.Error(), "HCNEMU_LATENCY") || !strings.Contains(err.Error(), "soon") {
		t.Errorf("%v, %v; want an error with the variable and its value", service, err)
	}
}
