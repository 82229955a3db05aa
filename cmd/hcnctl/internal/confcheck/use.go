package confcheck

import (
	"cmp"
	"encoding/json"
)

// Use is what one plugin of a configuration calls and keeps.
type Use struct {
	Network  string // the configuration's name
	Type     string // the executable
	IPAM     string // the IPAM plugin's executable, or ""
	DataDir  string // of host-local; "" is its default
	Delegate bool   // called by flannel
}

// used are the fields that name executables and directories.
type used struct {
	Name     string
	Type     string
	IPAM     struct{ Type, DataDir string }
	Delegate *used
	Plugins  []used
}

// Uses returns what the plugins of a configuration call, in order. A file that cannot be read as one uses
// nothing; File says what is wrong with it.
func Uses(text []byte) []Use {
	var u used
	if json.Unmarshal(text, &u) != nil {
		return nil
	}
	if u.Plugins == nil {
		u.Plugins = []used{u}
	}
	var all []Use
	for _, p := range u.Plugins {
		all = append(all, p.uses(cmp.Or(u.Name, p.Name))...)
	}
	return all
}

func (u used) uses(network string) []Use {
	if u.Type == "" {
		return nil
	}
	if u.Type != "flannel" {
		return []Use{{Network: network, Type: u.Type, IPAM: u.IPAM.Type, DataDir: u.IPAM.DataDir}}
	}
	d := used{}
	if u.Delegate != nil {
		d = *u.Delegate
	}
	return []Use{{Network: network, Type: u.Type}, {
		Network: cmp.Or(d.Name, network), Type: cmp.Or(d.Type, flannelDefault), Delegate: true,
		IPAM: cmp.Or(d.IPAM.Type, "host-local"), DataDir: d.IPAM.DataDir,
	}}
}
