package hcnemu

import (
	"sync"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Kind is a kind of HCN object; it is also the part of the function names that stands for it.
type Kind string

// The kinds of objects that HCN has.
const (
	KindNetwork      Kind = "Network"
	KindEndpoint     Kind = "Endpoint"
	KindNamespace    Kind = "Namespace"
	KindLoadBalancer Kind = "LoadBalancer"
	KindSdnRoute     Kind = "SdnRoute"
)

// Kinds returns all kinds, in the order in which objects depend on each other.
func Kinds() []Kind {
	return []Kind{KindNetwork, KindEndpoint, KindNamespace, KindLoadBalancer, KindSdnRoute}
}

// Handle stands for an open object in this process. The zero Handle is none.
type Handle uint64

// The names of the functions, as computenetwork.dll exports them.
func (k Kind) enumerateAPI() string { return "HcnEnumerate" + string(k) + "s" }
func (k Kind) createAPI() string    { return "HcnCreate" + string(k) }
func (k Kind) openAPI() string      { return "HcnOpen" + string(k) }
func (k Kind) modifyAPI() string    { return "HcnModify" + string(k) }
func (k Kind) queryAPI() string     { return "HcnQuery" + string(k) + "Properties" }
func (k Kind) deleteAPI() string    { return "HcnDelete" + string(k) }
func (k Kind) closeAPI() string     { return "HcnClose" + string(k) }

// notFound is the code for an object of the kind that is not there.
func (k Kind) notFound() hostnet.Code {
	switch k {
	case KindNetwork:
		return hostnet.CodeNetworkNotFound
	case KindEndpoint:
		return hostnet.CodeEndpointNotFound
	}
	return hostnet.CodeElementNotFound
}

// apiNames lists every function of the emulator.
var apiNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{hnsCallAPI: true}
	for _, k := range Kinds() {
		for _, name := range []string{
			k.enumerateAPI(), k.createAPI(), k.openAPI(), k.modifyAPI(), k.queryAPI(), k.deleteAPI(), k.closeAPI(),
		} {
			names[name] = true
		}
	}
	return names
})
