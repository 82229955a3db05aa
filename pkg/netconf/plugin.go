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
	{"sdnbridge", []string{"sdnbridge", "l2bridge", winBridge}},
	{"sdntunnel", []string{"sdntunnel", "l2tunnel"}},
	{"sdnoverlay", []string{"sdnoverlay", "overlay", winOverlay}},
	{"transparent", []string{"transparent"}},
}

// The plugins of containernetworking/plugins, whose configurations keep their meaning.
const (
	winBridge  = "win-bridge"
	winOverlay = "win-overlay"
)

// OfWinBridge reports whether the configuration is for win-bridge. There the gateway of a pod with an IPAM plugin is the
// second address of the subnet, whatever IPAM says.
// https://github.com/containernetworking/plugins/blob/v1.9.1/plugins/main/windows/win-bridge/win-bridge_windows.go
func (c *Config) OfWinBridge() bool { return TypeName(c.Type) == winBridge }

// OfWinOverlay reports whether the configuration is for win-overlay. There the gateway is the network's, ipMasq means
// the network's subnet, and published ports are ignored.
// https://github.com/containernetworking/plugins/blob/v1.9.1/plugins/main/windows/win-overlay/win-overlay_windows.go
func (c *Config) OfWinOverlay() bool { return TypeName(c.Type) == winOverlay }

// OfContainerNetworking reports whether the configuration is for either of them. Neither creates a network, and neither
// adds the pod's namespace to a search domain.
func (c *Config) OfContainerNetworking() bool { return c.OfWinBridge() || c.OfWinOverlay() }

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
