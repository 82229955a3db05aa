package netconf

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// CNIVersions are the versions of the CNI specification that the plugins support, oldest first.
var CNIVersions = []string{"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}

// identity reads the fields that identify the network of a configuration.
func (r *reader) identity() {
	r.name()
	version := r.root.Get("cniVersion")
	r.c.CNIVersion = CNIVersions[0] // the meaning of a missing version
	if s, ok := version.Str(); ok && s != "" {
		if slices.Contains(CNIVersions, s) {
			r.c.CNIVersion = s
		} else {
			version.Fail("want one of %s", strings.Join(CNIVersions, ", "))
		}
	}
	if plugins := r.root.Get("plugins"); plugins.Given() {
		plugins.Fail("this is a whole .conflist; a plugin is given one entry of its plugins")
		return
	}
	const want = "want the plugin's name, for example sdnbridge"
	kind := r.root.Get("type")
	if !kind.Given() {
		r.root.Missing("type", want)
	} else if s, ok := kind.Str(); ok && s == "" {
		kind.Fail(want)
	} else {
		r.c.Type = s
	}
}

// maxName limits the length of a network's name, which becomes part of names of endpoints and files.
const maxName = 200

// name reads the network's name by the specification's rule. Every verb needs one, and no verb may act on one of two
// names.
func (r *reader) name() {
	v := r.root.Certain("name")
	switch {
	case v.Node.Kind() == confdoc.Null:
		r.Add(r.root.Node, confdoc.Error, "name", "is missing: want the name of the network")
	case v.Kind() != confdoc.Text:
		v.Fatal("want a string")
	case !validName(v.Text()):
		v.Fatal("want letters, digits and _ . - with a letter or a digit first")
	case len(v.Text()) > maxName:
		v.Fatal("want a name of at most %d bytes", maxName)
	default:
		r.c.Name = v.Text()
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

// network reads the fields for creating the network.
func (r *reader) network() {
	c := r.c
	c.Master, _ = r.root.Get("master").Str()
	c.CreateNetwork = !c.OfContainerNetworking()
	if create, ok := r.root.Get("createNetwork").Bool(); ok {
		c.CreateNetwork, c.CreateNetworkAsked = create, create
	}
	c.VLAN, _ = confdoc.WholeOf[uint32](r.root.Get("vlan"), hcnspec.MinVLAN, hcnspec.MaxVLAN)
	c.VxlanPort, _ = r.root.Get("vxlanPort").Port()
	r.vsids(r.root.Get("vsid"))
	r.macPrefix(r.root.Get("endpointMacPrefix"))
	r.apiVersion(r.root.Get("apiVersion"))
}

// vsids reads one virtual subnet identifier, or a list of them in the order of the subnets.
func (r *reader) vsids(v confdoc.Value) {
	each := []confdoc.Value{v}
	if v.Given() && v.Kind() == confdoc.List {
		each = v.Items()
	}
	seen := map[uint32]bool{}
	for _, item := range each {
		vsid, ok := confdoc.WholeOf[uint32](item, hcnspec.MinVSID, hcnspec.MaxVSID)
		if ok && seen[vsid] {
			item.Fail("the VSID is already in the list")
		} else if ok {
			r.c.VSIDs = append(r.c.VSIDs, vsid)
		}
		seen[vsid] = true
	}
}

func (r *reader) macPrefix(v confdoc.Value) {
	s, ok := v.Str()
	if !ok || s == "" {
		return
	}
	var both []byte
	if len(s) == 5 && (s[2] == '-' || s[2] == ':') {
		both, _ = hex.DecodeString(s[:2] + s[3:])
	}
	switch {
	case len(both) != 2:
		v.Fail("want two bytes, as 0E-2A")
	case both[0]&1 != 0:
		v.Fail("a MAC address with an odd first byte is a multicast address")
	default:
		r.c.EndpointMACPrefix = [2]byte(both)
	}
}

// apiVersion accepts 1, which the Docker variants of win-bridge configurations have, because HCN v2 supports everything
// that they request.
func (r *reader) apiVersion(v confdoc.Value) {
	if version, ok := v.Whole(1, 2); ok && version == 1 {
		v.Warn("only version 2 of the HNS API is used; it serves this configuration too")
	}
}

// masquerade reads the fields that flannel adds to a delegate.
func (r *reader) masquerade() {
	r.c.IPMasq, _ = r.root.Get("ipMasq").Bool()
	if p, ok := r.root.Get("ipMasqNetwork").Prefix(); ok {
		r.c.IPMasqNetwork = p.Masked()
	}
}

// maxTimeout limits hnsTimeoutSeconds: kubelet abandons a sandbox long before.
const maxTimeout = 600

// patience reads how long HNS may take, from hnsTimeoutSeconds or Azure's field, in which 0 means the default.
func (r *reader) patience() {
	seconds, ok := confdoc.WholeOf[uint16](r.root.Get("hnsTimeoutSeconds"), 1, maxTimeout)
	theirs, _ := confdoc.WholeOf[uint16](r.root.Get("windowsSettings").Object().Get("hnsTimeoutDurationInSeconds"), 0, maxTimeout)
	if !ok {
		seconds = theirs
	}
	if seconds > 0 {
		r.c.Timeout = time.Duration(seconds) * time.Second
	}
}
