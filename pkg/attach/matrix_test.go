package attach

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// The golden matrix: profile × families × IPAM kind × flags × HNS version. The file's name spells the
// options; versions that do not matter share a file, which proves that they do not.
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
	dir := filepath.Join("testdata", "matrix")
	made := map[string]string{}
	cases := 0
	for _, profile := range Profiles() {
		for family, subnets := range matrixFamilies {
			for _, ipam := range []string{"hns", "host-local"} {
				for flag, more := range matrixFlags {
					conf := matrixConf(profile, subnets, ipam, more)
					name := strings.Join([]string{profile.Name, family, ipam, flag}, "_")
					for outcome, versions := range matrixOutcomes(t, profile, conf) {
						cases += len(versions)
						made[fmt.Sprintf("%s_hns-%s.golden", name, spelled(versions))] = outcome
					}
				}
			}
		}
	}
	t.Logf("golden matrix: %d cases in %d files", cases, len(made))
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	for name, outcome := range made {
		golden(t, filepath.Join("matrix", name), outcome, *update)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != len(made) {
		t.Errorf("%d golden files for %d outcomes (%v): run with -update", len(files), len(made), err)
	}
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

// matrixOutcomes returns what ADD comes to, and on which versions.
func matrixOutcomes(t *testing.T, profile Profile, conf string) map[string][]string {
	outcomes := map[string][]string{}
	for _, version := range matrixVersions {
		n := newNode(t, hcnemu.Settings{HostProfile: fmt.Sprintf(`{"version": %q}`, version)})
		netns := n.namespace()
		outcome := ""
		if _, err := n.attacher(profile).Add(context.Background(), n.conf("ADD", netns, conf)); err != nil {
			outcome = "refused: " + strings.ReplaceAll(err.Error(), "this node has "+version, "this node has VERSION") + "\n"
		} else {
			outcome = n.dump()
		}
		outcomes[outcome] = append(outcomes[outcome], version)
	}
	return outcomes
}

func spelled(versions []string) string {
	if slices.Equal(versions, matrixVersions) {
		return "any"
	}
	return strings.Join(versions, "+")
}
