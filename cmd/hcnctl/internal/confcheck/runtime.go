package confcheck

import "github.com/Microsoft/windows-container-networking/pkg/hcnspec"

// capabilities warns of what the runtime keeps to itself because the configuration does not ask for it.
// Transparent pods are on the wire themselves and publish nothing.
func (c *checker) capabilities(have map[string]any, prefix string, network hcnspec.NetworkType) {
	path := prefix + "capabilities"
	if have["portMappings"] != true && network != hcnspec.Transparent {
		c.add(Warning, path, `portMappings is not true: the runtime does not pass published ports on, and they are lost without a word`)
	}
	if have["dns"] != true {
		c.add(Warning, path, `dns is not true: the runtime does not pass the pod's DNS on`)
	}
}
