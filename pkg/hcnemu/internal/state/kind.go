package state

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// Kind is a kind of HCN object.
type Kind = hostnet.Kind

// The kinds of HCN objects, short for the rules.
const (
	KindNetwork      = hostnet.KindNetwork
	KindEndpoint     = hostnet.KindEndpoint
	KindNamespace    = hostnet.KindNamespace
	KindLoadBalancer = hostnet.KindLoadBalancer
	KindSdnRoute     = hostnet.KindSdnRoute
)
