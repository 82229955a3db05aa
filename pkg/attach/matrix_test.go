package attach

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// The golden matrix: profile × families × IPAM kind × flags × HNS version. A case's name lists its options; cases that
// differ only in options without effect share a file, as testdata/matrix/index.txt shows.
var (
	matrixFamilies = map[string][]string{
		"ipv4": {"10.9.0.0/24"}, "ipv6": {"fd00:9::/64"}, "dual": {"10.9.0.0/24", "fd00:9::/64"},
	}
	matrixFlags = map[string]string{
		"plain":    ``,
		"ports":    `, "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}, "optionalFlags": {"localRoutedPortMapping": true, "allowAclPortMapping": true}`,
		"loopback": `, "loopbackDSR": true`,
		"gateway2": `, "optionalFlags": {"forceBridgeGateway": true}`,
		"policies": `, "policies": [{"name": "EndpointPolicy", "value": {"Type": "ACL", "Settings": {"Protocols": "6", "Action": "Allow", "Direction": "In", "Priority": 300}}}]`,
	}
	matrixVersions = []string{"9.2", "10.4", "11.10", "13.3", "16.0"}
)

func TestMatrix(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("750 nodes take minutes under Wine, and nothing here depends on the system")
	}
	outcomes := map[string]string{}
	for _, profile := range Profiles() {
		for family, subnets := range matrixFamilies {
			for _, ipam := range []string{"hns", "host-local"} {
				for flag, more := range matrixFlags {
					conf := matrixConf(profile, subnets, ipam, more)
					for _, version := range matrixVersions {
						name := strings.Join([]string{profile.Name, family, ipam, flag, "hns" + version}, "_")
						outcomes[name] = matrixOutcome(t, profile, conf, version)
					}
				}
			}
		}
	}
	golden.Matrix(t, filepath.Join("testdata", "matrix"), outcomes)
}

func matrixConf(profile Profile, subnets []string, ipam, more string) string {
	var ranges []string
	for _, s := range subnets {
		ranges = append(ranges, fmt.Sprintf(`[{"subnet": %q}]`, s))
	}
	section := `"ranges": [` + strings.Join(ranges, ", ") + `]`
	if ipam == "host-local" {
		section = `"type": "host-local", "dataDir": "DATADIR", ` + section
	}
	return fmt.Sprintf(`{"cniVersion": "1.1.0", "name": "net", "type": %q, "ipam": {%s}%s}`, profile.Name, section, more)
}

// matrixOutcome returns the outcome of ADD on a node with that HNS.
func matrixOutcome(t *testing.T, profile Profile, conf, version string) string {
	n := newNode(t, hcnemu.Settings{Seed: inOrder, HostProfile: fmt.Sprintf(`{"version": %q}`, version)})
	netns := n.namespace()
	if _, err := n.attacher(profile).Add(context.Background(), n.conf("ADD", netns, conf)); err != nil {
		return "refused: " + strings.ReplaceAll(err.Error(), "this node has "+version, "this node has VERSION") + "\n"
	}
	return n.dump()
}
