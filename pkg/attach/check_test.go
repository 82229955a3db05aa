package attach

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

func emptySet(t *testing.T, n *node) *policy.Set {
	t.Helper()
	set, problems := policy.Compile(n.conf("ADD", n.namespace(), bridge), hcnspec.L2Bridge)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// TestCheckDifferences: each way in which an attachment can differ is reported with the expected and the actual value.
func TestCheckDifferences(t *testing.T) {
	ctx := context.Background()
	rows := []struct {
		name string
		harm func(n *node, netns string, previous *types100.Result)
		conf map[string]any
		want string
	}{
		{"network gone", func(n *node, netns string, _ *types100.Result) {
			e := n.attached("c1_podnet", netns)
			n.must(n.svc.Detach(ctx, netns, e.ID))
			n.must(n.svc.DeleteEndpoint(ctx, e.ID))
			n.must(n.svc.DeleteNetwork(ctx, e.Network))
		}, nil, `network: expected podnet, found none`},
		{"endpoint gone", func(n *node, netns string, _ *types100.Result) {
			e := n.attached("c1_podnet", netns)
			n.must(n.svc.Detach(ctx, netns, e.ID))
			n.must(n.svc.DeleteEndpoint(ctx, e.ID))
		}, nil, `endpoint: expected c1_podnet, found none`},
		{"detached", func(n *node, netns string, _ *types100.Result) {
			n.must(n.svc.Detach(ctx, netns, n.attached("c1_podnet", netns).ID))
		}, nil, `namespace of endpoint c1_podnet: expected `},
		{"other address", func(_ *node, _ string, p *types100.Result) { p.IPs[0].Address.IP[len(p.IPs[0].Address.IP)-1] = 99 }, nil,
			`address of eth0: expected 10.244.3.99/24 via 10.244.3.1, found 10.244.3.10/24 via 10.244.3.1`},
		{"other gateway", func(_ *node, _ string, p *types100.Result) { p.IPs[0].Gateway[len(p.IPs[0].Gateway)-1] = 7 }, nil,
			`address of eth0: expected 10.244.3.10/24 via 10.244.3.7, found 10.244.3.10/24 via 10.244.3.1`},
		{"address lost from prevResult", func(_ *node, _ string, p *types100.Result) { p.IPs = nil }, nil,
			`addresses of eth0: expected none, found 10.244.3.10/24 via 10.244.3.1`},
		{"other MAC", func(_ *node, _ string, p *types100.Result) { p.Interfaces[0].Mac = "02:00:00:00:00:01" }, nil,
			`MAC of eth0: expected 02:00:00:00:00:01, found `},
		{"other interface", func(_ *node, _ string, p *types100.Result) { p.Interfaces[0].Name = "eth9" }, nil,
			`interface in prevResult: expected eth0, found none`},
		{"other DNS", func(_ *node, _ string, p *types100.Result) { p.DNS.Nameservers = []string{"10.96.0.53"} }, nil, `dns: expected `},
		{"policy missing", func(*node, string, *types100.Result) {}, map[string]any{"policies": []any{map[string]any{"name": "EndpointPolicy",
			"value": map[string]any{"Type": "SDNRoute", "Settings": map[string]any{"DestinationPrefix": "10.96.0.0/12", "NeedEncap": true}}}}},
			`policies: expected SDNRoute {"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}, found none like it`},
		{"load balancer missing", func(*node, string, *types100.Result) {}, map[string]any{"policies": []any{loadBalancerConf}},
			`load balancer 10.96.0.10 6/53: expected endpoint `},
		{"address no longer reserved", func(n *node, netns string, _ *types100.Result) {
			n.must(n.attacher(SDNBridge).IPAM.Del(ctx, n.attacher(SDNBridge).ipamRequest(n.conf("DEL", netns, bridge))))
		}, nil, `host-local`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{})
			netns := n.namespace()
			a := n.attacher(SDNBridge)
			previous, err := a.Add(ctx, n.conf("ADD", netns, bridge))
			n.must(err)
			row.harm(n, netns, previous)
			err = a.Check(ctx, n.checkConf(netns, previous, row.conf))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v\nwant %s", err, row.want)
			}
			if row.name != "address no longer reserved" && !errors.Is(err, ErrDifference) {
				t.Errorf("%v is no ErrDifference", err)
			}
		})
	}
}

func (n *node) checkConf(netns string, previous *types100.Result, more map[string]any) *netconf.Config {
	n.t.Helper()
	raw, err := json.Marshal(previous)
	n.must(err)
	keys := map[string]any{"prevResult": json.RawMessage(raw)}
	for k, v := range more {
		keys[k] = v
	}
	return n.conf("CHECK", netns, with(n.t, bridge, keys))
}

// TestCheckWithoutPrevResult and with HNS down: neither is a difference.
func TestCheckCannotTell(t *testing.T) { inBubble(checkCannotTell)(t) }

func checkCannotTell(t *testing.T) {
	n := newNode(t, hcnemu.Settings{})
	netns := n.namespace()
	a := n.attacher(SDNBridge)
	previous, err := a.Add(context.Background(), n.conf("ADD", netns, bridge))
	n.must(err)
	err = a.Check(context.Background(), n.conf("CHECK", netns, bridge))
	var problems confdoc.Findings
	if !errors.As(err, &problems) || !strings.Contains(err.Error(), "prevResult") {
		t.Errorf("without prevResult: %v", err)
	}
	for _, null := range []string{`{"ips": [null]}`, `{"routes": [null]}`, `{"interfaces": [null]}`} {
		conf := n.conf("CHECK", netns, with(n.t, bridge, map[string]any{"prevResult": json.RawMessage(null)}))
		if err := a.Check(context.Background(), conf); !errors.As(err, &problems) || !strings.Contains(err.Error(), "[0]: null") {
			t.Errorf("prevResult %s: %v", null, err)
		}
	}
	n.breakWith("*=0x803b0020")
	err = n.attacher(SDNBridge).Check(context.Background(), n.checkConf(netns, previous, map[string]any{"hnsTimeoutSeconds": 2}))
	if !errors.Is(err, hostnet.ErrTryLater) || errors.Is(err, ErrDifference) {
		t.Errorf("with HNS down: %v", err)
	}
}
