package endpoints

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// CheckEndpointPolicies checks every policy of an endpoint and changes its type to HNS's spelling.
func (t Rules) CheckEndpointPolicies(n *objects.Network, e *objects.Endpoint) error {
	for i := range e.Policies {
		p := &e.Policies[i]
		known, ok := policy.Spell(p.Type, policy.EndpointPolicies)
		if !ok {
			return refusal.With(hostnet.CodeInvalidPolicyType, "no endpoint policy is called %q", p.Type)
		}
		p.Type = known
		if err := policy.On(t.Tx).CheckPolicyFeature(known); err != nil {
			return err
		}
		if err := policy.On(t.Tx).CheckEndpointPolicy(n.Type, *p); err != nil {
			return err
		}
	}
	return nil
}

// JudgeHealth degrades an endpoint whose policies HNS accepted but could not program: invalid prefixes such as "<your
// service cidr>" (containerd#5729).
func (t Rules) JudgeHealth(_ *objects.Network, e *objects.Endpoint) error {
	e.Fault = 0
	for _, p := range e.Policies {
		var s struct {
			Exceptions, Destinations []string
			DestinationPrefix        string
		}
		if p.Type != hcnspec.OutBoundNAT && p.Type != hcnspec.SDNRoutePolicy {
			continue
		}
		if err := policy.Settings(p, &s); err != nil {
			return err
		}
		prefixes := append(s.Exceptions, s.Destinations...)
		if s.DestinationPrefix != "" {
			prefixes = append(prefixes, s.DestinationPrefix)
		}
		for _, prefix := range prefixes {
			if !policy.ValidAddresses(prefix) {
				e.Fault = hostnet.CodeInvalidPolicy
			}
		}
	}
	switch {
	case e.Fault != 0:
		e.State = hcnspec.StateDegraded
	case e.State == hcnspec.StateDegraded && e.Namespace != "":
		e.State = hcnspec.StateAttachedSharing
	case e.State == hcnspec.StateDegraded:
		e.State = hcnspec.StateCreated
	}
	return nil
}

// RejectOutside rejects exceptions of OutBoundNAT that are not in Settings.Exceptions, where this HNS does.
func (t Rules) RejectOutside() error {
	if !t.Version().AtLeast(policy.StrictExceptions) {
		return nil
	}
	return refusal.With(hostnet.CodeInvalidPolicy, "OutBoundNAT: the exceptions are not in Settings.Exceptions")
}
