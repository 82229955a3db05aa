package policy

import (
	"math"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// portACLs makes one ACL for each container port that is published, however many ports of the node lead to
// it: an ACL without addresses is for both families.
type portACLs struct {
	c     *compiler
	ports []allowedPort
}

type allowedPort struct {
	protocol uint32
	port     uint16
	family   family
	path     string
}

func newPortACLs(c *compiler) *portACLs { return &portACLs{c: c} }

func (a *portACLs) add(m netconf.PortMapping, p published) {
	if !a.c.cfg.Flags.AllowACLPortMapping {
		return
	}
	for i, q := range a.ports {
		if q.protocol == m.Protocol && q.port == m.ContainerPort {
			if q.family != p.family {
				a.ports[i].family = anyFamily
			}
			return
		}
	}
	a.ports = append(a.ports, allowedPort{m.Protocol, m.ContainerPort, p.family, p.path})
}

// rules gives every ACL a priority of its own.
func (a *portACLs) rules() []rule {
	if len(a.ports) > 0 {
		a.c.gate(hcnspec.FeatureACL, "optionalFlags.allowAclPortMapping")
	}
	var rules []rule
	next := uint32(firstPortACL)
	for _, p := range a.ports {
		for a.c.ports.priorities[uint16(next)] && next < math.MaxUint16 {
			next++
		}
		if next >= math.MaxUint16 {
			a.c.fail(p.path, "no ACL priority is left for it")
			return nil
		}
		policy := portACL(p.protocol, p.port, uint16(next))
		rules = append(rules, rule{Policy: policy, family: p.family})
		next++
	}
	return rules
}
