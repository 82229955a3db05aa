package policy

import (
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// sourceMAC reads SourceMacAddress: the MAC that the network's traffic leaves the node with.
func sourceMAC(s *settings) []rule {
	v, ok := s.require("a MAC address", "SourceMacAddress")
	if !ok {
		return nil
	}
	mac, _ := v.mac()
	return s.made(hcnspec.SourceMacAddressSetting{SourceMacAddress: mac})
}

// netAdapterName reads NetAdapterName: the adapter that the network's switch binds to, as master does.
func netAdapterName(s *settings) []rule {
	v, ok := s.require("the name of an adapter", "NetworkAdapterName")
	if !ok {
		return nil
	}
	name, _ := v.text()
	return s.made(hcnspec.NetAdapterNameSetting{NetworkAdapterName: name})
}

// vswitchExtension reads VSwitchExtension: an extension of the switch that is turned on or off.
func vswitchExtension(s *settings) []rule {
	var out hcnspec.VSwitchExtensionSetting
	if v, ok := s.require("the GUID of the extension", "ExtensionID"); ok {
		out.ExtensionID, _ = v.guid()
	}
	if v, ok := s.find("Enable"); ok {
		out.Enable, _ = v.truth()
	}
	return s.made(out)
}

// automaticDNS reads AutomaticDNS: HNS's own DNS proxy.
func automaticDNS(s *settings) []rule {
	var out hcnspec.AutomaticDNSSetting
	if v, ok := s.find("Enable"); ok {
		out.Enable, _ = v.truth()
	}
	return s.made(out)
}

// layerConstraint reads LayerConstraint: the switch layer that the network is bound to.
func layerConstraint(s *settings) []rule {
	v, ok := s.require("the GUID of the layer", "LayerId")
	if !ok {
		return nil
	}
	id, _ := v.guid()
	return s.made(hcnspec.LayerConstraintSetting{LayerID: id})
}
