package hcnemu

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func TestStoppedService(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	before := n.dump()
	handle := n.open(KindNetwork, network)
	n.ok(n.host.Stop())
	n.ok(n.host.Stop())

	_, err := n.host.Enumerate(KindNetwork, "")
	refused(t, err, hostnet.CodeManagerStopped)
	_, err = n.host.Query(KindNetwork, handle, "")
	refused(t, err, hostnet.CodeManagerStopped)
	_, err = n.host.HNSCall("GET", "/globals/version", "")
	refused(t, err, hostnet.CodeServiceNotActive)
	refused(t, n.host.Delete(KindNetwork, network), hostnet.CodeManagerStopped)

	n.ok(n.host.Start())
	_, err = n.host.Query(KindNetwork, handle, "")
	refused(t, err, hostnet.CodeObjectUsedAfterUnload)
	n.ok(n.host.CloseHandle(KindNetwork, handle))
	if n.dump() != before {
		t.Error("the restart changed the state")
	}
	n.close(KindNetwork, n.open(KindNetwork, network))
}

func TestReboot(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	before := n.dump()
	n.create(KindNetwork, "", natDoc) // deleted, whatever its flags
	n.create(KindNetwork, "", with(transparentDoc, `"Flags":8`))
	endpoint := n.create(KindEndpoint, network, endpointDoc)
	n.ok(n.attach(n.create(KindNamespace, "", namespaceDoc), endpoint))
	n.create(KindLoadBalancer, "", balancerDoc(endpoint, "10.96.0.1", 80))
	n.create(KindSdnRoute, "", `{"HostComputeEndpoints":["`+endpoint+`"],"Setting":[{"DestinationPrefix":"10.0.0.0/8"}]}`)
	n.ok(n.host.Stop())
	n.ok(n.host.Reboot())
	if diff := cmp.Diff(before, n.dump()); diff != "" {
		t.Error(diff)
	}
	checkState(t, n.host)
}

func TestHandles(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	handle := n.open(KindNetwork, "{"+strings.ToLower(network)+"}")
	_, err := n.host.Query(KindEndpoint, handle, "")
	refused(t, err, hostnet.CodeInvalidParameter)
	refused(t, n.host.CloseHandle(KindEndpoint, handle), hostnet.CodeInvalidParameter)
	_, err = n.host.Query(KindNetwork, handle, "{")
	refused(t, err, hostnet.CodeInvalidJSON)
	_, err = n.host.Create(KindEndpoint, 0, "", endpointDoc)
	refused(t, err, hostnet.CodeInvalidParameter)
	n.ok(n.host.Delete(KindNetwork, network))
	_, err = n.host.Query(KindNetwork, handle, "")
	refused(t, err, hostnet.CodeNetworkNotFound)
	n.ok(n.host.CloseHandle(KindNetwork, handle))
	refused(t, n.host.CloseHandle(KindNetwork, handle), hostnet.CodeInvalidParameter)
	_, err = n.host.Open("Teapot", network)
	refused(t, err, hostnet.CodeProcNotFound)
	for _, kind := range hostnet.Kinds() {
		_, err := n.host.Open(kind, missing)
		refused(t, err, kind.NotFound())
		_, err = n.host.Open(kind, "x")
		refused(t, err, hostnet.CodeGUIDConversionFailure)
		refused(t, n.host.Delete(kind, missing), kind.NotFound())
	}
}

func TestErrorRecord(t *testing.T) {
	n := newNode(t, "")
	_, err := n.host.Open(KindNamespace, missing)
	want := `HcnOpenNamespace: ERROR_NOT_FOUND (0x490): {"Success":false,"Error":"Element not found. ","ErrorCode":2147943568}`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestFilters(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	other := n.create(KindNetwork, "", overlayDoc)
	free := n.create(KindEndpoint, network, with(endpointDoc, `"MacAddress":"0E-2A-00-00-00-01"`))
	n.create(KindEndpoint, other, `{"Name":"else",`+v2+`}`)
	used := n.create(KindEndpoint, network, `{"Name":"used",`+v2+`}`)
	namespace := n.create(KindNamespace, "", namespaceDoc)
	n.ok(n.attach(namespace, used))
	n.ok(n.modify(KindNamespace, namespace, `{"ResourceType":"Container","RequestType":"Add","Settings":{"ContainerId":"c"}}`))
	for _, row := range []struct{ filter, want string }{
		{`{"Name":"pod"}`, free},
		{`{"Name":"po"}`, ""},
		{`{"ID":"` + strings.ToLower(free) + `"}`, free},
		{`{"ID":"pod"}`, ""},
		{`{"State":3}`, used},
		{`{"State":"3"}`, used},
		{`{"VirtualNetwork":"` + network + `","State":1}`, free},
		{`{"State":4}`, ""},
		{`{"HostComputeNetwork":"{` + strings.ToLower(network) + `}","Name":"used"}`, used},
		{`{"VirtualNetwork":"x"}`, ""},
		{`{"MacAddress":"0E-2A-00-00-00-01"}`, free},
		{`{"Colour":"red"}`, ""},
	} {
		got, err := n.host.Enumerate(KindEndpoint, mustJSON(hcnspec.Query{SchemaVersion: hcnspec.SchemaV2, Filter: row.filter}))
		n.ok(err)
		if want := strings.ReplaceAll(`["`+row.want+`"]`, `""`, ""); got != want {
			t.Errorf("%s: got %s, want %s", row.filter, got, want)
		}
	}
	_, err := n.host.Enumerate(KindEndpoint, `{"Filter":"{"}`)
	refused(t, err, hostnet.CodeInvalidJSON)
	if all, err := n.host.Enumerate(KindEndpoint, ""); err != nil || strings.Count(all, ",") != 2 {
		t.Errorf("got %s %v", all, err)
	}
}

// TestSwitchesOfTheProfile: behaviour that some hosts showed and others did not.
func TestSwitchesOfTheProfile(t *testing.T) {
	for _, on := range []bool{false, true} {
		n := newNode(t, fmt.Sprintf(`{"rebootKeepsAddresses":%t,"restartDropsEndpoints":%t}`, on, on))
		network := n.create(KindNetwork, "", bridgeDoc)
		n.create(KindEndpoint, network, endpointWith("10.244.1.9"))
		n.ok(n.host.Stop())
		n.ok(n.host.Start())
		if left, err := n.host.Enumerate(KindEndpoint, ""); err != nil || (left == "[]") != on {
			t.Errorf("restartDropsEndpoints %t: %s, %v", on, left, err)
		}
		n.create(KindEndpoint, network, endpointWith("10.244.1.10"))
		n.ok(n.host.Reboot())
		_, err := n.tryCreate(KindEndpoint, network, endpointWith("10.244.1.10"))
		refused(t, err, map[bool]hostnet.Code{true: hostnet.CodeAddrInvalidOrReserved}[on])
		checkState(t, n.host)
	}
}

// TestLocalisedErrors: the texts are the recorded ones, and never English in another language.
func TestLocalisedErrors(t *testing.T) {
	n := newNode(t, `{"language":"zh-TW"}`)
	_, err := n.tryCreate(KindEndpoint, n.create(KindNetwork, "", natDoc), endpointWith("", `{"Type":"QOS"}`))
	if code := hostnet.CodeOf(err); code != hostnet.CodeInvalidPolicy || !strings.Contains(err.Error(), "所提供的原則設定無效或缺少參數。 ") {
		t.Errorf("got %v", err)
	}
	_, err = n.host.Open(KindNetwork, missing)
	if hostnet.CodeOf(err) != hostnet.CodeNetworkNotFound || strings.Contains(err.Error(), "The network") {
		t.Errorf("got %v", err)
	}
}
