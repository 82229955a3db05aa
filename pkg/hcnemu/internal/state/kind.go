package state

import (
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

// EnumerateAPI and the methods below are the functions for the kind, as computenetwork.dll exports them.
func (k Kind) EnumerateAPI() string { return "HcnEnumerate" + string(k) + "s" }

// CreateAPI is a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) CreateAPI() string { return "HcnCreate" + string(k) }

// OpenAPI is a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) OpenAPI() string { return "HcnOpen" + string(k) }

// ModifyAPI is a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) ModifyAPI() string { return "HcnModify" + string(k) }

// QueryAPI is a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) QueryAPI() string { return "HcnQuery" + string(k) + "Properties" }

// DeleteAPI is a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) DeleteAPI() string { return "HcnDelete" + string(k) }

// CloseAPI is a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) CloseAPI() string { return "HcnClose" + string(k) }

// NotFound is the code for an object of the kind that is not there.
func (k Kind) NotFound() hostnet.Code {
	switch k {
	case KindNetwork:
		return hostnet.CodeNetworkNotFound
	case KindEndpoint:
		return hostnet.CodeEndpointNotFound
	}
	return hostnet.CodeElementNotFound
}
