// Package conffile reads CNI configuration files as runtimes do: the plugins that they call, and the stdin of each. It
// is the only package that knows lists, and how the flannel plugin completes its delegate.
package conffile

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// Call is one plugin call of a configuration.
type Call struct {
	Network  string // the configuration's name
	Type     string // the executable, as written
	Stdin    []byte // without the runtime's additions for an attachment
	Path     string // where the plugin's fields are in the file: "", "plugins[0]." or "plugins[0].delegate."
	Position int    // in the list, from 0
	// Delegate reports whether the flannel plugin makes the call, on a network that flanneld creates. Stdin then lacks
	// the ipam section, which depends on the lease: see WithLease.
	Delegate bool
	IPAM     string // the IPAM plugin's executable, or ""
	DataDir  string // of host-local; "" is its default
}

// IsFlannel reports whether it is the flannel plugin, which only calls another one.
func (c Call) IsFlannel() bool { return c.Type == flannel }

// ListExtension is that of the files that runtimes read as lists.
const ListExtension = ".conflist"

// Read returns the calls of a file, in their order; a delegate's follows flannel's own. The file's name determines
// whether it is a list. It returns the calls that it can read even if there are problems.
func Read(name string, text []byte) ([]Call, confdoc.Findings) {
	var file map[string]json.RawMessage
	if err := json.Unmarshal(text, &file); err != nil || file == nil {
		return nil, confdoc.Findings{{Path: "", Message: "not a JSON object"}}
	}
	isList := filepath.Ext(name) == ListExtension
	if !isList {
		if file["plugins"] != nil {
			return nil, confdoc.Findings{{Path: "plugins", Message: "is a list of plugins: runtimes read it only from a file named " + ListExtension}}
		}
		made, problems := calls(file, "", 0)
		if len(made) == 1 {
			made[0].Stdin = text // with a plugin's possible messages about duplicate keys
		}
		return made, problems
	}
	var plugins []json.RawMessage
	if err := json.Unmarshal(file["plugins"], &plugins); file["plugins"] != nil && err != nil {
		return nil, confdoc.Findings{{Path: "plugins", Message: "want a list of plugins"}}
	}
	if len(plugins) == 0 {
		return nil, confdoc.Findings{{Path: "plugins", Message: "is missing or empty: a .conflist needs at least one plugin; a single configuration belongs in a .conf"}}
	}
	var all []Call
	var problems confdoc.Findings
	for i, text := range plugins {
		place := fmt.Sprintf("plugins[%d]", i)
		fields, err := inList(text, file)
		if err != nil {
			problems = append(problems, confdoc.Finding{Path: place, Message: err.Error()})
			continue
		}
		made, more := calls(fields, place+".", i)
		all, problems = append(all, made...), append(problems, more...)
	}
	return all, problems
}

// inList returns a plugin's fields as libcni passes them: with the list's name and version.
func inList(text json.RawMessage, list map[string]json.RawMessage) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("want an object")
	}
	for _, key := range []string{"name", "cniVersion"} {
		delete(fields, key)
		if list[key] != nil {
			fields[key] = list[key]
		}
	}
	return fields, nil
}

// calls returns the call of one plugin, and for flannel also that of its delegate.
func calls(fields map[string]json.RawMessage, path string, position int) ([]Call, confdoc.Findings) {
	call, err := callOf(fields, path, position)
	if err != nil {
		return nil, confdoc.Findings{{Path: strings.TrimSuffix(path, "."), Message: err.Error()}}
	}
	if !call.IsFlannel() {
		return []Call{call}, nil
	}
	delegate, problem := delegateOf(fields, path)
	if problem != nil {
		return []Call{call}, confdoc.Findings{*problem}
	}
	made, err := callOf(delegate, path+"delegate.", position)
	if err != nil {
		return []Call{call}, confdoc.Findings{{Path: path + "delegate", Message: err.Error()}}
	}
	made.Delegate, made.IPAM = true, "host-local"
	return []Call{call, made}, nil
}

// callOf reads the fields with names; the plugin itself reports errors in the others.
func callOf(fields map[string]json.RawMessage, path string, position int) (Call, error) {
	stdin, err := json.Marshal(fields)
	var ipam map[string]json.RawMessage
	_ = json.Unmarshal(field(fields, "ipam"), &ipam) // a value that is not an object names no plugin
	return Call{
		Network: text(field(fields, "name")), Type: text(field(fields, "type")),
		IPAM: text(field(ipam, "type")), DataDir: text(field(ipam, "dataDir")),
		Path: path, Position: position, Stdin: stdin,
	}, err
}
