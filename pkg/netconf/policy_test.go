package netconf

import (
	"encoding/json"
	"testing"
)

// TestParsePolicies: each shape of an entry, and each list.
func TestParsePolicies(t *testing.T) {
	tests := []struct {
		name, fields string
		want         []Policy
	}{
		{"v2", `"AdditionalArgs":[{"Name":"EndpointPolicy","Value":{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.0.0.0/8"]}}}]`,
			[]Policy{{EndpointPolicy, "OutBoundNAT", json.RawMessage(`{"Exceptions":["10.0.0.0/8"]}`), "AdditionalArgs[0]", "AdditionalArgs[0].Value.Settings"}}},
		{"v1 flat, keys as written", `"AdditionalArgs":[{"Name":"EndpointPolicy","Value":{"ExceptionList" : [ 1 ],"Type":"OutBoundNAT","a\"b":null}}]`,
			[]Policy{{EndpointPolicy, "OutBoundNAT", json.RawMessage(`{"ExceptionList":[ 1 ],"a\"b":null}`), "AdditionalArgs[0]", "AdditionalArgs[0].Value"}}},
		{"without settings", `"policies":[{"Name":"EndpointPolicy","Value":{"Type":"L2Driver"}}]`,
			[]Policy{{EndpointPolicy, "L2Driver", nil, "policies[0]", "policies[0].Value"}}},
		{"settings null", `"policies":[{"Name":"EndpointPolicy","Value":{"Type":"L2Driver","Settings":null}}]`,
			[]Policy{{EndpointPolicy, "L2Driver", nil, "policies[0]", "policies[0].Value"}}},
		{"lower case", `"policies":[{"name":"endpointpolicy","value":{"type":"ACL","settings":{}}}]`,
			[]Policy{{EndpointPolicy, "ACL", json.RawMessage(`{}`), "policies[0]", "policies[0].value.settings"}}},
		{"bare", `"HcnPolicyArgs":[{"Type":"ACL","Settings":{"x":1}},{"type":"ROUTE","DestinationPrefix":"p"}]`,
			[]Policy{
				{EndpointPolicy, "ACL", json.RawMessage(`{"x":1}`), "HcnPolicyArgs[0]", "HcnPolicyArgs[0].Settings"},
				{EndpointPolicy, "ROUTE", json.RawMessage(`{"DestinationPrefix":"p"}`), "HcnPolicyArgs[1]", "HcnPolicyArgs[1]"},
			}},
		{"a policy that has a name itself", `"policies":[{"Name":"EndpointPolicy","Value":{"Type":"PortName","Name":"p"}}]`,
			[]Policy{{EndpointPolicy, "PortName", json.RawMessage(`{"Name":"p"}`), "policies[0]", "policies[0].Value"}}},
		{"bare with a name of its own", `"HcnPolicyArgs":[{"Type":"PortName","Name":"p"}]`,
			[]Policy{{EndpointPolicy, "PortName", json.RawMessage(`{"Name":"p"}`), "HcnPolicyArgs[0]", "HcnPolicyArgs[0]"}}},
		{"the other kinds, nulls between", `"AdditionalArgs":[null,{"Name":"NETWORKPOLICY","Value":{"Type":"A"}},null,
			{"Name":"SubnetPolicy","Value":{"Type":"B"}},{"Name":"LoadBalancerPolicy","Value":{"Type":"C"}}]`,
			[]Policy{
				{NetworkPolicy, "A", nil, "AdditionalArgs[1]", "AdditionalArgs[1].Value"},
				{SubnetPolicy, "B", nil, "AdditionalArgs[3]", "AdditionalArgs[3].Value"},
				{LoadBalancerPolicy, "C", nil, "AdditionalArgs[4]", "AdditionalArgs[4].Value"},
			}},
		{"all lists in the document's order", `"hcnpolicyargs":[{"Type":"A"}],"Policies":[{"Type":"B"}],"additionalargs":[{"Type":"C"}]`,
			[]Policy{
				{EndpointPolicy, "A", nil, "hcnpolicyargs[0]", "hcnpolicyargs[0]"},
				{EndpointPolicy, "B", nil, "Policies[0]", "Policies[0]"},
				{EndpointPolicy, "C", nil, "additionalargs[0]", "additionalargs[0]"},
			}},
		{"empty lists", `"policies":[],"AdditionalArgs":null`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkFields(t, tt.fields, func(c *Config) { c.Policies = tt.want })
		})
	}
}
