package confcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Against is the node that configurations are checked for. Each field may be missing.
type Against struct {
	HNS  *hcnspec.Version         // decides which policies are supported
	Live *node.Node               // compared with the configurations
	IPAM func(plugin string) bool // whether the runtime's directory has an IPAM plugin's executable
}

// File returns all findings about a .conf, .json or .conflist file.
func File(name string, text []byte, against Against) []Finding {
	c := &checker{file: name, text: text, against: against}
	if c.syntax() {
		c.document()
	}
	order(c.findings)
	return c.findings
}

// checker checks one file.
type checker struct {
	file     string
	text     []byte
	root     *confdoc.Node
	against  Against
	findings []Finding
}

// add records a finding at a JSON path of the whole file; place is the path to use if the path itself does not exist.
func (c *checker) add(s Severity, path, message string) {
	f := Finding{File: c.file, Path: path, Severity: s, Message: message}
	at := path
	for at != "" && c.root.At(at) == nil {
		at = parent(at)
	}
	place := c.root.At(at).Place()
	f.Line, f.Column = place.Line, place.Column
	c.findings = append(c.findings, f)
}

// parent removes the last step of a JSON path.
func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// syntax reports whether the file is one JSON object, and records where it stops being one if it is not.
func (c *checker) syntax() bool {
	root, findings := confdoc.Decode(c.text)
	c.root = root
	for _, f := range findings {
		c.findings = append(c.findings, Finding{File: c.file, Line: f.Place.Line, Column: f.Place.Column, Severity: Error, Message: f.Message})
	}
	return len(findings) == 0
}

func (c *checker) document() {
	calls, problems := conffile.Read(c.file, c.text)
	c.found("", Error, problems)
	for _, call := range calls {
		c.call(call)
	}
}

// call checks one configuration. Paths in it are below call.Path in the file, except for fields from the list.
func (c *checker) call(call conffile.Call) {
	if !call.Delegate {
		defer c.capabilities(call)
	}
	conf, problems := netconf.Parse(netconf.Input{Verb: "ADD", Stdin: call.WithLease(conffile.ExampleLease),
		ContainerID: "hcnctl", Netns: "00000000-0000-0000-0000-000000000001", IfName: "eth0"})
	profile, err := attach.ProfileOf(conf)
	if err != nil && conf.Type != "" {
		c.foreign(call, err)
		return
	}
	c.found(call.Path, Error, problems)
	c.found(call.Path, Warning, conf.Warnings)
	if conf.Type != "" {
		c.forProfile(conf, profile, call.Path, len(problems) == 0)
	}
}

// foreign checks another project's plugin: it is normal after this project's in a list, suspicious before it. Flannel
// calls this project's.
func (c *checker) foreign(call conffile.Call, err error) {
	if call.Position == 0 && !call.IsFlannel() {
		c.add(Warning, call.Path+"type", strings.TrimPrefix(err.Error(), "type ")+"; other plugins are not checked")
	}
}

// found adds the findings about the configuration below a path.
func (c *checker) found(prefix string, s Severity, findings confdoc.Findings) {
	for _, f := range findings {
		c.add(s, c.inFile(prefix, f.Path), f.Message)
	}
}

// fromList are the fields that a list passes to each of its plugins.
var fromList = []string{"name", "cniVersion"}

func (c *checker) inFile(prefix, path string) string {
	if slices.Contains(fromList, path) {
		return path
	}
	return strings.TrimSuffix(prefix+path, ".")
}

// forProfile checks a configuration for its plugin, even if it already has other errors. The remaining checks apply
// only to valid ones.
func (c *checker) forProfile(conf *netconf.Config, profile attach.Profile, prefix string, good bool) {
	problems, warnings := profile.Validate(conf)
	c.found(prefix, Error, problems)
	c.found(prefix, Warning, warnings)
	if !good || len(problems) > 0 {
		return
	}
	if c.against.HNS != nil {
		c.found(prefix, Error, profile.Unsupported(conf, *c.against.HNS))
	}
	c.ipam(conf, prefix)
	if c.against.Live != nil {
		c.live(conf, profile, prefix)
	}
}

// ipam reports an IPAM plugin that the node does not have. host-local is part of the plugins.
func (c *checker) ipam(conf *netconf.Config, prefix string) {
	if name := conf.IPAM.Type; name != "" && name != "host-local" && c.against.IPAM != nil && !c.against.IPAM(name) {
		c.add(Error, c.inFile(prefix, "ipam.type"), fmt.Sprintf("%q: no such executable in the runtime's plugin directory", name))
	}
}
