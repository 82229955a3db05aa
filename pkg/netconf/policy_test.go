package netconf

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seenPolicy is the result of a Policy's methods.
type seenPolicy struct {
	Kind                               PolicyKind
	Type, Settings, Path, SettingsPath string
}

// TestParsePolicies: each form of an entry, and each list.
func TestParsePolicies(t *testing.T) {
	tests := []struct {
		name, fields string
		want         []seenPolicy
	}{
		{"v2", `"AdditionalArgs":[{"Name":"EndpointPolicy","Value":{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.0.0.0/8"]}}}]`,
			[]seenPolicy{{EndpointPolicy, "OutBoundNAT", `{"Exceptions":["10.0.0.0/8"]}`, "AdditionalArgs[0]", "AdditionalArgs[0].Value.Settings"}}},
		{"v1 flat, keys as written", `"AdditionalArgs":[{"Name":"EndpointPolicy","Value":{"ExceptionList" : [ 1 ],"Type":"OutBoundNAT","a\"b":null}}]`,
			[]seenPolicy{{EndpointPolicy, "OutBoundNAT", `{"ExceptionList":[ 1 ],"a\"b":null}`, "AdditionalArgs[0]", "AdditionalArgs[0].Value"}}},
		{"without settings", `"policies":[{"Name":"EndpointPolicy","Value":{"Type":"L2Driver"}}]`,
			[]seenPolicy{{EndpointPolicy, "L2Driver", "", "policies[0]", "policies[0].Value"}}},
		{"settings null", `"policies":[{"Name":"EndpointPolicy","Value":{"Type":"L2Driver","Settings":null}}]`,
			[]seenPolicy{{EndpointPolicy, "L2Driver", "", "policies[0]", "policies[0].Value"}}},
		{"lower case", `"policies":[{"name":"endpointpolicy","value":{"type":"ACL","settings":{}}}]`,
			[]seenPolicy{{EndpointPolicy, "ACL", `{}`, "policies[0]", "policies[0].value.settings"}}},
		{"bare", `"HcnPolicyArgs":[{"Type":"ACL","Settings":{"x":1}},{"type":"ROUTE","DestinationPrefix":"p"}]`,
			[]seenPolicy{
				{EndpointPolicy, "ACL", `{"x":1}`, "HcnPolicyArgs[0]", "HcnPolicyArgs[0].Settings"},
				{EndpointPolicy, "ROUTE", `{"DestinationPrefix":"p"}`, "HcnPolicyArgs[1]", "HcnPolicyArgs[1]"},
			}},
		{"a policy that has a name itself", `"policies":[{"Name":"EndpointPolicy","Value":{"Type":"PortName","Name":"p"}}]`,
			[]seenPolicy{{EndpointPolicy, "PortName", `{"Name":"p"}`, "policies[0]", "policies[0].Value"}}},
		{"bare with its own name", `"HcnPolicyArgs":[{"Type":"PortName","Name":"p"}]`,
			[]seenPolicy{{EndpointPolicy, "PortName", `{"Name":"p"}`, "HcnPolicyArgs[0]", "HcnPolicyArgs[0]"}}},
		{"the other kinds, nulls between", `"AdditionalArgs":[null,{"Name":"NETWORKPOLICY","Value":{"Type":"A"}},null,
			{"Name":"SubnetPolicy","Value":{"Type":"B"}},{"Name":"LoadBalancerPolicy","Value":{"Type":"C"}}]`,
			[]seenPolicy{
				{NetworkPolicy, "A", "", "AdditionalArgs[1]", "AdditionalArgs[1].Value"},
				{SubnetPolicy, "B", "", "AdditionalArgs[3]", "AdditionalArgs[3].Value"},
				{LoadBalancerPolicy, "C", "", "AdditionalArgs[4]", "AdditionalArgs[4].Value"},
			}},
		{"all lists in the document's order", `"hcnpolicyargs":[{"Type":"A"}],"Policies":[{"Type":"B"}],"additionalargs":[{"Type":"C"}]`,
			[]seenPolicy{
				{EndpointPolicy, "A", "", "hcnpolicyargs[0]", "hcnpolicyargs[0]"},
				{EndpointPolicy, "B", "", "Policies[0]", "Policies[0]"},
				{EndpointPolicy, "C", "", "additionalargs[0]", "additionalargs[0]"},
			}},
		{"empty lists", `"policies":[],"AdditionalArgs":null`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, problems := Parse(Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"nat",` + tt.fields + "}")})
			if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			var got []seenPolicy
			for _, p := range c.Policies {
				got = append(got, seenPolicy{p.Kind, p.Type, string(p.JSON()), p.Entry.Path(), p.From().Path()})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
