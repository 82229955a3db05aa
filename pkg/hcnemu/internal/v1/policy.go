package v1

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/policy"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1Renames are the names that differ between schemas 1 and 2, by the policy's type in schema 2.
var v1Renames = map[hcnspec.PolicyType]struct {
	name   string            // the type in schema 1
	fields map[string]string // schema 1 to schema 2
}{
	hcnspec.PortMapping:     {"NAT", nil},
	hcnspec.SDNRoutePolicy:  {"ROUTE", nil},
	hcnspec.ProviderAddress: {"PA", map[string]string{"PA": "ProviderAddress"}},
	hcnspec.OutBoundNAT:     {"OutBoundNAT", map[string]string{"ExceptionList": "Exceptions", "VIP": "VirtualIP"}},
	hcnspec.L4Proxy:         {"PROXY", map[string]string{"ExceptionList": "Exceptions", "OutboundNat": "OutboundNAT"}},
	hcnspec.VLAN:            {"VLAN", map[string]string{"VLAN": "IsolationId"}},
	hcnspec.VSID:            {"VSID", map[string]string{"VSID": "IsolationId"}},
}

// policiesFromV1 converts flat policies into policies with settings.
func policiesFromV1(flat []json.RawMessage) ([]hcnspec.Policy, error) {
	var policies []hcnspec.Policy
	for _, raw := range flat {
		var fields map[string]any
		if err := json.Unmarshal(raw, &fields); err != nil {
			return nil, refusal.With(hostnet.CodeInvalidJSON, "policy: %v", err)
		}
		name, ok := fields["Type"].(string)
		if !ok {
			return nil, refusal.With(hostnet.CodeInvalidPolicy, "a policy without a type")
		}
		delete(fields, "Type")
		kind := hcnspec.PolicyType(name)
		for k, rename := range v1Renames {
			if strings.EqualFold(rename.name, name) {
				kind = k
				for old, current := range rename.fields {
					move(fields, old, current)
				}
			}
		}
		convertV1Values(kind, fields)
		settings, err := json.Marshal(fields)
		if err != nil {
			return nil, err
		}
		policies = append(policies, hcnspec.Policy{Type: kind, Settings: settings})
	}
	return policies, nil
}

func move(fields map[string]any, from, to string) {
	if value, there := fields[from]; there {
		delete(fields, from)
		fields[to] = value
	}
}

// convertV1Values converts values into the form of schema 2: protocols are numbers in mappings and lists of numbers in
// ACLs.
func convertV1Values(kind hcnspec.PolicyType, fields map[string]any) {
	switch kind {
	case hcnspec.PortMapping:
		switch s, _ := fields["Protocol"].(string); strings.ToLower(s) {
		case "tcp":
			fields["Protocol"] = node.TCP
		case "udp":
			fields["Protocol"] = node.UDP
		}
	case hcnspec.ACL:
		if n, ok := fields["Protocol"].(float64); ok {
			delete(fields, "Protocol")
			fields["Protocols"] = strconv.Itoa(int(n))
		}
	}
}

// policiesToV1 is the inverse of policiesFromV1, for documents that the older API returns.
func policiesToV1(policies []hcnspec.Policy) ([]json.RawMessage, error) {
	flat := []json.RawMessage{}
	for _, p := range policies {
		fields := map[string]any{}
		if err := policy.Settings(p, &fields); err != nil {
			return nil, err
		}
		name := string(p.Type)
		if rename, there := v1Renames[p.Type]; there {
			name = rename.name
			for old, current := range rename.fields {
				move(fields, current, old)
			}
		}
		fields["Type"] = name
		if p.Type == hcnspec.ACL {
			fields["Scope"] = 0 // ovn-kubernetes#580
		}
		raw, err := json.Marshal(fields)
		if err != nil {
			return nil, err
		}
		flat = append(flat, raw)
	}
	return flat, nil
}
