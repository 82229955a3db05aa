package policy

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// sourceMAC reads SourceMacAddress: the source MAC of the network's traffic that leaves the node.
func sourceMAC(s *settings) []rule {
	return s.made(hcnspec.SourceMacAddressSetting{SourceMacAddress: mac(s.Require("a MAC address", "SourceMacAddress"))})
}

// netAdapterName reads NetAdapterName: the adapter that the network's switch binds to, as master does.
func netAdapterName(s *settings) []rule {
	name, _ := s.Require("the name of an adapter", "NetworkAdapterName").Str()
	return s.made(hcnspec.NetAdapterNameSetting{NetworkAdapterName: name})
}

// vswitchExtension reads VSwitchExtension: an extension of the switch that is turned on or off.
func vswitchExtension(s *settings) []rule {
	return s.made(hcnspec.VSwitchExtensionSetting{
		ExtensionID: guid(s.Require("the GUID of the extension", "ExtensionID")),
		Enable:      s.truth("Enable"),
	})
}

// automaticDNS reads AutomaticDNS: HNS's own DNS proxy.
func automaticDNS(s *settings) []rule {
	return s.made(hcnspec.AutomaticDNSSetting{Enable: s.truth("Enable")})
}

// layerConstraint reads LayerConstraint: the switch layer that the network is bound to.
func layerConstraint(s *settings) []rule {
	return s.made(hcnspec.LayerConstraintSetting{LayerID: guid(s.Require("the GUID of the layer", "LayerId"))})
}
