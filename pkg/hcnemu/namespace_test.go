package hcnemu

import (
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

const missing = "99999999-9999-4999-8999-999999999999"

func TestNamespaceRules(t *testing.T) {
	for _, row := range []struct {
		name   string
		before []string
		doc    string
		code   hostnet.Code
	}{
		{name: "host", doc: namespaceDoc},
		{name: "no type", doc: `{}`},
		{name: "unknown type", doc: `{"Type":"Moon"}`, code: hostnet.CodeInvalidJSON},
		{name: "id is no guid", doc: `{"ID":"Sample-Namespace","Type":"Host"}`, code: hostnet.CodeInvalidJSON},
		{name: "id", doc: `{"ID":"df769a9f-9dd8-4de9-95a3-6f35dc2f6611","Type":"Host"}`},
		{name: "same id", before: []string{`{"ID":"df769a9f-9dd8-4de9-95a3-6f35dc2f6611"}`}, doc: `{"ID":"DF769A9F-9DD8-4DE9-95A3-6F35DC2F6611"}`, code: hostnet.CodeAlreadyExists},
		{name: "default", doc: `{"Type":"HostDefault","NamespaceId":5}`},
		{name: "second default", before: []string{`{"Type":"HostDefault"}`}, doc: `{"Type":"HostDefault"}`},
		{name: "guest", before: []string{`{"Type":"GuestDefault"}`}, doc: `{"Type":"GuestDefault"}`},
		{name: "not json", doc: `[]`, code: hostnet.CodeInvalidJSON},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := newNode(t, "")
			for _, doc := range row.before {
				n.create(KindNamespace, "", doc)
			}
			_, err := n.tryCreate(KindNamespace, "", row.doc)
			refused(t, err, row.code)
		})
	}
}

// attachments is a node with a network, two namespaces and an endpoint.
func attachments(t *testing.T, profile string) (n testNode, one, two, endpoint string) {
	t.Helper()
	n = seededNode(t, profile, "1")
	network := n.create(KindNetwork, "", bridgeDoc)
	return n, n.create(KindNamespace, "", namespaceDoc), n.create(KindNamespace, "", namespaceDoc),
		n.create(KindEndpoint, network, endpointDoc)
}

func TestAttachment(t *testing.T) {
	n, one, two, endpoint := attachments(t, "")
	refused(t, n.attach(one, missing), hostnet.CodeEndpointNotFound)
	refused(t, n.attach(one, "pod"), hostnet.CodeGUIDConversionFailure)
	refused(t, n.detach(one, endpoint), hostnet.CodeEndpointNotAttached)
	n.ok(n.attach(one, endpoint))
	golden.Compare(t, "testdata/attached.json", n.dump())
	refused(t, n.attach(one, endpoint), hostnet.CodeEndpointNamespaceExists)
	refused(t, n.attach(two, endpoint), hostnet.CodeEndpointAlreadyAttached)
	refused(t, n.detach(two, endpoint), hostnet.CodeEndpointNotAttached)
	n.ok(n.detach(one, endpoint))
	n.ok(n.attach(two, endpoint))
	refused(t, n.modify(KindNamespace, one, `{"ResourceType":"Endpoint","RequestType":"Refresh","Settings":{"EndpointId":"`+endpoint+`"}}`), hostnet.CodeRequestUnsupported)
	refused(t, n.modify(KindNamespace, one, `{"ResourceType":"Disk"}`), hostnet.CodeRequestUnsupported)
	refused(t, n.modify(KindNamespace, one, `{"ResourceType":"Endpoint","RequestType":"Add","Settings":7}`), hostnet.CodeInvalidJSON)
}

func TestAttachmentToMissingNamespace(t *testing.T) {
	n, one, _, endpoint := attachments(t, "")
	handle := n.open(KindNamespace, one)
	n.ok(n.host.Delete(KindNamespace, one))
	request := `{"ResourceType":"Endpoint","RequestType":"Add","Settings":{"EndpointId":"` + endpoint + `"}}`
	refused(t, n.host.Modify(KindNamespace, handle, request), hostnet.CodeElementNotFound)
	_, err := n.host.Open(KindNamespace, one)
	refused(t, err, hostnet.CodeElementNotFound)
}

func TestRemoteEndpointIsNotAttached(t *testing.T) {
	n, one, _, _ := attachments(t, "")
	networks, err := n.host.Service().Networks(t.Context())
	n.ok(err)
	remote := n.create(KindEndpoint, networks[0].ID, with(endpointWith("10.244.1.77"), `"Flags":1`))
	refused(t, n.attach(one, remote), hostnet.CodeInvalidRemoteEndpoint)
}

// Windows Server 2019 attaches an endpoint once (buildkit#5668).
func TestSecondAttachmentOn2019(t *testing.T) {
	n, one, two, endpoint := attachments(t, `{"version":"9.5"}`)
	n.ok(n.attach(one, endpoint))
	n.ok(n.detach(one, endpoint))
	refused(t, n.attach(two, endpoint), hostnet.CodeNamespaceAttachFailed)
}

func TestNamespaceDeletion(t *testing.T) {
	n, one, two, endpoint := attachments(t, "")
	container := func(how, id string) error {
		return n.modify(KindNamespace, one, `{"ResourceType":"Container","RequestType":"`+how+`","Settings":{"ContainerId":"`+id+`"}}`)
	}
	n.ok(n.attach(one, endpoint))
	n.ok(container("Add", "c1"))
	refused(t, container("Add", "c1"), hostnet.CodeAlreadyExists)
	refused(t, container("Remove", "c2"), hostnet.CodeElementNotFound)
	refused(t, container("Add", ""), hostnet.CodeInvalidJSON)
	refused(t, n.host.Delete(KindNamespace, one), hostnet.CodeRequestUnsupported)
	n.ok(container("Remove", "c1"))
	n.ok(n.host.Delete(KindNamespace, one))
	golden.Compare(t, "testdata/namespace_gone.json", n.dump()) // the endpoint is detached and still names it
	refused(t, n.host.Delete(KindNamespace, one), hostnet.CodeElementNotFound)
	n.ok(n.attach(two, endpoint))
}

func TestEndpointDeletionWhileAttached(t *testing.T) {
	n, one, _, endpoint := attachments(t, "")
	n.ok(n.attach(one, endpoint))
	n.ok(n.host.Delete(KindEndpoint, endpoint))
	refused(t, n.host.Delete(KindEndpoint, endpoint), hostnet.CodeEndpointNotFound)
	ns, err := get[hcnspec.Namespace](n.host, KindNamespace, one, query("", ""))
	n.ok(err)
	if len(ns.Resources) != 0 {
		t.Errorf("the namespace has %v", ns.Resources)
	}
}

// TestCompartmentNumbers: compartment 1 exists from the beginning, and a namespace gets one when a container starts in
// it.
func TestCompartmentNumbers(t *testing.T) {
	n := newNode(t, "")
	number := func(id string) uint32 {
		doc, err := get[hcnspec.Namespace](n.host, KindNamespace, id, "")
		n.ok(err)
		return doc.NamespaceID
	}
	start := func(id string) {
		n.ok(n.modify(KindNamespace, id, `{"ResourceType":"Container","RequestType":"Add","Settings":{"ContainerId":"c"}}`))
	}
	list, err := n.host.Service().Namespaces(t.Context())
	if err != nil || len(list) != 1 || list[0].NamespaceID != 1 || list[0].Type != hcnspec.NamespaceHostDefault {
		t.Errorf("a new node has %v, %v", list, err)
	}
	one, two := n.create(KindNamespace, "", `{"NamespaceId":5}`), n.create(KindNamespace, "", namespaceDoc)
	if number(one) != 0 || number(two) != 0 {
		t.Errorf("compartments %d, %d before a container", number(one), number(two))
	}
	start(two)
	start(one)
	if number(one) != 3 || number(two) != 2 {
		t.Errorf("compartments %d, %d", number(one), number(two))
	}
	checkState(t, n.host)
}

// An endpoint of a network that leaves addresses to the LAN has one while it is attached.
func TestLeasedAddress(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", transparentDoc)
	one := n.create(KindNamespace, "", namespaceDoc)
	id := n.create(KindEndpoint, network, endpointDoc)
	before := n.endpoint(id)
	n.ok(n.attach(one, id))
	if got := n.endpoint(id).IPConfigs; len(got) != 1 || !strings.HasPrefix(got[0].IPAddress, "10.127.0.") || got[0].PrefixLength != 24 {
		t.Errorf("attached with %v", got)
	}
	n.ok(n.detach(one, id))
	if got := n.endpoint(id); len(before.IPConfigs)+len(got.IPConfigs)+len(got.Routes) != 0 {
		t.Errorf("detached with %v, created with %v", got, before)
	}
}
