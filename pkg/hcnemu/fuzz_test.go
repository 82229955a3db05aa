package hcnemu

import (
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// No document makes the emulator panic or corrupts its state.
func FuzzDocuments(f *testing.F) {
	for _, doc := range []string{
		natDoc, bridgeDoc, bridge46Doc, overlayDoc, transparentDoc, namespaceDoc, endpointDoc, v1Bridge,
		endpointWith("10.244.1.7", setting("PortMapping", `{"Protocol":6,"InternalPort":80}`)),
		subnetDoc("NAT", `{"IpAddressPrefix":"255.255.255.0/24"}`), subnetDoc("NAT", `{"IpAddressPrefix":"0.0.0.0/0"}`),
		subnetDoc("L2Bridge", `{"IpAddressPrefix":"255.255.255.254/31","Routes":[{"NextHop":"255.255.255.255","DestinationPrefix":"0.0.0.0/0"}]}`),
		balancerDoc(missing, "10.96.0.1", 80), `{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[{}]}}`, `null`, `[]`, ``,
	} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		n := newNode(t, "")
		network := n.create(KindNetwork, "", with(bridgeDoc, `"ID":"`+missing+`"`))
		endpoint := n.create(KindEndpoint, network, endpointDoc)
		handle := n.open(KindNetwork, network)
		for _, kind := range hostnet.Kinds() {
			_, _ = n.host.Create(kind, handle, "", doc) // rejected or not, it returns
			_, _ = n.host.Enumerate(kind, doc)
		}
		_ = n.modify(KindEndpoint, endpoint, doc)
		_ = n.modify(KindNetwork, network, doc)
		for _, path := range []string{"networks", "endpoints", "namespaces", "policylists", doc} {
			_, _ = n.host.HNSCall("POST", path, doc)
		}
		if ids, err := n.host.Enumerate(KindNetwork, ""); err != nil || ids == "[]" {
			t.Fatalf("networks %s %v", ids, err)
		}
		made, err := n.host.Service().Networks(t.Context())
		n.ok(err)
		for _, network := range made { // allocation on every network that was created
			_, _ = n.tryCreate(KindEndpoint, network.ID, endpointDoc)
		}
		checkState(t, n.host)
	})
}
