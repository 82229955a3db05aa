package confcheck

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
)

// flannelDefault is the delegate that the flannel plugin takes where the configuration names none.
const flannelDefault = "win-bridge"

// exampleLease stands for the subnet that flanneld writes into its subnet.env.
const exampleLease = `{"type":"host-local","subnet":"10.244.0.0/24"}`

// flannel checks the configuration that the flannel plugin would hand to the delegate, as
// github.com/flannel-io/cni-plugin makes it.
func (c *checker) flannel(text, delegate []byte, prefix string) {
	fields := map[string]json.RawMessage{}
	if delegate != nil {
		if err := json.Unmarshal(delegate, &fields); err != nil {
			c.add(Error, prefix+"delegate", "want an object")
			return
		}
	}
	var outer struct{ Name, CNIVersion json.RawMessage }
	if err := json.Unmarshal(text, &outer); err != nil {
		c.add(Error, strings.TrimSuffix(prefix, "."), err.Error())
		return
	}
	for key, value := range map[string]json.RawMessage{"name": outer.Name, "cniVersion": outer.CNIVersion,
		"type": json.RawMessage(`"` + flannelDefault + `"`), "ipam": json.RawMessage(exampleLease)} {
		if _, given := fields[key]; !given && value != nil {
			fields[key] = value
		}
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		c.add(Error, prefix+"delegate", err.Error())
		return
	}
	var head struct{ Type string }
	if err := json.Unmarshal(whole, &head); err != nil {
		c.add(Error, prefix+"delegate.type", "want the name of a plugin")
		return
	}
	profile, err := attach.ProfileFor(head.Type)
	if err != nil {
		c.foreign(head.Type, prefix+"delegate.", true, err)
		return
	}
	conf, good := c.parse(whole, prefix+"delegate.")
	c.forProfile(conf, profile, prefix+"delegate.", good)
}
