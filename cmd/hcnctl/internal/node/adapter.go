package node

import (
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// DefaultAdapter returns the adapter that is up and has a gateway and an address, or nil. It prefers a physical adapter
// to a virtual one.
func DefaultAdapter(all []hostnet.Adapter) *hostnet.Adapter {
	var virtual *hostnet.Adapter
	for i := range all {
		a := &all[i]
		switch {
		case !a.Up || !a.Gateway.IsValid() || len(a.Addresses) == 0:
		case !a.Virtual:
			return a
		case virtual == nil:
			virtual = a
		}
	}
	return virtual
}

// Adapter returns the adapter with that name, or nil.
func Adapter(all []hostnet.Adapter, name string) *hostnet.Adapter {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// Physical returns the name of the adapter that a network can bind to: a itself, or the one behind the virtual adapter
// to which HNS moves the host's address, "vEthernet (Ethernet)".
func Physical(a *hostnet.Adapter) string {
	inner, behind := strings.CutPrefix(a.Name, "vEthernet (")
	if a.Virtual && behind {
		return strings.TrimSuffix(inner, ")")
	}
	return a.Name
}
