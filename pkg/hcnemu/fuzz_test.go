package hcnemu

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/v1"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// FuzzDocuments: no document makes the emulator panic or corrupts its state. Every call that takes a document receives
// it: each alone, and all accepted ones in sequence.
func FuzzDocuments(f *testing.F) {
	for _, doc := range []string{
		natDoc, bridgeDoc, bridge46Doc, overlayDoc, transparentDoc, namespaceDoc, endpointDoc, v1Bridge,
		endpointWith("10.244.1.7", setting("PortMapping", `{"Protocol":6,"InternalPort":80}`)),
		subnetDoc("NAT", `{"IpAddressPrefix":"255.255.255.0/24"}`), subnetDoc("NAT", `{"IpAddressPrefix":"0.0.0.0/0"}`),
		subnetDoc("L2Bridge", `{"IpAddressPrefix":"255.255.255.254/31","Routes":[{"NextHop":"255.255.255.255","DestinationPrefix":"0.0.0.0/0"}]}`),
		balancerDoc(missing, "10.96.0.1", 80), `{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[{}]}}`, `null`, `[]`, ``,
		`{"VirtualIPs":["10.96.0.1"],"HostComputeEndpoints":[],` + v2 + `}`,
		`{"ResourceType":"Endpoint","RequestType":"Add","Settings":{"EndpointId":"` + fuzzedEndpoint + `"}}`,
		`{"ResourceType":"Port","RequestType":"Update","Settings":{}}`, `/networks/` + missing,
	} {
		f.Add(doc)
	}
	n := newFuzzedNode(f)
	f.Fuzz(func(t *testing.T, doc string) {
		if n.ask(t, doc); !json.Valid([]byte(doc)) && n.rejects(t, doc) {
			return
		}
		var accepted []docCall
		for _, c := range docCalls() {
			if n.apply(t, doc, c) == 1 {
				accepted = append(accepted, c)
			}
		}
		for len(accepted) > 1 { // in sequence, up to the one that the others before it make invalid
			kept := n.apply(t, doc, accepted...)
			if kept < len(accepted) && kept > 1 {
				n.apply(t, doc, accepted[:kept]...)
			}
			accepted = accepted[kept:]
		}
	})
}

// The objects that exist before each document.
const (
	fuzzedEndpoint  = "AAAAAAAA-0000-4000-8000-000000000001"
	fuzzedNamespace = "AAAAAAAA-0000-4000-8000-000000000002"
)

// docCall is one call that takes a document.
type docCall func(tx *state.Tx, doc string) error

// docCalls are all such calls. They are the bodies of Host.Create, Modify and HNSCall: what surrounds those, which is
// handles, locks and the journal, does not read the document and would cost most of the time.
func docCalls() []docCall {
	var all []docCall
	for _, kind := range hostnet.Kinds() {
		all = append(all, func(tx *state.Tx, doc string) error {
			_, err := createObject(tx, kind, missing, "", doc)
			return err
		})
	}
	for _, o := range []struct {
		kind Kind
		id   string
	}{{KindEndpoint, fuzzedEndpoint}, {KindNetwork, missing}, {KindNamespace, fuzzedNamespace}} {
		all = append(all, func(tx *state.Tx, doc string) error { return modifyObject(tx, o.kind, o.id, doc) })
	}
	for _, path := range []string{"networks", "endpoints", "namespaces", "policylists"} {
		all = append(all, func(tx *state.Tx, doc string) error { return post(tx, path, doc) })
	}
	return append(all, func(tx *state.Tx, doc string) error { return post(tx, doc, doc) })
}

func post(tx *state.Tx, path, doc string) error {
	_, err := v1.On(tx).Serve("POST", path, doc)
	return err
}

// fuzzedNode is the node on which each document is tried: every transaction is undone, so that all start from the same
// state and the file is written once.
type fuzzedNode struct {
	host    *Host
	network Handle
}

func newFuzzedNode(f *testing.F) fuzzedNode {
	f.Helper()
	h, err := Open(Settings{Dir: f.TempDir(), Seed: "1"})
	if err != nil {
		f.Fatal(err)
	}
	err = h.locked(false, func(tx *state.Tx) error {
		_, errNetwork := createObject(tx, KindNetwork, "", missing, bridgeDoc)
		_, errEndpoint := createObject(tx, KindEndpoint, missing, fuzzedEndpoint, endpointDoc)
		_, errNamespace := createObject(tx, KindNamespace, "", fuzzedNamespace, namespaceDoc)
		return errors.Join(errNetwork, errEndpoint, errNamespace)
	})
	if err != nil {
		f.Fatal(err)
	}
	network, err := h.Open(KindNetwork, missing)
	if err != nil {
		f.Fatal(err)
	}
	return fuzzedNode{h, network}
}

// ask passes the document to the calls that only read.
func (n fuzzedNode) ask(t *testing.T, doc string) {
	n.undo(t, func(tx *state.Tx) {
		for _, kind := range hostnet.Kinds() {
			if ids, err := enumerate(tx, kind, doc); err == nil && ids == nil {
				t.Errorf("%s: no list", kind)
			}
		}
	})
}

// rejects reports that no call accepts the document: one transaction for what is not JSON, which is most of what the
// fuzzer invents.
func (n fuzzedNode) rejects(t *testing.T, doc string) bool {
	accepted := false
	n.undo(t, func(tx *state.Tx) {
		for _, c := range docCalls() {
			accepted = c(tx, doc) == nil || accepted
		}
	})
	return !accepted
}

// apply makes the calls one after the other in one transaction, creates an endpoint on each network that there is then,
// and checks the state. It returns how many calls were accepted before the first that was not.
func (n fuzzedNode) apply(t *testing.T, doc string, all ...docCall) int {
	accepted := 0
	n.undo(t, func(tx *state.Tx) {
		for _, c := range all {
			if c(tx, doc) != nil {
				return // HNS would undo what it did
			}
			accepted++
		}
		if err := checkObjects(t, tx); err != nil {
			t.Error(err)
		}
		for _, network := range tx.All(KindNetwork) {
			if _, err := createObject(tx, KindEndpoint, network, "", endpointDoc); err != nil {
				return
			}
		}
		n.check(t, tx)
	})
	return accepted
}

// check fails the test unless the objects, the index and the documents agree.
func (n fuzzedNode) check(t *testing.T, tx *state.Tx) {
	if err := checkObjects(t, tx); err != nil {
		t.Error(err)
	}
	for _, kind := range hostnet.Kinds() {
		for _, id := range tx.All(kind) {
			if _, err := documentOf(tx, kind, id); err != nil {
				t.Errorf("%s %s: %v", kind, id, err)
			}
		}
	}
}

var errUndo = errors.New("undo")

// undo runs the body in a transaction that is not committed.
func (n fuzzedNode) undo(t *testing.T, body func(*state.Tx)) {
	err := n.host.state().Transact(false, func(tx *state.Tx) error {
		body(tx)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}
