package netconf

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// knownArgs are the names in CNI_ARGS that have a meaning here or for every CNI plugin.
var knownArgs = []string{
	"IgnoreUnknown", "IP", "MAC",
	"K8S_POD_NAMESPACE", "K8S_POD_NAME", "K8S_POD_UID", "K8S_POD_INFRA_CONTAINER_ID",
}

// args reads CNI_ARGS. Unknown names without IgnoreUnknown are only a warning: they do no harm.
func (r *reader) args(s string) {
	values := r.pairs(s)
	r.c.Attachment.PodNamespace = values["K8S_POD_NAMESPACE"]
	r.c.Attachment.PodName = values["K8S_POD_NAME"]
	if ips := r.argIPs(values["IP"]); len(r.c.IPs) == 0 {
		r.c.IPs = ips
	}
	if s := values["MAC"]; s != "" {
		mac, complaint := confdoc.ParseMAC(s)
		if complaint != "" {
			r.badArg("MAC", s, complaint)
		} else if r.c.MAC == nil {
			r.c.MAC = mac
		}
	}
}

// pairs splits K=V;K=V. It does not log what it does not know, which may be a secret.
func (r *reader) pairs(s string) map[string]string {
	values := map[string]string{}
	var unknown []string
	for pair := range strings.SplitSeq(s, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		at := slices.IndexFunc(knownArgs, func(known string) bool { return strings.EqualFold(known, key) })
		switch {
		case !ok:
			r.badArg("", "", "has an entry without =: want K=V;K=V")
		case at < 0:
			unknown = append(unknown, key)
		default:
			r.pair(values, knownArgs[at], value)
		}
	}
	ignore := values["IgnoreUnknown"]
	if len(unknown) > 0 && ignore != "1" && !strings.EqualFold(ignore, "true") {
		r.Add(nil, confdoc.Warning, "CNI_ARGS", "%s: not known here", confdoc.Quote(strings.Join(unknown, ", ")))
	}
	return values
}

func (r *reader) pair(values map[string]string, key, value string) {
	if have, twice := values[key]; twice && have != value {
		r.badArg(key, value, "is already given with another value")
	}
	values[key] = value
}

func (r *reader) badArg(name, value, complaint string) {
	s := confdoc.Error
	if r.Soft {
		s = confdoc.Warning
	}
	if name == "" {
		r.Add(nil, s, "CNI_ARGS", "%s", complaint)
		return
	}
	r.Add(nil, s, "CNI_ARGS:"+name, "%s: %s", confdoc.Quote(value), complaint)
}

// argIPs reads one address, or several with commas between them.
func (r *reader) argIPs(s string) []netip.Prefix {
	var all []netip.Prefix
	seen := map[netip.Addr]bool{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, complaint := confdoc.ParseHostPrefix(part)
		if complaint == "" && seen[p.Addr()] {
			complaint = "the address is already in the list"
		}
		if complaint != "" {
			r.badArg("IP", part, complaint)
			continue
		}
		seen[p.Addr()] = true
		all = append(all, p)
	}
	return all
}
