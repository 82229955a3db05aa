package netconf

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// fullDocument has every field that the parser reads. Its policies are of unknown types: pkg/policy validates the
// settings of known ones.
const fullDocument = `{
  "cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "master": "Ethernet", "createNetwork": true,
  "vlan": 7, "vsid": [4096, 4097], "vxlanPort": 4789, "endpointMacPrefix": "0E-2A", "apiVersion": 2,
  "ipMasq": true, "ipMasqNetwork": "10.244.0.0/16", "hnsTimeoutSeconds": 30, "loopbackDSR": true,
  "logFile": "C:\\k\\cni.log", "logLevel": "Debug",
  "windowsSettings": {"enableLoopbackDSR": true, "hnsTimeoutDurationInSeconds": 120},
  "ipam": {
    "type": "host-local", "inProcess": true, "subnet": "10.4.0.0/16", "gateway": "10.4.0.1",
    "rangeStart": "10.4.0.5", "rangeEnd": "10.4.0.9",
    "ranges": [[{"subnet": "fd00::/64", "gateway": "fd00::1", "rangeStart": "fd00::5", "rangeEnd": "fd00::9"}]],
    "routes": [{"Dst": "0.0.0.0/0", "GW": "10.4.0.1"}, {"dst": "10.0.0.0/8"}, {"dst": "::/0", "gateway": "fd00::1"}]
  },
  "dns": {"Nameservers": ["10.0.0.10"], "domain": "a.example", "Search": ["a.example"], "options": ["ndots:5"]},
  "additionalRoutes": [{"GW": "fd00::1", "Dst": "::/0"}],
  "optionalFlags": {
    "localRoutedPortMapping": true, "allowAclPortMapping": true, "forceBridgeGateway": true, "enableDualStack": true,
    "loopbackDSR": true, "gatewayFromAdditionalRoutes": true, "collapseNatExceptions": true
  },
  "capabilities": {"portMappings": true, "dns": true, "bandwidth": true, "ips": true, "mac": true, "ipRanges": true},
  "AdditionalArgs": [
    {"Name": "EndpointPolicy", "Value": {"Type": "Custom", "Settings": {"Exceptions": []}}},
    {"name": "networkpolicy", "value": {"Type": "Custom", "Port": 4790}}
  ],
  "policies": [{"Name": "SubnetPolicy", "Value": {"Type": "Custom", "Settings": {"IsolationId": 7}}}],
  "HcnPolicyArgs": [{"Type": "Custom", "Settings": {}}],
  "runtimeConfig": {
    "portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "TCP", "hostIP": "0.0.0.0"}],
    "dns": {"servers": ["10.0.0.10"], "searches": ["b.example"], "options": []},
    "bandwidth": {"ingressRate": 1, "ingressBurst": 2, "egressRate": 3, "egressBurst": 4},
    "ips": ["10.4.0.7", "fd00::7/64"], "mac": "0e:2a:00:00:00:07",
    "ipRanges": [[{"subnet": "10.5.0.0/16"}]]
  },
  "args": {"cni": {"ips": ["10.4.0.8/16"], "mac": "0e2a.0000.0008"}},
  "prevResult": {"cniVersion": "1.1.0"},
  "cni.dev/valid-attachments": [{"containerID": "a", "ifname": "eth0"}]
}`

// replacements replace every value of fullDocument, one after the other; those for numbers and texts replace only such
// values.
var (
	replacements = []any{
		nil, "", "x", 7, true, false, []any{}, []any{nil}, []any{7}, []any{map[string]any{}}, []any{[]any{}}, map[string]any{},
	}
	numberReplacements = []any{"7", 0, 1, -1, 1.5, 601, 4094, 4095, 4096, 65535, 65536, 16777214, 16777215}
	textReplacements   = []any{
		"7", "0.0.0.0", "10.4.0.1", "010.4.0.1", "10.4.0.1/16", "10.4.0.0/33", "fd00::1", "fd00::/64", "fd00::/129", "::", "::1",
		"::/0", "ff02::1", "127.0.0.1", "fe80::1%1", "C:\\", "C:\\k", "//server/x", "%TEMP%\\x", "sctp", "WARN", "a policy", "..",
		"host-local", "0f:2a:00:00:00:01", "00-00-00-00-00-00", "0E:2A",
	}
)

// TestSchemaAgreesWithParser replaces each value of a full document with every other one: schema and parser reject the
// same documents, except for rules that compare two values.
func TestSchemaAgreesWithParser(t *testing.T) {
	schema := compileSchema(t)
	taken, refused := 0, 0
	variants(t, func(path string, data []byte) {
		_, problems := Parse(Input{Verb: "ADD", Stdin: data})
		err := schemaRefuses(schema, data)
		if len(problems) == 0 {
			taken++
		} else {
			refused++
		}
		if len(problems) == 0 && err != nil {
			t.Errorf("%s: only the schema refuses %s: %v", path, data, err)
		}
		if err == nil && !slices.ContainsFunc(problems, compares) && len(problems) > 0 {
			t.Errorf("%s: only the parser refuses: %v", path, problems)
		}
	})
	t.Logf("%d variants taken, %d refused", taken, refused)
}

// compares reports whether a problem concerns two values together, which no schema can express.
func compares(p confdoc.Finding) bool {
	for _, text := range []string{"outside of the subnet", "already", "cannot serve", "host-local", "overlaps", "empty set of ranges", "before its start"} {
		if strings.Contains(p.Message, text) {
			return true
		}
	}
	return false
}

// variants calls f with documents that have one field of fullDocument each, with one value replaced.
func variants(t *testing.T, f func(path string, data []byte)) {
	t.Helper()
	var full map[string]any
	if err := json.Unmarshal([]byte(fullDocument), &full); err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(full)) {
		document := map[string]any{"name": "podnet", "type": "sdnbridge", key: full[key]}
		write := func(path string) {
			data, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			f(path, data)
		}
		visit(key, full[key], func(v any) { document[key] = v }, write)
	}
}

// visit replaces v and then everything in v with each replacement, and calls write each time.
func visit(path string, v any, set func(any), write func(path string)) {
	others := replacements
	switch v.(type) {
	case string:
		others = slices.Concat(replacements, textReplacements)
	case float64:
		others = slices.Concat(replacements, numberReplacements)
	}
	for _, other := range others {
		set(other)
		write(path)
	}
	set(v)
	switch v := v.(type) {
	case []any:
		for i := range v {
			visit(path+"[]", v[i], func(x any) { v[i] = x }, write)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			visit(confdoc.Join(path, key), v[key], func(x any) { v[key] = x }, write)
		}
	}
}
