package hcnemu

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// frontEnd is what a load balancer answers for.
type frontEnd struct {
	vip      string
	protocol uint32
	port     uint16
	ipv6     hcnspec.LoadBalancerFlags
}

func (f frontEnd) String() string {
	return fmt.Sprintf("%s port %d of protocol %d", f.vip, f.port, f.protocol)
}

func (f frontEnd) key() string {
	return fmt.Sprintf("front/%s/%d/%d/%d", f.vip, f.protocol, f.port, f.ipv6)
}
