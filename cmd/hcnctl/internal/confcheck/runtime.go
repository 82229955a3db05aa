package confcheck

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
)

// capabilities warns of data that the runtime does not pass because the configuration lacks the capability. Transparent
// pods are on the LAN themselves and publish nothing. The needs of other plugins are unknown.
func (c *checker) capabilities(call conffile.Call) {
	profile, err := attach.ProfileFor(call.Type)
	if err != nil && call.Type != "" && !call.IsFlannel() {
		return
	}
	var have struct{ Capabilities map[string]any }
	path := strings.TrimPrefix(call.Path+"capabilities", ".")
	if err := json.Unmarshal(call.Stdin, &have); err != nil {
		if call.IsFlannel() { // this project's plugins report it themselves
			c.add(Error, path, "want an object: otherwise runtimes reject the whole file")
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(have.Capabilities)) {
		if _, ok := have.Capabilities[name].(bool); !ok && call.IsFlannel() {
			c.add(Error, path+"."+name, "want true or false: otherwise runtimes reject the whole file")
		}
	}
	if have.Capabilities["portMappings"] != true && profile.Name != attach.Transparent.Name {
		c.add(Warning, path, "portMappings is not true: the runtime ignores published ports without an error")
	}
	if have.Capabilities["dns"] != true {
		c.add(Warning, path, "dns is not true: the runtime does not pass on the pod's DNS settings")
	}
}
