package attach

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// bridgeOn is a network with a name and a subnet whose addresses HNS assigns.
func bridgeOn(t *testing.T, name, subnet string) string {
	return with(t, bridgeHNS, map[string]any{"name": name, "ipam": map[string]any{"subnet": subnet}})
}

// confFor is conf for another container.
func (n *node) confFor(verb, containerID, netns, stdin string) *netconf.Config {
	conf := *n.conf(verb, netns, stdin)
	conf.Attachment.ContainerID = containerID
	return &conf
}

// collide adds "web_a" to network "b", and creates network "a_b": an endpoint of "web" there would have the same name.
func (n *node) collide(netns string) (conf *netconf.Config, live hcnspec.Endpoint) {
	n.t.Helper()
	_, err := n.attacher(SDNBridge).Add(context.Background(), n.confFor("ADD", "web_a", netns, bridgeOn(n.t, "b", "10.244.3.0/24")))
	n.must(err)
	ns := n.namespace()
	conf = n.confFor("ADD", "web", ns, bridgeOn(n.t, "a_b", "10.244.4.0/24"))
	makeNetwork(n.t, n.attacher(SDNBridge), conf)
	return conf, n.attached("web_a_b", netns)
}

// TestNamesCollide: container "web_a" on network "b" and container "web" on network "a_b" have endpoints of the same
// name, and no verb of one touches the other's.
func TestNamesCollide(t *testing.T) {
	ctx := context.Background()
	gcOf := func(n *node, conf *netconf.Config) error {
		return n.attacher(SDNBridge).GC(ctx, n.conf("GC", "", bridgeOn(t, conf.Name, "10.244.4.0/24")[:1]+`"cni.dev/valid-attachments":[],`+bridgeOn(t, conf.Name, "10.244.4.0/24")[1:]))
	}
	del := func(n *node, conf *netconf.Config) error { return n.attacher(SDNBridge).Del(ctx, conf) }
	add := func(n *node, conf *netconf.Config) error {
		_, err := n.attacher(SDNBridge).Add(ctx, conf)
		return err
	}
	rows := []struct {
		name  string
		verb  func(*node, *netconf.Config) error
		fails bool
		after int // endpoints
	}{
		{"DEL", del, false, 1},
		{"GC", gcOf, false, 1},
		{"ADD", add, false, 2},
		{"ADD that is undone", func(n *node, conf *netconf.Config) error {
			n.breakWith("HcnModifyNamespace=0x803b0015")
			return add(n, conf)
		}, true, 1},
		{"ADD, and DEL of it", func(n *node, conf *netconf.Config) error { return errors.Join(add(n, conf), del(n, conf)) }, false, 1},
	}
	for _, orphaned := range []bool{false, true} {
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				n := newNode(t, hcnemu.Settings{})
				conf, live := n.collide(n.namespace())
				if orphaned { // as in the middle of the other pod's ADD
					n.must(n.svc.Detach(ctx, live.Namespace, live.ID))
				}
				if err := row.verb(n, conf); (err != nil) != row.fails {
					t.Errorf("%s: %v", row.name, err)
				}
				endpoints, err := n.host.Service().Endpoints(ctx)
				n.must(err)
				if len(endpoints) != row.after || !slices.ContainsFunc(endpoints, func(e hcnspec.Endpoint) bool { return e.ID == live.ID }) {
					t.Errorf("%d endpoints, want %d with %s", len(endpoints), row.after, live.ID)
				}
			})
		}
	}
}

// forgetful is an HNS that leaves objects out of its answers: some networks always, and all namespaces in the first
// answers.
type forgetful struct {
	hostnet.Service
	network     string // its name
	noNamespace int    // number of empty answers about namespaces
}

func (f *forgetful) NetworkByName(ctx context.Context, name string) (*hcnspec.Network, error) {
	if name == f.network {
		return nil, &hostnet.Error{API: "HcnEnumerateNetworks", Code: hostnet.CodeNetworkNotFound, NotListed: true}
	}
	return f.Service.NetworkByName(ctx, name)
}

func (f *forgetful) Networks(ctx context.Context) ([]hcnspec.Network, error) {
	all, err := f.Service.Networks(ctx)
	return slices.DeleteFunc(all, func(n hcnspec.Network) bool { return n.Name == f.network }), err
}

func (f *forgetful) Namespaces(ctx context.Context) ([]hcnspec.Namespace, error) {
	if f.noNamespace > 0 {
		f.noNamespace--
		return nil, nil
	}
	return f.Service.Namespaces(ctx)
}

// TestNetworkIsGone: if HNS does not list the endpoint's network, the name alone decides only if nothing but the pod
// itself uses the endpoint.
func TestNetworkIsGone(t *testing.T) {
	ctx := context.Background()
	setUp := func(t *testing.T) (*node, string, *Attacher) {
		n := newNode(t, hcnemu.Settings{})
		netns := n.namespace()
		_, err := n.attacher(SDNBridge).Add(ctx, n.confFor("ADD", "web_a", netns, bridgeOn(t, "b", "10.244.3.0/24")))
		n.must(err)
		a := n.attacher(SDNBridge)
		a.Host = hostnet.NewPatient(&forgetful{Service: n.svc, network: "b"})
		return n, netns, a
	}
	t.Run("its own DEL", func(t *testing.T) {
		n, netns, a := setUp(t)
		n.must(a.Del(ctx, n.confFor("DEL", "web_a", netns, bridgeOn(t, "b", "10.244.3.0/24"))))
		n.isEmpty()
	})
	t.Run("its own DEL without CNI_NETNS, the namespace gone", func(t *testing.T) {
		n, netns, a := setUp(t)
		n.must(n.svc.DeleteNamespace(ctx, netns))
		n.must(a.Del(ctx, n.confFor("DEL", "web_a", "", bridgeOn(t, "b", "10.244.3.0/24"))))
		n.isEmpty()
	})
	t.Run("GC", func(t *testing.T) {
		n, netns, a := setUp(t)
		conf := n.conf("GC", "", with(t, bridgeOn(t, "b", "10.244.3.0/24"), map[string]any{"cni.dev/valid-attachments": []any{}}))
		if err := a.GC(ctx, conf); !errors.Is(err, ErrAttachment) {
			t.Errorf("GC of an endpoint in a namespace, which may be another pod's: %v", err)
		}
		n.attached("web_a_b", netns)
		n.must(n.svc.DeleteNamespace(ctx, netns))
		denied := n.hurt(SDNBridge, "HcnEnumerateEndpoints=0x5")
		denied.Host = hostnet.NewPatient(&forgetful{Service: denied.Host, network: "b"})
		if err := denied.GC(ctx, conf); err == nil || !strings.Contains(err.Error(), "HcnEnumerateEndpoints") {
			t.Errorf("GC while HNS does not list the endpoints: %v", err)
		}
		n.must(a.GC(ctx, conf))
		n.isEmpty()
	})
	t.Run("DEL of the other attachment of that name", func(t *testing.T) {
		n, netns, a := setUp(t)
		err := a.Del(ctx, n.confFor("DEL", "web", n.namespace(), bridgeOn(t, "a_b", "10.244.4.0/24")))
		if !errors.Is(err, ErrAttachment) || !strings.Contains(err.Error(), `endpoint "web_a_b"`) || !strings.Contains(strings.ToUpper(err.Error()), strings.ToUpper(netns)) {
			t.Errorf("got %v", err)
		}
		n.attached("web_a_b", netns)
	})
}

// TestFalseNotFoundOfANamespace: a pod whose namespace HNS leaves out of an answer keeps its address.
func TestFalseNotFoundOfANamespace(t *testing.T) { inBubble(falseNotFoundOfANamespace)(t) }

func falseNotFoundOfANamespace(t *testing.T) {
	ctx := context.Background()
	for _, empty := range []int{1, 2, 1000} {
		n := newNode(t, hcnemu.Settings{})
		conf := n.conf("ADD", n.namespace(), with(t, bridge, map[string]any{"hnsTimeoutSeconds": 1}))
		makeNetwork(t, n.attacher(SDNBridge), conf)
		n.leave("live_podnet", "10.244.3.10", n.namespace())
		before := n.dump()
		a := n.attacher(SDNBridge)
		a.Host = hostnet.NewPatient(&forgetful{Service: n.svc, noNamespace: empty})
		_, err := a.Add(ctx, conf)
		if err == nil || errors.Is(err, ErrAttachment) != (empty < 1000) || errors.Is(err, hostnet.ErrTryLater) != (empty == 1000) {
			t.Errorf("%d empty answers: %v", empty, err)
		}
		if diff := cmp.Diff(before, n.dump()); diff != "" {
			t.Errorf("%d empty answers changed the host:\n%s", empty, diff)
		}
	}
}

// TestFalseAnswersOfHNS: the same for HNS's error codes.
func TestFalseAnswersOfHNS(t *testing.T) {
	for _, faults := range []string{"HcnEnumerateNamespaces#1=0x490", "HcnEnumerateNamespaces#1=0x803b0027", "HcnOpenNamespace#1=0x490", "HcnQueryNamespaceProperties#1=0x490"} {
		n := newNode(t, hcnemu.Settings{})
		conf := n.conf("ADD", n.namespace(), bridge)
		makeNetwork(t, n.attacher(SDNBridge), conf)
		n.leave("live_podnet", "10.244.3.10", n.namespace())
		before := n.dump()
		n.breakWith(faults)
		if _, err := n.attacher(SDNBridge).Add(context.Background(), conf); !errors.Is(err, ErrAttachment) {
			t.Errorf("%s: %v", faults, err)
		}
		if diff := cmp.Diff(before, n.dump()); diff != "" {
			t.Errorf("%s changed the host:\n%s", faults, diff)
		}
	}
}

// TestNamesOnOneNetwork: on one network the name identifies container and interface, whatever characters they contain.
func TestNamesOnOneNetwork(t *testing.T) {
	names := map[string]netconf.Attachment{}
	for _, network := range []string{"b", "a_b", "_b"} {
		clear(names)
		for _, id := range []string{"web", "web_a", "web_a_b", "web_b", "w.e-b", "web_a_b_a_b"} {
			for _, ifName := range []string{"eth0", "eth1", "@", "a@b", "eth0@eth1", "_b", "x_a_b", "@eth0"} {
				want := netconf.Attachment{ContainerID: id, IfName: ifName}
				name := endpointName(want, network)
				if other, taken := names[name]; taken {
					t.Errorf("network %s: %+v and %+v are both %q", network, want, other, name)
				}
				names[name] = want
				if is, ours := AttachmentOf(&hcnspec.Endpoint{Name: name}, network); !ours || is != want {
					t.Errorf("network %s: %q is read as %+v, want %+v", network, name, is, want)
				}
			}
		}
	}
}
