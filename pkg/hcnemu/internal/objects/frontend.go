package objects

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// FrontEnd is an address, protocol and port of a load balancer.
type FrontEnd struct {
	vip      string
	protocol uint32
	port     uint16
	ipv6     hcnspec.LoadBalancerFlags
}

// String returns the front end for messages.
func (f FrontEnd) String() string {
	return fmt.Sprintf("%s port %d of protocol %d", f.vip, f.port, f.protocol)
}

// ListensOn returns the port that no program of the node may listen on.
func (f FrontEnd) ListensOn() node.Port { return node.Port{Protocol: f.protocol, Number: f.port} }

// Key returns the front end's key in the index.
func (f FrontEnd) Key() string {
	return fmt.Sprintf("front/%s/%d/%d/%d", f.vip, f.protocol, f.port, f.ipv6)
}

// HostPort returns the port of the node that the front end occupies: only a front end without an address occupies one.
func (f FrontEnd) HostPort() node.Port {
	if f.vip != "" {
		return node.Port{}
	}
	return node.Port{Protocol: f.protocol, Number: f.port}
}
