package probe

import (
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func objectProbes() []Probe {
	const result = "https://learn.microsoft.com/virtualization/api/hcn/reference/hcnhresult"
	return []Probe{
		{Name: "network-absent", What: "querying a network that does not exist", Source: "[HCNHResult](" + result + "); hcsshim `hcnerrors.go`", Sure: Seen,
			Ask: absent(Network), Want: code(hostnet.CodeNetworkNotFound)},
		{Name: "endpoint-absent", What: "querying an endpoint that does not exist", Source: "[HCNHResult](" + result + "); hcsshim `hcnerrors.go`", Sure: Seen,
			Ask: absent(Endpoint), Want: code(hostnet.CodeEndpointNotFound)},
		{Name: "namespace-absent", What: "querying a namespace that does not exist", Source: "hcsshim `TestNotFoundError`", Sure: Test,
			Ask: absent(Namespace), Want: code(hostnet.CodeElementNotFound)},
		{Name: "loadbalancer-absent", What: "querying a load balancer that does not exist", Sure: Guess,
			Ask: absent(LoadBalancer), Want: code(hostnet.CodeElementNotFound)},
		{Name: "route-absent", What: "querying a route that does not exist", Sure: Guess,
			Ask: absent(SdnRoute), Want: code(hostnet.CodeElementNotFound)},
		{Name: "delete-absent", What: "deleting a network that does not exist", Source: "hcsshim `hcnerrors.go`", Sure: Seen,
			Ask: func(a *Asker) Answer { return a.Delete(Network, nobody) }, Want: code(hostnet.CodeNetworkNotFound)},
		{Name: "document-no-json", What: "a document that is not JSON", Sure: Named,
			Ask: func(a *Asker) Answer { return created(a, Namespace, "", "namespace") }, Want: code(hostnet.CodeInvalidJSON), Source: "the code's name"},
		{Name: "document-wrong-type", What: "a field of the wrong JSON type", Sure: Named, Source: "the code's name",
			Ask:  func(a *Asker) Answer { return created(a, Network, "", network("type", "NAT", "", `,"Flags":"x"`)) },
			Want: code(hostnet.CodeInvalidJSON)},
		{Name: "document-id-no-guid", What: "an ID in a document that is not a GUID", Source: "hcsshim#1049", Sure: Seen,
			Ask:  func(a *Asker) Answer { return created(a, Network, "", network("id", "NAT", "", `,"ID":"nat"`)) },
			Want: code(hostnet.CodeInvalidJSON)},
		{Name: "id-taken", What: "creating an object with an ID that one has", Source: "jgregmac/hyperv-fix-for-devs#13", Sure: Seen,
			Ask: func(a *Asker) Answer {
				id := a.Made(Namespace, "", namespace("Host"))
				return a.CreateAs(Namespace, "", id, namespace("Host"))
			}, Want: code(hostnet.CodeAlreadyExists)},
		{Name: "error-record", What: `the error record is {"Success":false,"Error":…,"ErrorCode":…}`, Source: "sigwin#71, hcsshim#1049", Sure: Seen,
			Ask: func(a *Asker) Answer {
				a.CreateAs(Network, "", nobody, network("record", "NoSuchType", "", ""))
				last := a.calls[len(a.calls)-1].Error
				return yes(strings.Contains(last, `"Success"`) && strings.Contains(last, `"ErrorCode"`))
			}, Want: always("yes"), Answer: "yes; the HRESULT is written in decimal"},
		{Name: "id-no-guid", What: "opening an object with an ID that is not a GUID", Source: "the code's name; the real functions take a binary GUID", Sure: Guess,
			NotAsked: "the functions take a binary GUID", Answer: "0x803b0019"},
		{Name: "id-case-network", What: "the case of a network's ID in its document", Source: "moby#40345, sigwin#84, k8s#101680", Sure: Seen,
			Ask: func(a *Asker) Answer { return idCase(a, Network, a.nat()) }, Want: always("upper")},
		{Name: "id-case-endpoint", What: "the case of an endpoint's ID in its document", Source: "sigwin#84, k8s#130963", Sure: Seen,
			Ask: func(a *Asker) Answer { return idCase(a, Endpoint, a.Made(Endpoint, a.nat(), endpoint("case", "", ""))) }, Want: always("lower")},
		{Name: "id-case-balancer", What: "the case of a load balancer's ID in its document", Source: "sigwin#84, k8s#115344 (hnsdiag and hcn's log); calico#8465 shows upper case through the older API", Sure: Seen,
			Ask: func(a *Asker) Answer {
				return idCase(a, LoadBalancer, a.Made(LoadBalancer, "", balancer(a.Made(Endpoint, a.nat(), endpoint("member", "", "")), vip, 80, "")))
			}, Want: always("lower")},
		{Name: "namespace-of-none", What: "the namespace in the document of an endpoint that is in none", Source: "antrea#2301", Sure: Seen,
			Ask: func(a *Asker) Answer {
				spelt, _ := a.Document(Endpoint, a.Made(Endpoint, a.nat(), endpoint("alone", "", "")))["HostComputeNamespace"].(string)
				return Answer(spelt)
			}, Want: always("00000000-0000-0000-0000-000000000000"), Answer: "all zeros"},
		{Name: "error-language", What: "the text of errors", Source: "calico#8465 (zh-TW), sigwin#71", Sure: Seen,
			NotAsked: "the answer depends on the system's language", Answer: "the system's sentence for the code in its language, and a space; nothing may read it (`language` of the host profile)"},
		{Name: "schema-missing", What: "a network's document without SchemaVersion is of schema 1", Source: "hcsshim `TestV1Network`, `TestV1Endpoint`", Sure: Test,
			Ask: func(a *Asker) Answer {
				return created(a, Network, "", `{"Name":"`+NamePrefix+`old","Type":"NAT"}`)
			}, Want: always(OK)},
		{Name: "schema-missing-v2-fields", What: "a document without SchemaVersion that has a field of schema 2 only", Source: "HNS may drop the field instead", Sure: Guess,
			Ask: func(a *Asker) Answer {
				return created(a, Network, "", `{"Name":"`+NamePrefix+`old","Type":"NAT","Ipams":[]}`)
			}, Want: code(hostnet.CodeInvalidJSON)},
		{Name: "filter-name", What: "a filter compares a field for equality", Source: "hcsshim `hcnendpoint.go`", Sure: Test,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("filtered", "", ""))
				return a.Lists(Endpoint, filter("Name", `"`+NamePrefix+`filtered"`), id)
			}, Want: always("listed")},
		{Name: "filter-network", What: "the filter VirtualNetwork selects a network's endpoints", Source: "hcsshim `hcnendpoint.go`", Sure: Test,
			Ask: func(a *Asker) Answer {
				net := a.nat()
				id := a.Made(Endpoint, net, endpoint("of-network", "", ""))
				return a.Lists(Endpoint, filter("VirtualNetwork", `"`+net+`"`), id)
			}, Want: always("listed")},
		{Name: "filter-state", What: "the filter State selects endpoints by state", Source: "ACN npm/pkg/dataplane/dataplane_windows.go", Sure: Seen,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("state", "", ""))
				return a.Lists(Endpoint, filter("State", "1"), id)
			}, Want: always("listed")},
		{Name: "filter-unknown-field", What: "a filter for a field that objects do not have selects nothing", Sure: Guess,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("unknown-field", "", ""))
				return a.Lists(Endpoint, filter("NoSuchField", "1"), id)
			}, Want: always("not listed")},
		{Name: "name-case", What: "names are compared with their case", Sure: Guess,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("case", "", ""))
				return a.Lists(Endpoint, filter("Name", `"`+strings.ToUpper(NamePrefix)+`CASE"`), id)
			}, Want: always("not listed")},
		{Name: "calls-in-sequence", What: "HNS carries out one call after the other", Source: "ACN#3297", Sure: Seen, NotAsked: "needs parallel load on the node"},
		{Name: "service-stopped", What: "calls while the service is stopped", Source: "k8s#139503 and the codes' names", Sure: Named,
			NotAsked: "stops HNS for every pod of the node", Answer: "0x803b0020 from HCN's functions, 0x426 from HNSCall"},
		{Name: "handle-before-restart", What: "a handle from before a restart of the service", Source: "the code's name", Sure: Named,
			NotAsked: "restarts HNS for every pod of the node", Answer: "0x803b0031"},
		{Name: "service-restart", What: "objects after a restart of the service", Source: "k8s#139519; endpoints lost: docker/for-win#12425, calico#5164", Sure: Seen,
			NotAsked: "restarts HNS for every pod of the node", Answer: "kept; with the switch `restartDropsEndpoints` of the host profile endpoints are lost"},
		{Name: "reboot", What: "objects after a reboot", Source: "moby#38358, #39098, docker/for-win#14268; ACN#2911, flannel#1391", Sure: Seen,
			NotAsked: "reboots the node", Answer: "endpoints, namespaces, load balancers, routes, networks with flag 8 and, from 9.x, all NAT and ICS networks are gone; networks on an adapter stay (docker/for-win#3076 saw one go)"},
		{Name: "reboot-reserved", What: "the address of an endpoint that a reboot removed", Source: "moby#47576: 0x803b002f; others found it free", Sure: Seen,
			NotAsked: "reboots the node", Answer: "free; with the switch `rebootKeepsAddresses` of the host profile still reserved"},
		{Name: "version-before-9.2", What: "HCN functions of an HNS below 9.2", Source: "`V2ApiSupport` of hcsshim; real nodes of that age lack the functions", Sure: Guess,
			Ask: func(a *Asker) Answer {
				_, answer := a.List(Network, anyQuery)
				return answer
			}, Want: needs(hcnspec.FeatureV2API, hostnet.CodeNotImplemented)},
	}
}

// absent requests an object that does not exist.
func absent(kind hostnet.Kind) func(*Asker) Answer {
	return func(a *Asker) Answer {
		_, answer := a.Query(kind, nobody)
		return answer
	}
}

// created is the answer to a creation.
func created(a *Asker, kind hostnet.Kind, network, document string) Answer {
	_, answer := a.Create(kind, network, document)
	return answer
}

func yes(b bool) Answer {
	if b {
		return "yes"
	}
	return "no"
}

// idCase returns the case of the object's ID in a document.
func idCase(a *Asker, kind hostnet.Kind, id string) Answer {
	spelt, _ := a.Document(kind, id)["ID"].(string)
	switch spelt {
	case "":
		return "no ID"
	case strings.ToUpper(spelt):
		return "upper"
	case strings.ToLower(spelt):
		return "lower"
	}
	return "mixed"
}
