package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// moving is a host that reports no addresses for some queries after a network was created.
type moving struct {
	hostnet.Service
	created bool
	nowhere int
}

func (m *moving) CreateNetwork(ctx context.Context, n *hcnspec.Network) (*hcnspec.Network, error) {
	m.created = true
	return m.Service.CreateNetwork(ctx, n)
}

func (m *moving) Adapters(ctx context.Context) ([]hostnet.Adapter, error) {
	all, err := m.Service.Adapters(ctx)
	if m.created && m.nowhere > 0 {
		m.nowhere--
		for i := range all {
			all[i].Addresses = nil
		}
	}
	return all, err
}

func (tr *transcript) on(change func(hostnet.Service) hostnet.Service) {
	open := tr.env.Open
	tr.env.Open = func() (hostnet.Service, string, error) {
		svc, kind, err := open()
		return change(svc), kind, err
	}
}

const createBridge = "hcnctl -q network create cbr0 --type l2bridge --subnet 10.244.3.0/24 --yes"

func TestCreateWaitsForTheManagementAddress(t *testing.T) {
	tr := newTranscript(t, "")
	tr.on(func(svc hostnet.Service) hostnet.Service { return &moving{Service: svc, nowhere: 2} })
	var slept []time.Duration
	tr.env.Sleep = func(_ context.Context, d time.Duration) error {
		slept = append(slept, d)
		return nil
	}
	tr.env.Terminal = true
	got := tr.run(strings.Replace(createBridge, "-q ", "", 1))
	line := "\r\x1b[Knetwork cbr0: waiting for the management address 10.127.0.10"
	want := "host: emulator in /node/hns\n" + line + line + "\r\x1b[K00000001-0000-0000-0000-000000000000\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(slept) != 2 {
		t.Errorf("waited %v", slept)
	}
}

func TestCreateGivesUpWaiting(t *testing.T) {
	tr := newTranscript(t, "")
	tr.on(func(svc hostnet.Service) hostnet.Service { return &moving{Service: svc, nowhere: 1000} })
	tr.env.Sleep = func(context.Context, time.Duration) error { return context.DeadlineExceeded }
	want := `hcnctl: network "cbr0" was created, but the management address 10.127.0.10 was not ready within 2m0s; ` +
		"see the Host-Network-Service event log: context deadline exceeded\n[exit status 1]\n"
	if diff := cmp.Diff(want, tr.run(createBridge)); diff != "" {
		t.Error(diff)
	}
}

func TestHostThatCannotBeOpened(t *testing.T) {
	tr := newTranscript(t, "")
	tr.env.Open = func() (hostnet.Service, string, error) { return nil, "", errors.New("computenetwork.dll is missing") }
	for command, want := range map[string]string{
		"hcnctl network ls": "hcnctl: open the host network service: computenetwork.dll is missing\n[exit status 1]\n",
		"hcnctl conf validate /testdata/broken/01-not-json.conf": "hcnctl: open the host network service: computenetwork.dll is missing\n" +
			"--offline validates without this node\n[exit status 1]\n",
	} {
		if diff := cmp.Diff(want, tr.run(command)); diff != "" {
			t.Error(diff)
		}
	}
}

// An ADD that is under way looks like a leak until its endpoint is attached.
func TestGCSparesAnADDUnderWay(t *testing.T) {
	tr := newTranscript(t, "")
	tr.run(createBridge)
	svc, _, err := tr.env.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	network, err := svc.NetworkByName(ctx, "cbr0")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, name := range []string{"adding_cbr0", "leaked_cbr0"} {
		e, err := svc.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: name, Network: network.ID, SchemaVersion: hcnspec.SchemaV2})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	tr.env.Sleep = func(_ context.Context, d time.Duration) error {
		if d != 90*time.Second { // 60 s for ADD, 15 s for its undo, 15 s of safety
			t.Errorf("gc waited %s", d)
		}
		ns, err := svc.CreateNamespace(ctx, &hcnspec.Namespace{SchemaVersion: hcnspec.SchemaV2})
		if err != nil {
			return err
		}
		return svc.Attach(ctx, ns.ID, ids[0])
	}
	got := tr.run("hcnctl -q gc --yes")
	if !strings.Contains(got, "leaked_cbr0") || strings.Contains(got, "adding_cbr0") {
		t.Errorf("gc removed:\n%s", got)
	}
	left, err := svc.Endpoints(ctx)
	if err != nil || len(left) != 1 || left[0].Name != "adding_cbr0" {
		t.Errorf("left are %v, %v", left, err)
	}
}

// While HNS is stopped, every command reports that it does not answer, and none treats that as an empty node.
func TestHNSThatIsDown(t *testing.T) {
	tr := newTranscript(t, "")
	t.Setenv("HCNEMU_FAULTS", "*=0x803b0020")
	for _, command := range []string{"network ls", "endpoint ls", "namespace ls", "loadbalancer ls", "doctor", "gc", "topology", "version"} {
		got := tr.run("hcnctl -q --timeout 50ms " + command)
		if !strings.HasSuffix(got, "[exit status 1]\n") || !strings.Contains(got, "HCN_E_MANAGER_STOPPED") {
			t.Errorf("hcnctl %s on an HNS that is down:\n%s", command, got)
		}
	}
}

func TestCompletions(t *testing.T) {
	tr := newTranscript(t, "")
	for _, shell := range []string{"powershell", "bash"} {
		if got := tr.run("hcnctl completion " + shell); !strings.Contains(got, "hcnctl") || len(got) < 1000 {
			t.Errorf("completion %s: %.100s", shell, got)
		}
	}
	if got := tr.run("hcnctl __complete network create --type sdn"); !strings.Contains(got, "sdnoverlay") {
		t.Errorf("no completion of --type:\n%s", got)
	}
}

// Whatever the value of --grace, gc waits longer than an ADD of any configuration may take.
func TestGCWaitsLongerThanAnyADD(t *testing.T) {
	tr := newTranscript(t, "")
	tr.run("hcnctl -q install --type nat --subnet 172.20.0.0/20")
	conf := `{"cniVersion": "1.0.0", "name": "nat", "type": "nat", "hnsTimeoutSeconds": 120}`
	if err := os.WriteFile(tr.root+"/containerd/cni/conf/20-slow.conf", []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	tr.run("hcnctl -q pod add web")
	svc, _, err := tr.env.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		flag string
		want time.Duration
	}{{"", 165 * time.Second}, {" --grace 1s", 165 * time.Second}, {" --grace 10m", 10 * time.Minute}} {
		network, err := svc.NetworkByName(t.Context(), "nat")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := svc.CreateEndpoint(t.Context(), &hcnspec.Endpoint{Name: "leaked_nat", Network: network.ID, SchemaVersion: hcnspec.SchemaV2}); err != nil {
			t.Fatal(err)
		}
		var slept time.Duration
		tr.env.Sleep = func(_ context.Context, d time.Duration) error { slept = d; return nil }
		if got := tr.run("hcnctl -q gc --yes" + row.flag); slept != row.want || !strings.Contains(got, "leaked_nat") || strings.Contains(got, "web_nat") {
			t.Errorf("gc --yes%s waited %s, want %s:\n%s", row.flag, slept, row.want, got)
		}
	}
}

// A name in HNS may contain anything; the terminal must not interpret it.
func TestHostileNames(t *testing.T) {
	tr := newTranscript(t, "")
	svc, _, err := tr.env.Open()
	if err != nil {
		t.Fatal(err)
	}
	const evil = "evil\x1b[2J\a\nnat\u202e"
	network, err := svc.CreateNetwork(t.Context(), &hcnspec.Network{Name: evil, Type: hcnspec.NAT, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.CreateEndpoint(t.Context(), &hcnspec.Endpoint{Name: "web_" + evil, Network: network.ID, SchemaVersion: hcnspec.SchemaV2}); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"network ls", "network inspect " + network.ID, "endpoint ls", "endpoint ls -o json", "endpoint ls -o yaml", "gc",
		"doctor", "topology", "topology --format mermaid", "topology --format dot", "topology --format svg"} {
		got := tr.run("hcnctl -q " + command)
		bad := "\x1b\a\u202e"
		if strings.HasSuffix(command, "json") || strings.HasSuffix(command, "yaml") || strings.Contains(command, "inspect") {
			bad = "\x1b\a" // a document keeps the name for programs, with the escapes of its format
		}
		if strings.ContainsAny(got, bad) || strings.Contains(got, "\nnat") {
			t.Errorf("hcnctl %s prints the name as it is: %q", command, got)
		}
		if !strings.Contains(got, "evil") {
			t.Errorf("hcnctl %s does not show the name:\n%s", command, got)
		}
	}
}
