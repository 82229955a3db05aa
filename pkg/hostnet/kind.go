package hostnet

// Kind is a kind of HCN object, in the spelling of the HCN functions.
type Kind string

// The kinds of HCN objects, in the order in which they depend on each other.
const (
	KindNetwork      Kind = "Network"
	KindEndpoint     Kind = "Endpoint"
	KindNamespace    Kind = "Namespace"
	KindLoadBalancer Kind = "LoadBalancer"
	KindSdnRoute     Kind = "SdnRoute"
)

// Kinds returns all kinds, in that order.
func Kinds() []Kind {
	return []Kind{KindNetwork, KindEndpoint, KindNamespace, KindLoadBalancer, KindSdnRoute}
}

// EnumerateAPI and the methods below return the names of the functions of computenetwork.dll for the kind.
func (k Kind) EnumerateAPI() string { return "HcnEnumerate" + string(k) + "s" }

// CreateAPI returns the name of a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) CreateAPI() string { return "HcnCreate" + string(k) }

// OpenAPI returns the name of a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) OpenAPI() string { return "HcnOpen" + string(k) }

// ModifyAPI returns the name of a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) ModifyAPI() string { return "HcnModify" + string(k) }

// QueryAPI returns the name of a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) QueryAPI() string { return "HcnQuery" + string(k) + "Properties" }

// DeleteAPI returns the name of a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) DeleteAPI() string { return "HcnDelete" + string(k) }

// CloseAPI returns the name of a function of computenetwork.dll: see EnumerateAPI.
func (k Kind) CloseAPI() string { return "HcnClose" + string(k) }

// NotFound returns the code of HNS for a missing object of the kind.
func (k Kind) NotFound() Code {
	switch k {
	case KindNetwork:
		return CodeNetworkNotFound
	case KindEndpoint:
		return CodeEndpointNotFound
	}
	return CodeElementNotFound
}
