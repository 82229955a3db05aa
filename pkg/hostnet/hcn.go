package hostnet

// HCN is the HCN API of computenetwork.dll: JSON documents in and out, without the bindings
// (https://learn.microsoft.com/virtualization/api/hcn/reference). The plugins use Service; HCN is for code that calls
// HNS itself. An error is an *Error with the error record in Detail. Handles are opened and closed inside. Needs HNS
// 9.2.
type HCN interface {
	// Enumerate returns the IDs of the objects that the query selects, as a JSON array.
	Enumerate(kind Kind, query string) (string, error)
	// Create creates an object with that ID. network is the ID of an endpoint's network, and empty otherwise.
	Create(kind Kind, network, id, document string) error
	Modify(kind Kind, id, request string) error
	Query(kind Kind, id, query string) (string, error)
	Delete(kind Kind, id string) error
	// HNSCall makes a request of the older API and returns its reply.
	HNSCall(method, path, request string) (string, error)
}
