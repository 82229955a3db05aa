package netconf

import (
	"slices"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// Input is what a runtime hands a plugin.
type Input struct {
	Verb        string // ADD, DEL, CHECK, GC or STATUS
	Stdin       []byte
	ContainerID string
	Netns       string
	IfName      string
	Args        string // CNI_ARGS
}

// defaultTimeout is how long a verb may wait for HNS where hnsTimeoutSeconds says nothing.
const defaultTimeout = 60 * time.Second

// defaultMACPrefix begins the MAC addresses of overlay endpoints, as flannel and win-overlay have it.
var defaultMACPrefix = [2]byte{0x0e, 0x2a}

// Parse reads and validates a configuration. It never stops at the first problem: all are returned, in the
// order of the document, and the Config is usable where there are none.
//
// DEL and GC have to clean up whatever the configuration has become, so for them only what makes the network
// impossible to identify, and a list of valid attachments that cannot be read, are problems. The rest are
// warnings, and the fields keep their zero values or defaults.
func Parse(in Input) (*Config, confdoc.Findings) {
	c := &Config{
		CreateNetwork:     true,
		EndpointMACPrefix: defaultMACPrefix,
		Timeout:           defaultTimeout,
		LogLevel:          defaultLogLevel,
		Stdin:             slices.Clone(in.Stdin),
		Args:              in.Args,
		Attachment:        Attachment{ContainerID: in.ContainerID, Namespace: in.Netns, IfName: in.IfName},
	}
	root, err := decodeTree(c.Stdin)
	if err != nil {
		return c, confdoc.Findings{{Message: err.Error()}}
	}
	if root.kind != object {
		return c, confdoc.Findings{{Message: "the configuration is " + root.kind.String() + ": want a JSON object"}}
	}
	r := &reader{findings: findings{lenient: in.Verb == "DEL" || in.Verb == "GC"}}
	r.document(c, root, in)
	problems, warnings := r.sorted()
	c.Warnings = warnings
	return c, problems
}

// document reads the sections of a configuration.
func (r *reader) document(c *Config, root *node, in Input) {
	root.walk(func(n *node) {
		if n.kind == tooDeep {
			r.fail(n, "more than %d levels of nesting", maxDepth)
		}
	})
	r.identity(c, root)
	r.network(c, root)
	r.masquerade(c, root)
	r.ipam(c, root)
	c.DNS = r.dns(r.field(root, "dns"))
	c.Routes = r.routes(r.field(root, "additionalRoutes"))
	r.flags(c, root)
	r.policies(c, root)
	r.runtime(c, root)
	r.args(c, in.Args)
	r.patience(c, root)
	r.logging(c, root)
	r.attachments(c, root)
	r.ineffective(root)
}
