package policy

import (
	"math"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// firstPortACL is the priority of the first ACL for a published port. The next ones follow, skipping the priorities of
// the configuration's ACLs.
const firstPortACL = 1000

// portACLs creates one ACL for each published container port, however many ports of the node lead to it: an ACL without
// addresses applies to both families.
type portACLs struct {
	c     *compiler
	ports []allowedPort
	at    map[allowedPort]int // index in ports, by protocol and port alone
}

type allowedPort struct {
	protocol uint32
	port     uint16
	family   hcnspec.Families
	path     string
}

func (a *portACLs) add(m netconf.PortMapping, p published) {
	if !a.c.cfg.Flags.AllowACLPortMapping {
		return
	}
	key := allowedPort{protocol: m.Protocol, port: m.ContainerPort}
	i, known := a.at[key]
	switch {
	case !known:
		a.at[key] = len(a.ports)
		a.ports = append(a.ports, allowedPort{m.Protocol, m.ContainerPort, p.family, p.path})
	case a.ports[i].family != p.family:
		a.ports[i].family = anyFamily
	}
}

// rules gives every ACL a unique priority.
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
			a.c.fail(p.path, "no free ACL priority is left for it")
			return nil
		}
		rules = append(rules, rule{Policy: portACL(p.protocol, p.port, uint16(next)), family: p.family})
		next++
	}
	return rules
}
