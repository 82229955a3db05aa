package policy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Settings decodes a policy's settings. Missing settings are equivalent to an empty object.
func Settings(p hcnspec.Policy, into any) error {
	if len(p.Settings) == 0 {
		return nil
	}
	if err := json.Unmarshal(p.Settings, into); err != nil {
		return refusal.With(hostnet.CodeInvalidPolicy, "settings of %s: %v", p.Type, err)
	}
	return nil
}

// Spell returns the policy types' own spelling of a type, which documents may write in any case
// (calico writes SDNROUTE: containerd#5729).
func Spell(t hcnspec.PolicyType, types []hcnspec.PolicyType) (hcnspec.PolicyType, bool) {
	for _, known := range types {
		if strings.EqualFold(string(known), string(t)) {
			return known, true
		}
	}
	return "", false
}

// Change applies a request to a list of policies. Update replaces all policies of the types in the request.
func Change(old, change []hcnspec.Policy, how hcnspec.RequestType) ([]hcnspec.Policy, error) {
	if len(change) == 0 {
		return nil, refusal.With(hostnet.CodeInvalidPolicy, "the request has no policies")
	}
	switch how {
	case hcnspec.RequestAdd:
		for _, p := range change {
			if slices.ContainsFunc(old, func(o hcnspec.Policy) bool { return samePolicy(o, p) }) {
				return nil, refusal.With(hostnet.CodePolicyAlreadyExists, "policy %s with these settings already exists", p.Type)
			}
		}
		return slices.Concat(old, change), nil
	case hcnspec.RequestUpdate:
		kept := slices.DeleteFunc(slices.Clone(old), func(o hcnspec.Policy) bool {
			return slices.ContainsFunc(change, func(p hcnspec.Policy) bool { return strings.EqualFold(string(o.Type), string(p.Type)) })
		})
		return slices.Concat(kept, change), nil
	case hcnspec.RequestRemove:
		return removePolicies(old, change)
	}
	return nil, refusal.With(hostnet.CodeRequestUnsupported, "policies take no request %q", how)
}

func removePolicies(old, remove []hcnspec.Policy) ([]hcnspec.Policy, error) {
	left := slices.Clone(old)
	for _, p := range remove {
		at := slices.IndexFunc(left, func(o hcnspec.Policy) bool { return samePolicy(o, p) })
		if at < 0 {
			return nil, refusal.With(hostnet.CodePolicyNotFound, "there is no policy %s with these settings", p.Type)
		}
		left = slices.Delete(left, at, at+1)
	}
	return left, nil
}

// samePolicy compares types without case and settings as JSON values.
func samePolicy(a, b hcnspec.Policy) bool {
	return strings.EqualFold(string(a.Type), string(b.Type)) && bytes.Equal(canonicalJSON(a.Settings), canonicalJSON(b.Settings))
}

// canonicalJSON sorts keys and removes spaces. Text that is not JSON is returned unchanged.
func canonicalJSON(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("{}")
	}
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return raw
	}
	canonical, err := json.Marshal(value)
	if err != nil {
		return raw
	}
	return canonical
}
