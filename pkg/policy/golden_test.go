package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// matrixCase is one cell of the golden matrix.
type matrixCase struct {
	executable string
	families   string // v4, v6 or dual
	options    map[string]bool
}

var (
	matrixFamilies = map[string]hcnspec.Families{"v4": hcnspec.IPv4, "v6": hcnspec.IPv6, "dual": hcnspec.DualStack}
	matrixOptions  = []string{"ports", "localrouted", "acl", "masq", "dsr"}
)

// TestMatrix compiles every profile with every combination of options for every family, and compares whole documents
// with testdata/golden. The file's name lists the options; those without effect are left out of the name, so cases that
// have to be equal share a file.
func TestMatrix(t *testing.T) {
	expected := map[string]bool{}
	cases := 0
	for _, executable := range slices.Sorted(maps.Keys(networkTypes)) {
		for _, families := range slices.Sorted(maps.Keys(matrixFamilies)) {
			for bits := range 1 << len(matrixOptions) {
				c := matrixCase{executable, families, optionsOf(bits)}
				if !c.possible() {
					continue
				}
				cases++
				expected[c.file()] = true
				golden.Compare(t, c.file(), c.documents(t))
			}
		}
	}
	files, _ := filepath.Glob("testdata/golden/*")
	for _, file := range files {
		if !expected[file] {
			t.Errorf("%s belongs to no case", file)
		}
	}
	t.Logf("%d cases, %d files", cases, len(expected))
}

func optionsOf(bits int) map[string]bool {
	options := map[string]bool{}
	for i, name := range matrixOptions {
		options[name] = bits>>i&1 == 1
	}
	return options
}

// possible excludes what Compile rejects: NAT over IPv6, and published ports on a Transparent network.
func (c matrixCase) possible() bool {
	return !(c.executable == "nat" && c.families != "v4") && !(c.executable == "transparent" && c.options["ports"])
}

// matters reports whether an option may change the documents.
func (c matrixCase) matters(option string) bool {
	network := networkTypes[c.executable]
	switch option {
	case "acl":
		return c.options["ports"]
	case "localrouted": // L2Bridge and L2Tunnel always have it
		return c.options["ports"] && network != hcnspec.L2Bridge && network != hcnspec.L2Tunnel
	case "masq": // neither translates pods' addresses by policy
		return network != hcnspec.NAT && network != hcnspec.Transparent
	}
	return true
}

func (c matrixCase) file() string {
	parts := []string{c.executable, c.families}
	for _, option := range matrixOptions {
		if c.options[option] && c.matters(option) {
			parts = append(parts, option)
		}
	}
	return filepath.Join("testdata", "golden", strings.Join(parts, "_")+".txt")
}

// conf has policies of both families, whatever the endpoint has: those of the other family must not be in the result.
func (c matrixCase) conf(t *testing.T) []byte {
	policies := []any{
		policyEntry("EndpointPolicy", "OutBoundNAT", `{"ExceptionList": ["10.96.0.0/12", "fd00:96::/108"]}`),
		policyEntry("EndpointPolicy", "SDNRoute", `{"DestinationPrefix": "10.96.0.0/12", "NeedEncap": true}`),
		policyEntry("EndpointPolicy", "ACL", `{"Action": "Block", "Direction": "In", "Priority": 1000}`),
		policyEntry("EndpointPolicy", "SDNRoute", `{"DestinationPrefix": "fd00:96::/108", "NeedEncap": true}`),
		policyEntry("EndpointPolicy", "OutBoundNAT", `{"Exceptions": ["10.0.0.0/24"]}`),
		policyEntry("LoadBalancerPolicy", "LoadBalancer",
			`{"FrontendVIPs": ["10.96.0.10"], "PortMappings": [{"Protocol": 6, "InternalPort": 80, "ExternalPort": 80}]}`),
	}
	fields := map[string]any{
		"AdditionalArgs": policies,
		"ipam":           map[string]any{"type": "host-local", "ranges": ranges("10.244.1.0/24", "fd00:244:1::/64")},
		"optionalFlags": map[string]any{
			"localRoutedPortMapping": c.options["localrouted"], "allowAclPortMapping": c.options["acl"],
			"loopbackDSR": c.options["dsr"], "enableDualStack": true,
		},
		"ipMasq": c.options["masq"],
	}
	if c.executable == "nat" {
		fields["ipam"] = map[string]any{"subnet": "10.244.1.0/24"}
	}
	if c.executable == "sdnoverlay" {
		fields["vsid"], fields["vxlanPort"] = 4096, 4789
	}
	if c.options["ports"] {
		fields["capabilities"] = map[string]any{"portMappings": true}
		fields["runtimeConfig"] = map[string]any{"portMappings": []any{
			map[string]any{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"},
			map[string]any{"hostPort": 5353, "containerPort": 53, "protocol": "udp", "hostIP": "10.0.0.4"},
		}}
	}
	return confWith(t, c.executable, fields)
}

func policyEntry(kind, policyType, settings string) map[string]any {
	return map[string]any{"Name": kind, "Value": map[string]any{"Type": policyType, "Settings": json.RawMessage(settings)}}
}

func ranges(subnets ...string) [][]any {
	var sets [][]any
	for _, s := range subnets {
		sets = append(sets, []any{map[string]any{"subnet": s}})
	}
	return sets
}

// documents renders the result of the case, one document per line.
func (c matrixCase) documents(t *testing.T) string {
	t.Helper()
	set := compiled(t, c.conf(t))
	families := matrixFamilies[c.families]
	var pod []netip.Addr
	for _, a := range podAddresses {
		if families.Has(hcnspec.FamilyOf(a)) {
			pod = append(pod, a)
		}
	}
	var b strings.Builder
	lines := func(what string, policies []hcnspec.Policy) {
		for _, p := range policies {
			fmt.Fprintf(&b, "%-12s %-15s %s\n", what, p.Type, p.Settings)
		}
	}
	lines("network", set.Network())
	lines("subnet", set.SubnetAt(0))
	lines("endpoint", set.Endpoint(families))
	lines("loopback", set.Loopback(pod))
	for _, lb := range set.LoadBalancers() {
		raw, err := json.Marshal(lb)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "loadbalancer %s\n", raw)
	}
	return b.String()
}
