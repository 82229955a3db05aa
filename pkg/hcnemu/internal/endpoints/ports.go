package endpoints

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// TakePorts gives mappings without an external port one of the dynamic range, and rejects ports that are taken: by
// another endpoint, by another mapping of this one, or by a program of the node.
func (t Rules) TakePorts(_ *objects.Network, e *objects.Endpoint) error {
	if e.Remote() {
		return nil
	}
	var mine []policy.Port
	for i := range e.Policies {
		var s hcnspec.PortMappingSetting
		if e.Policies[i].Type != hcnspec.PortMapping {
			continue
		}
		if err := policy.Settings(e.Policies[i], &s); err != nil {
			return err
		}
		if s.ExternalPort == 0 {
			if err := t.chooseExternalPort(&s, e.ID, mine); err != nil {
				return err
			}
			e.Policies[i] = hcnspec.NewPolicy(hcnspec.PortMapping, s)
		}
		p := policy.Published(s)
		if t.Profile.BusyPorts[p.Port] {
			return refusal.With(hostnet.CodeSharingViolation, "a program of the node has port %d", p.Number)
		}
		if holder := t.portHolder(p, e.ID, mine); holder != "" {
			return refusal.With(hostnet.CodePortAlreadyExists, "port %d of protocol %d is endpoint %s's", p.Number, p.Protocol, holder)
		}
		mine = append(mine, p)
	}
	return nil
}

// portHolder returns the endpoint whose port conflicts with the one that the endpoint with the ID requests, or "".
func (t Rules) portHolder(p policy.Port, id string, mine []policy.Port) string {
	for _, other := range mine {
		if other.Prefix() == p.Prefix() && (other.Vip == p.Vip || other.Vip == "" || p.Vip == "") {
			return id
		}
	}
	prefixes := []string{p.Prefix()}
	if p.Vip != "" {
		prefixes = []string{p.Prefix() + "/", p.Prefix() + p.Vip + "/"}
	}
	for _, prefix := range prefixes {
		for _, holder := range t.FindAll(prefix) {
			if holder != id {
				return holder
			}
		}
	}
	return ""
}

// The dynamic ports of Windows.
const firstDynamicPort, lastDynamicPort = 49152, 65535

func (t Rules) chooseExternalPort(s *hcnspec.PortMappingSetting, id string, mine []policy.Port) error {
	for port := firstDynamicPort; port <= lastDynamicPort; port++ {
		s.ExternalPort = uint16(port)
		p := policy.Published(*s)
		if !t.Profile.BusyPorts[p.Port] && t.portHolder(p, id, mine) == "" {
			return nil
		}
	}
	return refusal.With(hostnet.CodePortAlreadyExists, "every dynamic port is taken")
}
