package gocni

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cni "github.com/containerd/go-cni"
	"github.com/google/go-cmp/cmp"
)

// existingNAT is the network named nat that Windows has if containers are used: a /20.
const existingNAT = `{"Name": "nat", "Type": "NAT", "SchemaVersion": {"Major": 2, "Minor": 0},
	"Ipams": [{"Type": "Static", "Subnets": [{"IpAddressPrefix": "172.20.0.0/20",
		"Routes": [{"NextHop": "172.20.0.1", "DestinationPrefix": "0.0.0.0/0"}]}]}]}`

// view is the state of one sandbox according to go-cni and HNS, without values that differ between runs.
type view struct {
	Interfaces map[string][]string // addresses and gateways
	DNS        string
	Routes     []string
	Endpoint   endpoint // MAC and namespace checked and left out
}

// life is one configuration and the outcome for a pod with it.
type life struct {
	name    string
	conf    string
	opts    []cni.NamespaceOpts
	network string // created before, if any
	old     bool   // cniVersion 0.2.0: its results name no interfaces, and it has no CHECK
	want    view
}

func example(name string) string {
	text, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestLife: Setup, Check, Status, Remove and a second Remove, as containerd calls them.
func TestLife(t *testing.T) {
	for _, l := range lives() {
		t.Run(l.name, func(t *testing.T) {
			n := thisNode(t)
			if l.network != "" {
				if err := n.createNetwork(l.network); err != nil {
					t.Fatal(err)
				}
			}
			c := newCNI(t, map[string]string{"0-containerd.conf": strings.ReplaceAll(l.conf, "DATADIR", filepath.ToSlash(store))})
			s := newSandbox(t, n, "sandbox-"+strings.ReplaceAll(l.name, " ", "-"), l.opts...)
			result, err := c.Setup(t.Context(), s.id, s.namespace, s.opts...)
			if err != nil {
				t.Fatal(err)
			}
			got := l.view(t, s, result, onlyEndpoint(t, n))
			if diff := cmp.Diff(l.want, got); diff != "" {
				t.Errorf("Setup (-want +got):\n%s", diff)
			}
			l.live(t, c, s)
			s.end(t, n, c)
		})
	}
}

// live runs the verbs for a running pod.
func (l life) live(t *testing.T, c cni.CNI, s *sandbox) {
	t.Helper()
	if err := c.Status(); err != nil {
		t.Errorf("Status: %v", err)
	}
	err := c.Check(t.Context(), s.id, s.namespace, s.opts...)
	switch {
	case l.old:
		if err == nil || !strings.Contains(err.Error(), "does not support the CHECK command") {
			t.Errorf("Check: %v, want libcni's refusal", err)
		}
	case err != nil:
		t.Errorf("Check: %v", err)
	}
}

// view compares the result with the live endpoint and leaves out what is equal.
func (l life) view(t *testing.T, s *sandbox, r *cni.Result, live endpoint) view {
	t.Helper()
	v := view{Interfaces: map[string][]string{}, DNS: compact(r.DNS)}
	for name, i := range r.Interfaces {
		v.Interfaces[name] = []string{}
		for _, ip := range i.IPConfigs {
			v.Interfaces[name] = append(v.Interfaces[name], fmt.Sprintf("%s via %s", ip.IP, ip.Gateway))
		}
		if !l.old {
			s.compare(t, name, i, live)
		}
	}
	for _, route := range r.Routes {
		v.Routes = append(v.Routes, fmt.Sprintf("%s via %s", &route.Dst, route.GW))
	}
	live.MAC, live.Namespace = "", ""
	v.Endpoint = live
	return v
}

// compare compares an interface of the result with the live endpoint.
func (s *sandbox) compare(t *testing.T, name string, i *cni.Config, live endpoint) {
	t.Helper()
	mac, err := net.ParseMAC(i.Mac)
	if err != nil || !strings.EqualFold(strings.ReplaceAll(mac.String(), ":", "-"), live.MAC) {
		t.Errorf("interface %s has MAC %q (%v), the endpoint %q", name, i.Mac, err, live.MAC)
	}
	if i.Sandbox != s.namespace || !strings.EqualFold(live.Namespace, s.namespace) {
		t.Errorf("interface %s is in sandbox %q, the endpoint in %q, want %q", name, i.Sandbox, live.Namespace, s.namespace)
	}
}

// end stops a sandbox: CNI first, then the namespace; then once more without one, as after a reboot.
func (s *sandbox) end(t *testing.T, n node, c cni.CNI) {
	t.Helper()
	if err := c.Remove(context.WithoutCancel(t.Context()), s.id, s.namespace, s.opts...); err != nil {
		t.Errorf("Remove: %v", err)
	}
	if err := n.deleteNamespace(s.namespace); err != nil {
		t.Errorf("delete the namespace: %v", err)
	}
	if err := c.Remove(context.WithoutCancel(t.Context()), s.id, "", s.opts...); err != nil {
		t.Errorf("Remove again, without a namespace: %v", err)
	}
	endpoints, err := n.endpoints()
	if left := reserved(t); err != nil || len(endpoints) > 0 || len(left) > 0 {
		t.Errorf("left behind: endpoints %+v, addresses %q (%v)", endpoints, left, err)
	}
}
