package policy

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// checkACL checks a rule of an ACL or NetworkACL policy.
func (t Rules) checkACL(p hcnspec.Policy) error {
	var s hcnspec.ACLSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	switch {
	case !oneOf(string(s.Action), string(hcnspec.ACLAllow), string(hcnspec.ACLBlock), string(hcnspec.ACLPass)):
		return refusal.With(hostnet.CodeInvalidPolicy, "%s: no action is called %q", p.Type, s.Action)
	case !oneOf(string(s.Direction), string(hcnspec.ACLIn), string(hcnspec.ACLOut)):
		return refusal.With(hostnet.CodeInvalidPolicy, "%s: no direction is called %q", p.Type, s.Direction)
	case s.RuleType != "" && !oneOf(string(s.RuleType), string(hcnspec.ACLHost), string(hcnspec.ACLSwitch)):
		return refusal.With(hostnet.CodeInvalidPolicy, "%s: no rule type is called %q", p.Type, s.RuleType)
	}
	return t.checkTuple(p.Type, tuple{s.Protocols, s.LocalAddresses, s.RemoteAddresses, s.LocalPorts, s.RemotePorts})
}

func (t Rules) checkTierACL(p hcnspec.Policy) error {
	var s hcnspec.TierACLSetting
	if err := Settings(p, &s); err != nil {
		return err
	}
	if s.Name == "" || !oneOf(string(s.Direction), string(hcnspec.ACLIn), string(hcnspec.ACLOut)) {
		return refusal.With(hostnet.CodeInvalidPolicy, "TierAcl needs a name and a direction")
	}
	for _, r := range s.TierAclRules {
		if !oneOf(string(r.TierAclRuleAction), string(hcnspec.ACLAllow), string(hcnspec.ACLBlock), string(hcnspec.ACLPass)) {
			return refusal.With(hostnet.CodeInvalidPolicy, "TierAcl %s: no action is called %q", s.Name, r.TierAclRuleAction)
		}
		err := t.checkTuple(p.Type, tuple{r.Protocols, r.LocalAddresses, r.RemoteAddresses, r.LocalPorts, r.RemotePorts})
		if err != nil {
			return err
		}
	}
	return nil
}

// tuple holds the fields that a rule matches; each is a comma-separated list, empty for everything.
type tuple struct {
	protocols, localAddresses, remoteAddresses, localPorts, remotePorts string
}

func (t Rules) checkTuple(k hcnspec.PolicyType, m tuple) error {
	for _, number := range List(m.protocols) {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || n > 256 { // 256 is any protocol
			return refusal.With(hostnet.CodeInvalidPolicy, "%s: %q is no protocol number", k, number)
		}
		if n == 252 {
			if err := t.Need(hcnspec.FeatureACLProtocol252, hostnet.CodeInvalidPolicy); err != nil {
				return err
			}
		}
	}
	for _, addresses := range []string{m.localAddresses, m.remoteAddresses} {
		for _, a := range List(addresses) {
			if !ValidAddresses(a) && !hcnspec.FeatureSetPolicy.In(t.Version()) { // else it may name an IP set
				return refusal.With(hostnet.CodeInvalidPolicy, "%s: %q is no address or prefix", k, a)
			}
			if !ValidAddresses(a) && strings.ContainsAny(a, "/.: ") {
				return refusal.With(hostnet.CodeInvalidPolicy, "%s: %q is no address, prefix or IP set", k, a)
			}
		}
	}
	for _, ports := range []string{m.localPorts, m.remotePorts} {
		for _, p := range List(ports) {
			if !validPorts(p) {
				return refusal.With(hostnet.CodeInvalidPolicy, "%s: %q is no port or range", k, p)
			}
		}
	}
	return nil
}

// List splits a comma-separated list.
func List(s string) []string {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// ValidAddresses reports whether s is an address or a prefix.
func ValidAddresses(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	_, err := netip.ParsePrefix(s)
	return err == nil
}

// validPorts reports whether s is a port or a range of ports.
func validPorts(s string) bool {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	a, errA := strconv.ParseUint(from, 10, 16)
	b, errB := strconv.ParseUint(to, 10, 16)
	return errA == nil && errB == nil && a > 0 && a <= b
}

// oneOf ignores case, as HNS does in its enumerations.
func oneOf(s string, allowed ...string) bool {
	for _, a := range allowed {
		if strings.EqualFold(s, a) {
			return true
		}
	}
	return false
}
