package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/containernetworking/cni/libcni"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
)

// loadList returns a configuration as a runtime sees it: a single one becomes a list of one.
func loadList(file string, text []byte) (*libcni.NetworkConfigList, error) {
	if filepath.Ext(file) == ".conflist" {
		return libcni.NetworkConfFromBytes(text)
	}
	var head struct{ CNIVersion, Name json.RawMessage }
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	list := map[string]any{"plugins": []json.RawMessage{text}}
	for key, value := range map[string]json.RawMessage{"cniVersion": head.CNIVersion, "name": head.Name} {
		if value != nil {
			list[key] = value
		}
	}
	whole, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return libcni.NetworkConfFromBytes(whole)
}

// ourPlugin is one call of a plugin of this project that a configuration makes.
type ourPlugin struct {
	profile attach.Profile
	exe     string // the executable that the configuration names: the profile's, or an alias such as win-bridge
	network string
	conf    []byte // its stdin, without what the runtime adds for an attachment
	flannel bool   // the flannel plugin calls it, and flanneld makes the network
}

// ourPlugins returns the calls that a configuration file makes.
func ourPlugins(file string, text []byte) ([]ourPlugin, error) {
	list, err := loadList(file, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var all []ourPlugin
	for _, p := range list.Plugins {
		given := map[string]any{"name": list.Name, "cniVersion": list.CNIVersion}
		flannel := p.Network.Type == "flannel"
		if flannel {
			if p, err = delegateOf(p); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
		profile, err := attach.ProfileFor(p.Network.Type)
		if err != nil {
			continue // another project's
		}
		if p, err = libcni.InjectConf(p, given); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, ourPlugin{profile: profile, exe: exeName(p.Network.Type), network: list.Name, conf: p.Bytes, flannel: flannel})
	}
	return all, nil
}

// delegateOf returns the configuration of flannel's delegate, without the subnet that flannel adds.
func delegateOf(p *libcni.PluginConfig) (*libcni.PluginConfig, error) {
	var c struct{ Delegate map[string]any }
	if err := json.Unmarshal(p.Bytes, &c); err != nil {
		return nil, err
	}
	if c.Delegate == nil {
		c.Delegate = map[string]any{}
	}
	if c.Delegate["type"] == nil {
		c.Delegate["type"] = "win-bridge"
	}
	text, err := json.Marshal(c.Delegate)
	if err != nil {
		return nil, err
	}
	return libcni.NetworkPluginConfFromBytes(text)
}
