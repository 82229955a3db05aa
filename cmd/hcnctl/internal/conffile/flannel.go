package conffile

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// How github.com/flannel-io/cni-plugin completes its delegate on Windows (flannel_windows.go): the delegate gets the
// outer name and version, an ipam section with the node's lease in place of its own, and flanneld's ipMasq and
// ipMasqNetwork, which are in no file.
const (
	flannel        = "flannel"
	defaultType    = `"win-bridge"`
	defaultVersion = `"0.2.0"`
)

// ExampleLease stands for the subnet that flanneld leases to the node and writes into its subnet.env.
const ExampleLease = "10.244.0.0/24"

// delegateOf returns the delegate's configuration without its addresses.
func delegateOf(outer map[string]json.RawMessage, path string) (map[string]json.RawMessage, *confdoc.Finding) {
	fields := map[string]json.RawMessage{}
	if given := field(outer, "delegate"); given != nil {
		if err := json.Unmarshal(given, &fields); err != nil {
			return nil, &confdoc.Finding{Path: path + "delegate", Message: "want an object"}
		}
	}
	if fields == nil { // "delegate": null
		fields = map[string]json.RawMessage{}
	}
	if fields["type"] == nil {
		fields["type"] = json.RawMessage(defaultType)
	}
	delete(fields, "ipam")
	delete(fields, "name")
	if name := field(outer, "name"); name != nil {
		fields["name"] = name
	}
	fields["cniVersion"] = json.RawMessage(defaultVersion)
	if version := field(outer, "cniVersion"); version != nil {
		fields["cniVersion"] = version
	}
	return fields, nil
}

// WithLease returns the stdin of a delegate whose node has leased the subnet, and the unchanged stdin of any other
// call.
func (c Call) WithLease(subnet string) []byte {
	var fields map[string]json.RawMessage
	if !c.Delegate || json.Unmarshal(c.Stdin, &fields) != nil {
		return c.Stdin
	}
	lease := map[string]string{"type": c.IPAM, "subnet": subnet}
	section, err := json.Marshal(lease)
	if err != nil {
		return c.Stdin
	}
	fields["ipam"] = section
	stdin, err := json.Marshal(fields)
	if err != nil {
		return c.Stdin
	}
	return stdin
}

// field returns the value of a key in any case, as encoding/json and therefore most plugins read it, or nil.
func field(fields map[string]json.RawMessage, key string) json.RawMessage {
	if value, ok := fields[key]; ok {
		return value
	}
	for _, have := range slices.Sorted(maps.Keys(fields)) {
		if strings.EqualFold(have, key) {
			return fields[have]
		}
	}
	return nil
}

// text returns a JSON string's value, or "" for anything else.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}
