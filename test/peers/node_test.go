package peers

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/cniplugin"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// The attachment of all recordings.
const (
	containerID = "c0ffee0000000000000000000000000000000000000000000000000000000000"
	arguments   = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web"
)

// node is an emulated node as it was before the recording.
type node struct {
	t     *testing.T
	dir   string
	svc   hostnet.Service
	netns string
	stdin []byte
}

func newNode(t *testing.T, d *document) *node {
	t.Helper()
	n := &node{t: t, dir: t.TempDir()}
	t.Setenv("HCNEMU_DIR", n.dir) // also for locks and records
	host, err := hcnemu.Open(hcnemu.Settings{Dir: n.dir, HostProfile: d.Host})
	if err != nil {
		t.Fatal(err)
	}
	n.svc = host.Service()
	for _, text := range d.NetworksBefore {
		n.makeNetwork(text, d.hostEndpoint())
	}
	ns, err := n.svc.CreateNamespace(t.Context(), &hcnspec.Namespace{SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	n.netns = ns.ID
	n.prepareIPAM(d)
	return n
}

// makeNetwork creates a network, and flanneld's endpoint with its second address if there was one.
func (n *node) makeNetwork(text []byte, hostEndpoint bool) {
	n.t.Helper()
	network := new(hcnspec.Network)
	if err := json.Unmarshal(text, network); err != nil {
		n.t.Fatal(err)
	}
	made, err := n.svc.CreateNetwork(n.t.Context(), network)
	if err != nil {
		n.t.Fatal(err)
	}
	if !hostEndpoint {
		return
	}
	second := made.Subnets()[0].Gateway().Next()
	_, err = n.svc.CreateEndpoint(n.t.Context(), &hcnspec.Endpoint{Name: made.Name + "_ep", Network: made.ID, SchemaVersion: hcnspec.SchemaV2,
		IPConfigs: []hcnspec.IPConfig{{IPAddress: second.String()}}})
	if err != nil {
		n.t.Fatal(err)
	}
}

// prepareIPAM sets host-local's directory in the configuration, and reserves the addresses below the peer's: other pods
// of the node had them.
func (n *node) prepareIPAM(d *document) {
	n.t.Helper()
	n.stdin = d.Conf
	var conf map[string]any
	if err := json.Unmarshal(d.Conf, &conf); err != nil {
		n.t.Fatal(err)
	}
	section, _ := conf["ipam"].(map[string]any)
	if section["type"] != "host-local" {
		return
	}
	store := filepath.Join(n.dir, "host-local")
	section["dataDir"] = store
	var err error
	if n.stdin, err = json.Marshal(conf); err != nil {
		n.t.Fatal(err)
	}
	own, err := netip.ParseAddr(d.podAddress())
	if err != nil || !d.hostEndpoint() {
		return
	}
	reserved := filepath.Join(store, conf["name"].(string))
	if err := os.MkdirAll(reserved, 0o700); err != nil {
		n.t.Fatal(err)
	}
	first := netip.PrefixFrom(own, 24).Masked().Addr().Next().Next() // after the gateway
	for a := first; a.Less(own); a = a.Next() {
		if err := os.WriteFile(filepath.Join(reserved, a.String()), []byte("other\r\neth0"), 0o600); err != nil {
			n.t.Fatal(err)
		}
	}
}

// run runs a verb of our plugin for the configuration, as the edge of the process does.
func (n *node) run(verb string) outcome {
	n.t.Helper()
	conf, problems := netconf.Parse(netconf.Input{Verb: verb, Stdin: n.stdin, ContainerID: containerID, Netns: n.netns,
		IfName: "eth0", Args: arguments})
	profile, err := attach.ProfileOf(conf)
	if err == nil {
		err = problems.Err()
	}
	recorder := &recorder{Service: n.svc}
	var result *types100.Result
	if err == nil {
		a := attach.New(profile, hostnet.NewPatient(recorder), "", slog.New(slog.DiscardHandler))
		switch verb {
		case "ADD":
			result, err = a.Add(context.Background(), conf)
		case "DEL":
			err = a.Del(context.Background(), conf)
		}
	}
	out := outcome{Calls: recorder.calls}
	switch {
	case err != nil:
		out.Exit = 1
		out.Result = mustJSON(types.NewError(cniplugin.CodeOf(err), err.Error(), ""))
	case result != nil:
		out.Result = n.printed(result, conf.CNIVersion)
	}
	return out
}

func (n *node) printed(result *types100.Result, version string) json.RawMessage {
	n.t.Helper()
	old, err := result.GetAsVersion(version)
	if err != nil {
		n.t.Fatal(err)
	}
	var text bytes.Buffer
	if err := old.PrintTo(&text); err != nil {
		n.t.Fatal(err)
	}
	return text.Bytes()
}
