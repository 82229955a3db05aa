package probe

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// The kinds of objects, short for the table.
const (
	Network      = hostnet.KindNetwork
	Endpoint     = hostnet.KindEndpoint
	Namespace    = hostnet.KindNamespace
	LoadBalancer = hostnet.KindLoadBalancer
	SdnRoute     = hostnet.KindSdnRoute
)
