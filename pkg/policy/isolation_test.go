package policy

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// TestIsolationRanges: a field and a policy for the same setting accept the same numbers, which are HNS's.
func TestIsolationRanges(t *testing.T) {
	for _, kind := range []struct {
		field, policy, executable string
		low, high                 int
	}{
		{"vsid", "VSID", "sdnoverlay", hcnspec.MinVSID, hcnspec.MaxVSID},
		{"vlan", "VLAN", "sdnbridge", hcnspec.MinVLAN, hcnspec.MaxVLAN},
	} {
		for _, id := range []int{0, 1, 100, kind.low - 1, kind.low, kind.high, kind.high + 1, 1 << 24} {
			want := id >= kind.low && id <= kind.high
			entry := json.RawMessage(fmt.Sprintf(`{"Name":"SubnetPolicy","Value":{"Type":%q,"Settings":{"IsolationId":%d}}}`, kind.policy, id))
			for _, fields := range []map[string]any{{kind.field: id}, {"AdditionalArgs": []any{entry}}} {
				cfg, problems := parse(confWith(t, kind.executable, fields))
				_, more := Compile(cfg, networkTypes[cfg.Type])
				if got := len(problems)+len(more) == 0; got != want {
					t.Errorf("%v: taken %t, want %t (%v %v)", fields, got, want, problems, more)
				}
			}
		}
	}
}
