package netconf

import (
	"slices"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// Input is what a runtime passes to a plugin.
type Input struct {
	Verb        string // ADD, DEL, CHECK, GC or STATUS
	Stdin       []byte
	ContainerID string
	Netns       string
	IfName      string
	Args        string // CNI_ARGS
}

// DefaultTimeout is how long a verb may wait for HNS without hnsTimeoutSeconds.
const DefaultTimeout = 60 * time.Second

// defaultMACPrefix is the prefix of the MAC addresses of overlay endpoints, as in flannel and win-overlay.
var defaultMACPrefix = [2]byte{0x0e, 0x2a}

// Parse reads and validates a configuration. It returns all errors, in the order of the document, and the Config is
// usable if there are none.
//
// DEL and GC have to clean up whatever has happened to the configuration, so for them the only errors are problems that
// make the network impossible to identify, and for GC an unreadable list of valid attachments. The rest are warnings, and
// the fields keep their zero values or defaults.
func Parse(in Input) (*Config, confdoc.Findings) {
	c := &Config{
		EndpointMACPrefix: defaultMACPrefix,
		Timeout:           DefaultTimeout,
		LogLevel:          defaultLogLevel,
		Stdin:             slices.Clone(in.Stdin),
		Args:              in.Args,
		Attachment:        Attachment{ContainerID: in.ContainerID, Namespace: in.Netns, IfName: in.IfName},
	}
	root, unreadable := confdoc.Decode(c.Stdin)
	if unreadable != nil {
		return c, unreadable
	}
	c.Document = root
	r := &reader{Report: &confdoc.Report{Soft: in.Verb == "DEL" || in.Verb == "GC"}, c: c}
	r.root = r.Read(root)
	r.document(in)
	errors, warnings := r.Sorted()
	c.Warnings = warnings
	return c, errors
}

// reader fills a Config from a document.
type reader struct {
	*confdoc.Report
	c    *Config
	root confdoc.Value
}

// document reads the sections of a configuration.
func (r *reader) document(in Input) {
	r.root.Bounds()
	r.identity()
	r.network()
	r.masquerade()
	r.ipam()
	r.c.DNS = dns(r.root.Get("dns"))
	r.c.Routes = routes(r.root.Get("additionalRoutes"))
	r.flags()
	r.policies()
	r.runtime()
	r.args(in.Args)
	r.patience()
	r.logging()
	if in.Verb != "DEL" { // which is not about other attachments
		r.attachments()
	}
	r.ineffective()
	r.NearMisses()
}
