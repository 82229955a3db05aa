package confcheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/policy"
)

// Against is the node that configurations are checked for. Both may be missing.
type Against struct {
	HNS  *hcnspec.Version // what policies may use
	Live *node.Node       // what configurations may disagree with
}

// File returns everything that is wrong with a .conf, .json or .conflist file.
func File(name string, text []byte, against Against) []Finding {
	c := &checker{file: name, text: text, against: against}
	if c.syntax() {
		c.document()
	}
	order(c.findings)
	return c.findings
}

// checker goes through one file.
type checker struct {
	file     string
	text     []byte
	against  Against
	findings []Finding
}

// add records a finding at a JSON path of the whole file; place is where to look if the path itself is not
// there.
func (c *checker) add(s Severity, path, message string) {
	f := Finding{File: c.file, Path: path, Severity: s, Message: message}
	for place := path; ; place = parent(place) {
		if f.Line, f.Column = netconf.Locate(c.text, place); f.Line > 0 || place == "" {
			break
		}
	}
	c.findings = append(c.findings, f)
}

// parent cuts the last step off a JSON path.
func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// syntax reports whether the file is one JSON object, and where it stops being one if it is not.
func (c *checker) syntax() bool {
	var object map[string]json.RawMessage
	err := json.Unmarshal(c.text, &object)
	if err == nil && object != nil {
		return true
	}
	f := Finding{File: c.file, Line: 1, Column: 1, Severity: Error, Message: "not a JSON object"}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		f.Message = "not JSON: " + syntax.Error()
		f.Line, f.Column = position(c.text, int(syntax.Offset)-1)
	}
	c.findings = append(c.findings, f)
	return false
}

// position returns line and column of the byte at the offset.
func position(text []byte, offset int) (line, column int) {
	before := string(text[:min(max(offset, 0), len(text))])
	line = strings.Count(before, "\n") + 1
	return line, len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
}

// list is what a .conflist has beside its plugins.
type list struct {
	CNIVersion json.RawMessage
	Name       json.RawMessage
	Plugins    []json.RawMessage
}

func (c *checker) document() {
	var l list
	err := json.Unmarshal(c.text, &l)
	isList := filepath.Ext(c.file) == ".conflist"
	switch {
	case err != nil:
		c.add(Error, "plugins", "want a list of plugins")
	case isList && len(l.Plugins) == 0:
		c.add(Error, "plugins", "is missing or empty: a .conflist needs at least one plugin; a single configuration belongs in a .conf")
	case !isList && l.Plugins != nil:
		c.add(Error, "plugins", "is a list of plugins: runtimes read it only from a file named .conflist")
	case !isList:
		c.plugin(c.text, "", true)
	default:
		for i, p := range l.Plugins {
			text, err := inList(p, l)
			if err != nil {
				c.add(Error, fmt.Sprintf("plugins[%d]", i), err.Error())
				continue
			}
			c.plugin(text, fmt.Sprintf("plugins[%d].", i), i == 0)
		}
	}
}

// inList returns a plugin's configuration as libcni makes it: with the list's name and version.
func inList(plugin json.RawMessage, l list) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(plugin, &fields); err != nil || fields == nil {
		return nil, errors.New("want an object")
	}
	for key, value := range map[string]json.RawMessage{"name": l.Name, "cniVersion": l.CNIVersion} {
		if value == nil {
			delete(fields, key)
			continue
		}
		fields[key] = value
	}
	return json.Marshal(fields)
}

// plugin checks one configuration. Paths in it stand below prefix in the file, but for what the list gives.
func (c *checker) plugin(text []byte, prefix string, first bool) {
	var head struct {
		Type         string
		Capabilities map[string]any
		Delegate     json.RawMessage
	}
	if err := json.Unmarshal(text, &head); err != nil {
		c.add(Error, strings.TrimSuffix(prefix, "."), err.Error())
		return
	}
	if head.Type == "flannel" {
		c.flannel(text, head.Delegate, prefix)
		c.capabilities(head.Capabilities, prefix, "")
		return
	}
	profile, err := attach.ProfileFor(head.Type)
	if err != nil && head.Type != "" {
		c.foreign(head.Type, prefix, first, err)
		return
	}
	conf, good := c.parse(text, prefix)
	c.capabilities(head.Capabilities, prefix, profile.Type)
	if head.Type != "" {
		c.forProfile(conf, profile, prefix, good)
	}
}

// foreign is a plugin of somebody else: fine behind ours in a list, suspicious in front.
func (c *checker) foreign(name, prefix string, first bool, err error) {
	if first {
		c.add(Warning, prefix+"type", strings.TrimPrefix(err.Error(), "type ")+"; other plugins are not checked")
	}
}

// parse returns the configuration, and whether it is good so far.
func (c *checker) parse(text []byte, prefix string) (*netconf.Config, bool) {
	conf, problems := netconf.Parse(netconf.Input{Verb: "ADD", Stdin: text,
		ContainerID: "hcnctl", Netns: "00000000-0000-0000-0000-000000000001", IfName: "eth0"})
	for _, p := range problems {
		c.add(Error, c.inFile(prefix, p.Path), p.Message)
	}
	for _, w := range conf.Warnings {
		c.add(Warning, c.inFile(prefix, w.Path), w.Message)
	}
	return conf, len(problems) == 0
}

// fromList are the fields that a list gives to each of its plugins.
var fromList = []string{"name", "cniVersion"}

func (c *checker) inFile(prefix, path string) string {
	if slices.Contains(fromList, path) {
		return path
	}
	return strings.TrimSuffix(prefix+path, ".")
}

// forProfile checks a configuration for its plugin, also where something else is wrong with it already. What
// is left is only asked of good ones.
func (c *checker) forProfile(conf *netconf.Config, profile attach.Profile, prefix string, good bool) {
	problems, warnings := profile.Validate(conf)
	for _, p := range problems {
		c.add(Error, c.inFile(prefix, p.Path), p.Message)
	}
	for _, w := range warnings {
		c.add(Warning, c.inFile(prefix, w.Path), w.Message)
	}
	if !good || len(problems) > 0 {
		return
	}
	if set, _ := policy.Compile(conf, profile.Type); c.against.HNS != nil && set != nil {
		for _, p := range Unsupported(conf, set, *c.against.HNS) {
			c.add(Error, c.inFile(prefix, p.Path), p.Message)
		}
	}
	if c.against.Live != nil {
		c.live(conf, profile, prefix)
	}
}
