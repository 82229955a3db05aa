package netconf

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// CNIVersions are the versions of the CNI specification that the plugins speak, oldest first.
var CNIVersions = []string{"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}

// identity reads what says which network a configuration is of.
func (r *reader) identity(c *Config, root *node) {
	r.name(c, root)
	version := r.field(root, "cniVersion")
	c.CNIVersion = CNIVersions[0] // which is what a missing version means
	if s, ok := r.str(version); ok && s != "" {
		if slices.Contains(CNIVersions, s) {
			c.CNIVersion = s
		} else {
			r.fail(version, "want one of %s", strings.Join(CNIVersions, ", "))
		}
	}
	if plugins := r.field(root, "plugins"); plugins != nil {
		r.fail(plugins, "this is a whole .conflist; a plugin is given one entry of its plugins")
		return
	}
	kind := r.field(root, "type")
	if kind == nil {
		r.missing(wrong, root, "type", "want the plugin's name, for example sdnbridge")
		return
	}
	if s, ok := r.str(kind); ok && s == "" {
		r.fail(kind, "want the plugin's name, for example sdnbridge")
	} else {
		c.Type = s
	}
}

// name reads the network's name by the specification's rule. No verb can do without one.
func (r *reader) name(c *Config, root *node) {
	n := r.field(root, "name")
	switch {
	case n == nil:
		r.missing(fatal, root, "name", "want the name of the network")
	case n.kind != text:
		r.fatal(n, "want a string")
	case !validName(n.text):
		r.fatal(n, "want letters, digits and _ . - with a letter or a digit first")
	default:
		c.Name = n.text
	}
}

func validName(s string) bool {
	for i, b := range []byte(s) {
		alnum := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
		if !alnum && (i == 0 || strings.IndexByte("_.-", b) < 0) {
			return false
		}
	}
	return s != ""
}

// The numbers that HCN takes. A VXLAN network identifier has 24 bits, and HNS keeps the ones below 4096.
const (
	maxVLAN = 4094
	minVSID = 4096
	maxVSID = 1<<24 - 2
)

// network reads what a network is made of where the plugin makes it.
func (r *reader) network(c *Config, root *node) {
	c.Master, _ = r.str(r.field(root, "master"))
	if create, ok := r.boolean(r.field(root, "createNetwork")); ok {
		c.CreateNetwork, c.CreateNetworkAsked = create, create
	}
	vlan, _ := r.whole(r.field(root, "vlan"), 1, maxVLAN)
	c.VLAN = uint32(vlan)
	port, _ := r.whole(r.field(root, "vxlanPort"), 1, maxPort)
	c.VxlanPort = uint16(port)
	r.vsids(c, r.field(root, "vsid"))
	r.macPrefix(c, r.field(root, "endpointMacPrefix"))
	r.apiVersion(r.field(root, "apiVersion"))
}

// vsids reads one virtual subnet identifier, or a list of them in the order of the subnets.
func (r *reader) vsids(c *Config, n *node) {
	each := []*node{n}
	if n != nil && n.kind == list {
		each = r.items(n)
	}
	for _, item := range each {
		vsid, ok := r.whole(item, minVSID, maxVSID)
		if ok && slices.Contains(c.VSIDs, uint32(vsid)) {
			r.fail(item, "the VSID is in the list already")
		} else if ok {
			c.VSIDs = append(c.VSIDs, uint32(vsid))
		}
	}
}

func (r *reader) macPrefix(c *Config, n *node) {
	s, ok := r.str(n)
	if !ok || s == "" {
		return
	}
	var both []byte
	if len(s) == 5 && (s[2] == '-' || s[2] == ':') {
		both, _ = hex.DecodeString(s[:2] + s[3:])
	}
	switch {
	case len(both) != 2:
		r.fail(n, "want two bytes, as 0E-2A")
	case both[0]&1 != 0:
		r.fail(n, "a MAC address with an odd first byte is a multicast address")
	default:
		c.EndpointMACPrefix = [2]byte(both)
	}
}

// apiVersion accepts 1, which the Docker variants of win-bridge configurations have, because HCN v2 does
// all that they ask for.
func (r *reader) apiVersion(n *node) {
	v, ok := r.whole(n, 1, 2)
	if ok && v == 1 {
		r.advise(n, "only version 2 of the HNS API is used; it serves this configuration too")
	}
}

// masquerade reads what flannel adds to a delegate.
func (r *reader) masquerade(c *Config, root *node) {
	c.IPMasq, _ = r.boolean(r.field(root, "ipMasq"))
	if p, ok := r.prefix(r.field(root, "ipMasqNetwork")); ok {
		c.IPMasqNetwork = netip.PrefixFrom(p.Addr(), p.Bits()).Masked()
	}
}

// maxTimeout bounds hnsTimeoutSeconds: kubelet gives up on a sandbox long before.
const maxTimeout = 600

// patience reads how long HNS may take, by our name or by Azure's, whose 0 asks for no limit of its own.
func (r *reader) patience(c *Config, root *node) {
	azure := r.object(r.field(root, "windowsSettings"))
	seconds, ok := r.whole(r.field(root, "hnsTimeoutSeconds"), 1, maxTimeout)
	theirs, _ := r.whole(r.field(azure, "hnsTimeoutDurationInSeconds"), 0, maxTimeout)
	if !ok {
		seconds = theirs
	}
	if seconds > 0 {
		c.Timeout = time.Duration(seconds) * time.Second
	}
}
