package attach

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// TestDNSOfTheHost: without DNS in the configuration HNS gives an endpoint that of its network, else that of the node
// (hcsshim#1746, #2369, WC#563). The result has what HNS has, and CHECK accepts it.
func TestDNSOfTheHost(t *testing.T) {
	ofHost := types.DNS{Nameservers: []string{"10.0.0.2"}, Domain: "us-west-2.compute.internal", Search: []string{"us-west-2.compute.internal"}}
	for _, row := range []struct {
		name string
		conf map[string]any
		want types.DNS
	}{
		{"none", nil, ofHost},
		{"empty", map[string]any{"dns": map[string]any{}}, ofHost},
		{"servers alone", map[string]any{"dns": map[string]any{"nameservers": []any{"10.96.0.10"}}}, types.DNS{Nameservers: []string{"10.96.0.10"}}},
		{"a search domain alone", map[string]any{"dns": map[string]any{"search": []any{"cluster.local"}}}, types.DNS{Search: []string{"demo.cluster.local"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: `{"dns": {"suffix": "us-west-2.compute.internal", "servers": ["10.0.0.2"]}}`})
			stdin, netns := with(t, bridge, row.conf), n.namespace()
			result, err := n.attacher(SDNBridge).Add(context.Background(), n.conf("ADD", netns, stdin))
			n.must(err)
			if diff := cmp.Diff(row.want, result.DNS); diff != "" {
				t.Errorf("DNS of the result (-want +got):\n%s", diff)
			}
			text, err := json.Marshal(result)
			n.must(err)
			checked := with(t, stdin, map[string]any{"prevResult": json.RawMessage(text)})
			n.must(n.attacher(SDNBridge).Check(context.Background(), n.conf("CHECK", netns, checked)))
		})
	}
}
