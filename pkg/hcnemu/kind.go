package hcnemu

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Kind is a kind of HCN object.
type Kind = state.Kind

// The kinds of objects that HCN has.
const (
	KindNetwork      = state.KindNetwork
	KindEndpoint     = state.KindEndpoint
	KindNamespace    = state.KindNamespace
	KindLoadBalancer = state.KindLoadBalancer
	KindSdnRoute     = state.KindSdnRoute
)

// HRESULT returns the code as the functions of computenetwork.dll return it.
func HRESULT(code hostnet.Code) uint32 { return refusal.HRESULT(code) }
