package hcnemu

import (
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

func TestSmoke(t *testing.T) {
	h, err := Open(Settings{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := h.Service()
	ctx := t.Context()
	n, err := s.CreateNetwork(ctx, &hcnspec.Network{Name: "nat", Type: hcnspec.NAT, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	ns, err := s.CreateNamespace(ctx, &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: "a", Network: n.ID, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Attach(ctx, ns.ID, e.ID); err != nil {
		t.Fatal(err)
	}
	d, err := h.Dump()
	t.Log(d, err)
	j, err := h.Journal()
	t.Log(j, err)
	v, err := s.Version(ctx)
	t.Log(v, err)
	a, err := s.Adapters(ctx)
	t.Log(a, err)
	t.Log(e)
}
