package netconf

import (
	"math"
	"net/netip"
	"strings"
)

// afterDocument sorts what is found in CNI_ARGS behind what is found in the document.
const afterDocument = math.MaxInt

// knownArgs are the names in CNI_ARGS that mean something here or to every CNI plugin.
var knownArgs = []string{
	"IgnoreUnknown", "IP", "MAC",
	"K8S_POD_NAMESPACE", "K8S_POD_NAME", "K8S_POD_UID", "K8S_POD_INFRA_CONTAINER_ID",
}

// args reads CNI_ARGS. Unknown names without IgnoreUnknown are only a warning: they do no harm.
func (r *reader) args(c *Config, s string) {
	values := r.pairs(s)
	c.Attachment.PodNamespace = values["K8S_POD_NAMESPACE"]
	c.Attachment.PodName = values["K8S_POD_NAME"]
	if ips := r.argIPs(values["IP"]); len(c.IPs) == 0 {
		c.IPs = ips
	}
	if s := values["MAC"]; s != "" {
		mac, complaint := parseMAC(s)
		if complaint != "" {
			r.badArg("MAC", s, complaint)
		} else if c.MAC == nil {
			c.MAC = mac
		}
	}
}

// pairs splits K=V;K=V. What it does not know it does not repeat in a log: it may be a secret.
func (r *reader) pairs(s string) map[string]string {
	values := map[string]string{}
	var unknown []string
	for _, pair := range strings.Split(s, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		switch {
		case !ok:
			r.add(afterDocument, wrong, "CNI_ARGS", "has an entry without =: want K=V;K=V")
		case !matches(key, knownArgs):
			unknown = append(unknown, key)
		}
		for _, known := range knownArgs {
			if ok && strings.EqualFold(key, known) {
				values[known] = value
			}
		}
	}
	ignore := values["IgnoreUnknown"]
	if len(unknown) > 0 && ignore != "1" && !strings.EqualFold(ignore, "true") {
		r.add(afterDocument, advice, "CNI_ARGS", quote(strings.Join(unknown, ", "))+": not known here")
	}
	return values
}

func (r *reader) badArg(name, value, complaint string) {
	r.add(afterDocument, wrong, "CNI_ARGS:"+name, quote(value)+": "+complaint)
}

// argIPs reads one address, or several with commas between them.
func (r *reader) argIPs(s string) []netip.Prefix {
	var all []netip.Prefix
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, complaint := parseHostPrefix(part)
		if complaint == "" && hasAddr(all, p.Addr()) {
			complaint = "the address is in the list already"
		}
		if complaint != "" {
			r.badArg("IP", part, complaint)
			continue
		}
		all = append(all, p)
	}
	return all
}
