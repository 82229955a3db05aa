package objects

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// FrontEnd is what a load balancer answers for.
type FrontEnd struct {
	vip      string
	protocol uint32
	port     uint16
	ipv6     hcnspec.LoadBalancerFlags
}

// String returns the front end as messages have it.
func (f FrontEnd) String() string {
	return fmt.Sprintf("%s port %d of protocol %d", f.vip, f.port, f.protocol)
}

// ListensOn is the port that a program of the node would have to leave free.
func (f FrontEnd) ListensOn() node.Port { return node.Port{Protocol: f.protocol, Number: f.port} }

// Key is the front end's key in the index.
func (f FrontEnd) Key() string {
	return fmt.Sprintf("front/%s/%d/%d/%d", f.vip, f.protocol, f.port, f.ipv6)
}

// HostPort is the port of the node that the front end takes: only one without an address listens there.
func (f FrontEnd) HostPort() node.Port {
	if f.vip != "" {
		return node.Port{}
	}
	return node.Port{Protocol: f.protocol, Number: f.port}
}
