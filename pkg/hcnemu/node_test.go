package hcnemu

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// TestMain lets a test start this binary again as another process of the node.
func TestMain(m *testing.M) {
	if job := os.Getenv("HCNEMU_TEST_JOB"); job != "" {
		os.Exit(runJob(job))
	}
	os.Exit(m.Run())
}

// testNode is an emulated node of one test; an unexpected failure ends the test.
type testNode struct {
	*testing.T
	host *Host
}

// newNode uses a random seed: HNS's choices differ from run to run.
func newNode(t *testing.T, profile string) testNode {
	t.Helper()
	return seededNode(t, profile, "new")
}

// seededNode is for golden files: HNS's choices are the same in every run.
func seededNode(t *testing.T, profile, seed string) testNode {
	t.Helper()
	h, err := Open(Settings{Dir: t.TempDir(), HostProfile: profile, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return testNode{t, h}
}

// create creates an object and returns its ID.
func (n testNode) create(kind Kind, parent, settings string) string {
	n.Helper()
	id, err := n.tryCreate(kind, parent, settings)
	if err != nil {
		n.Fatal(err)
	}
	return id
}

func (n testNode) tryCreate(kind Kind, parent, settings string) (string, error) {
	n.Helper()
	var network Handle
	if parent != "" {
		network = n.open(KindNetwork, parent)
		defer n.close(KindNetwork, network)
	}
	handle, err := n.host.Create(kind, network, "", settings)
	if err != nil {
		return "", err
	}
	defer n.close(kind, handle)
	return n.query(kind, handle)["ID"].(string), nil
}

func (n testNode) open(kind Kind, id string) Handle {
	n.Helper()
	handle, err := n.host.Open(kind, id)
	if err != nil {
		n.Fatal(err)
	}
	return handle
}

func (n testNode) close(kind Kind, handle Handle) {
	n.Helper()
	if err := n.host.CloseHandle(kind, handle); err != nil {
		n.Fatal(err)
	}
}

func (n testNode) query(kind Kind, handle Handle) map[string]any {
	n.Helper()
	text, err := n.host.Query(kind, handle, "")
	if err != nil {
		n.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		n.Fatal(err)
	}
	return doc
}

// endpoint returns an endpoint's document.
func (n testNode) endpoint(id string) hcnspec.Endpoint {
	n.Helper()
	doc, err := get[hcnspec.Endpoint](n.host, KindEndpoint, id, "")
	if err != nil {
		n.Fatal(err)
	}
	return *doc
}

// modify modifies an object and returns the error.
func (n testNode) modify(kind Kind, id, settings string) error {
	n.Helper()
	handle := n.open(kind, id)
	defer n.close(kind, handle)
	return n.host.Modify(kind, handle, settings)
}

func (n testNode) attach(namespace, endpoint string) error {
	return n.member("Add", namespace, endpoint)
}

func (n testNode) detach(namespace, endpoint string) error {
	return n.member("Remove", namespace, endpoint)
}

func (n testNode) member(how, namespace, endpoint string) error {
	n.Helper()
	return n.modify(KindNamespace, namespace,
		fmt.Sprintf(`{"ResourceType":"Endpoint","RequestType":%q,"Settings":{"EndpointId":%q}}`, how, endpoint))
}

func (n testNode) ok(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

// refused fails the test unless the error has the code.
func refused(t *testing.T, err error, want hostnet.Code) {
	t.Helper()
	if hostnet.CodeOf(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func (n testNode) dump() string {
	n.Helper()
	text, err := n.host.Dump()
	if err != nil {
		n.Fatal(err)
	}
	return text
}

// Documents that many tests start from.
const (
	v2 = `"SchemaVersion":{"Major":2,"Minor":0}`

	natDoc      = `{"Name":"nat","Type":"NAT",` + v2 + `}`
	bridgeDoc   = `{"Name":"cbr0","Type":"L2Bridge","Ipams":[{"Type":"Static","Subnets":[` + bridgeSubnet + `]}],` + v2 + `}`
	bridge46Doc = `{"Name":"dual","Type":"L2Bridge","Ipams":[{"Subnets":[` + bridgeSubnet + `,
		{"IpAddressPrefix":"fd00:1::/64","Routes":[{"NextHop":"fd00:1::1","DestinationPrefix":"::/0"}]}]}],` + v2 + `}`
	overlayDoc = `{"Name":"vxlan0","Type":"Overlay","Ipams":[{"Subnets":[{"IpAddressPrefix":"10.244.3.0/24",
		"Routes":[{"NextHop":"10.244.3.1","DestinationPrefix":"0.0.0.0/0"}],
		"Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}]}]}],` + v2 + `}`
	transparentDoc = `{"Name":"lan","Type":"Transparent","Ipams":[{"Type":"DHCP"}],` + v2 + `}`

	bridgeSubnet = `{"IpAddressPrefix":"10.244.1.0/24","Routes":[{"NextHop":"10.244.1.1","DestinationPrefix":"0.0.0.0/0"}]}`

	namespaceDoc = `{"Type":"Host",` + v2 + `}`
	endpointDoc  = `{"Name":"pod",` + v2 + `}`
)

// endpointWith is an endpoint's document with one address and policies.
func endpointWith(address string, policies ...string) string {
	addresses := ""
	if address != "" {
		addresses = fmt.Sprintf(`"IpConfigurations":[{"IpAddress":%q}],`, address)
	}
	return fmt.Sprintf(`{"Name":"pod",%s"Policies":[%s],%s}`, addresses, strings.Join(policies, ","), v2)
}

// with returns a document with one more field.
func with(doc, field string) string { return "{" + field + "," + doc[1:] }
