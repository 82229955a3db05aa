package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/containernetworking/cni/libcni"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// loadList returns a configuration as a runtime sees it: a single one becomes a list of one.
func loadList(file string, text []byte) (*libcni.NetworkConfigList, error) {
	if filepath.Ext(file) == conffile.ListExtension {
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

// ourPlugin is a configuration's call of one of this project's plugins.
type ourPlugin struct {
	conffile.Call
	profile attach.Profile
	exe     string // the executable that the configuration names: the profile's, or an alias such as win-bridge
}

// ourPlugins returns a configuration file's calls of this project's plugins.
func ourPlugins(file string, text []byte) ([]ourPlugin, error) {
	calls, problems := conffile.Read(file, text)
	var errs []error
	for _, p := range problems {
		errs = append(errs, fmt.Errorf("%s: %w", file, p))
	}
	var all []ourPlugin
	for _, call := range calls {
		conf, _ := netconf.Parse(netconf.Input{Verb: "STATUS", Stdin: call.Stdin}) // problems are for the command
		if profile, err := attach.ProfileOf(conf); err == nil {                    // another project's otherwise
			all = append(all, ourPlugin{call, profile, exeName(call.Type)})
		}
	}
	return all, errors.Join(errs...)
}
