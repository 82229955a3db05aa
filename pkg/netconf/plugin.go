package netconf

import (
	"slices"
	"strings"
)

// AnyType is the "type" of a retired plugin of microsoft/SDN that served every type of network
// (docs/migration.md). The content of the configuration decides which plugin serves it.
const AnyType = "wincni"

// plugins are the values of "type" that each executable of this project serves, in lower case: its own name, the
// HCN type, and the names of the plugins that it replaces.
var plugins = []struct {
	name  string
	types []string
}{
	{"nat", []string{"nat"}},
	{"sdnbridge", []string{"sdnbridge", "l2bridge", "win-bridge"}},
	{"sdntunnel", []string{"sdntunnel", "l2tunnel"}},
	{"sdnoverlay", []string{"sdnoverlay", "overlay", "win-overlay"}},
	{"transparent", []string{"transparent"}},
}

// Types returns the values of "type" that an executable of this project serves, without AnyType. Without a name it
// returns those of all of them.
func Types(plugin string) []string {
	var all []string
	for _, p := range plugins {
		if plugin == "" || p.name == plugin {
			all = append(all, p.types...)
		}
	}
	return all
}

// TypeName returns a "type" as Types spells it: in lower case, without .exe.
func TypeName(confType string) string { return strings.TrimSuffix(strings.ToLower(confType), ".exe") }

// IsPlugin reports whether a type, in any case and with or without .exe, is served by this project's plugins.
func IsPlugin(name string) bool {
	t := TypeName(name)
	return t == AnyType || slices.Contains(Types(""), t)
}
