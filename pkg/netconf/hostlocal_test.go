package netconf

import (
	"encoding/json"
	"testing"

	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/allocator"
)

// TestHostLocalAgrees: whatever host-local itself rejects is already rejected here, in every variant of a full
// configuration.
func TestHostLocalAgrees(t *testing.T) {
	refused, taken := 0, 0
	variants(t, func(path string, data []byte) {
		var conf map[string]json.RawMessage
		if err := json.Unmarshal(data, &conf); err != nil {
			t.Fatal(err)
		}
		ipam, rest := conf["ipam"], conf["runtimeConfig"]
		if ipam == nil && rest == nil {
			return
		}
		if ipam == nil {
			conf["ipam"] = json.RawMessage(`{"type":"host-local","subnet":"10.9.0.0/16"}`)
		}
		conf["cniVersion"] = json.RawMessage(`"1.0.0"`)
		data, err := json.Marshal(conf)
		if err != nil {
			t.Fatal(err)
		}
		c, problems := Parse(Input{Verb: "ADD", Stdin: data})
		if len(problems) > 0 || c.IPAM.Type != hostLocal {
			refused++
			return
		}
		taken++
		if _, _, err := allocator.LoadIPAMConfig(data, ""); err != nil {
			t.Errorf("%s: host-local refuses %s: %v", path, data, err)
		}
	})
	t.Logf("%d variants taken, %d refused", taken, refused)
	if taken < 100 || refused < 100 {
		t.Errorf("%d variants taken, %d refused: too few to mean anything", taken, refused)
	}
}
