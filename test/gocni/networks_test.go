package gocni

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cni "github.com/containerd/go-cni"
	"github.com/google/go-cmp/cmp"
)

// TestSeveralNetworks: two configurations, so two interfaces in one namespace, one after the other and at
// once, for several pods.
func TestSeveralNetworks(t *testing.T) {
	n := thisNode(t)
	local := strings.NewReplacer("DATADIR", filepath.ToSlash(store))
	c := newCNI(t, map[string]string{"1-bridge.conf": local.Replace(bridgeConf), "2-overlay.conf": local.Replace(overlayConf)})
	setups := map[string]func(*sandbox) (*cni.Result, error){
		"serially": func(s *sandbox) (*cni.Result, error) {
			return c.SetupSerially(t.Context(), s.id, s.namespace, s.opts...)
		},
		"at once": func(s *sandbox) (*cni.Result, error) { return c.Setup(t.Context(), s.id, s.namespace, s.opts...) },
	}
	for name, setup := range setups {
		t.Run(name, func(t *testing.T) {
			s := newSandbox(t, n, "two-"+strings.ReplaceAll(name, " ", "-"), bandwidth(8_000_000))
			result, err := setup(s)
			if err != nil {
				t.Fatal(err)
			}
			s.wantTwo(t, n, result)
			if err := c.Check(t.Context(), s.id, s.namespace, s.opts...); err != nil {
				t.Errorf("Check: %v", err)
			}
			s.end(t, n, c)
		})
	}
}

func (s *sandbox) wantTwo(t *testing.T, n node, r *cni.Result) {
	t.Helper()
	if names := slices.Sorted(maps.Keys(r.Interfaces)); !slices.Equal(names, []string{"eth0", "eth1"}) {
		t.Fatalf("interfaces %q, want eth0 and eth1", names)
	}
	live, err := n.endpoints()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{s.id + "_podnet": "eth0", s.id + "_vxlan0@eth1": "eth1"}
	got := map[string]string{}
	for _, e := range live {
		got[e.Name] = want[e.Name]
		if i := r.Interfaces[want[e.Name]]; i != nil {
			s.compare(t, want[e.Name], i, e)
			if len(i.IPConfigs) != 1 || !strings.HasPrefix(e.Addresses[0], i.IPConfigs[0].IP.String()+"/") {
				t.Errorf("%s: addresses %+v, the endpoint has %q", e.Name, i.IPConfigs, e.Addresses)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
}

// TestFailedSetup: containerd gets the plugin's reason, calls Remove, and nothing remains.
func TestFailedSetup(t *testing.T) {
	n := thisNode(t)
	c := newCNI(t, map[string]string{"0.conf": strings.ReplaceAll(bridgeConf, "DATADIR", filepath.ToSlash(store))})
	rows := []struct {
		name, faults, want string
		namespace          string // in place of a good one
		opts               []cni.NamespaceOpts
	}{
		{name: "HNS refuses", faults: "HcnCreateEndpoint=0x803b000d", want: "HCN_E_INVALID_POLICY"},
		{name: "cannot attach", faults: "HcnModifyNamespace=0x803b0014", want: "HCN_E_ENDPOINT_ALREADY_ATTACHED"},
		{name: "no such namespace", namespace: "11111111-2222-3333-4444-555555555555", want: "11111111-2222-3333-4444-555555555555"},
		{name: "bad port", want: "runtimeConfig.portMappings[0].containerPort", opts: []cni.NamespaceOpts{ports(cni.PortMapping{HostPort: 80, Protocol: "tcp"})}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newSandbox(t, n, "failed-"+strings.ReplaceAll(row.name, " ", "-"), row.opts...)
			good := s.namespace
			if row.namespace != "" {
				s.namespace = row.namespace
			}
			result, err := setupWithFaults(t, c, s, row.faults)
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(row.want)) {
				t.Errorf("Setup: %+v, %v; want %s", result, err, row.want)
			}
			s.namespace = good
			s.end(t, n, c)
		})
	}
}

// setupWithFaults runs Setup with faults in the plugins; this process has none.
func setupWithFaults(t *testing.T, c cni.CNI, s *sandbox, faults string) (*cni.Result, error) {
	t.Helper()
	t.Setenv("HCNEMU_FAULTS", faults)
	defer t.Setenv("HCNEMU_FAULTS", "")
	return c.Setup(t.Context(), s.id, s.namespace, s.opts...)
}
