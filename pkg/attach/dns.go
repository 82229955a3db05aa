package attach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// namespacePlaceholder stands for the pod's namespace in a search domain (EKS writes it).
const namespacePlaceholder = "{%namespace%}"

// dnsOf returns the endpoint's DNS: the configuration's with the pod's namespace filled in, in which each field that the
// runtime gives replaces the configuration's, as in Microsoft's plugins and win-bridge. Without either it is the
// delegate's.
func dnsOf(conf *netconf.Config, fromIPAM types.DNS) hcnspec.DNS {
	if conf.RuntimeDNS == nil && conf.DNS.IsZero() {
		return hcnspec.DNS{Domain: fromIPAM.Domain, Search: fromIPAM.Search, ServerList: fromIPAM.Nameservers, Options: fromIPAM.Options}
	}
	dns := dnsDocument(conf.DNS)
	dns.Search = podSearch(dns.Search, conf.Attachment.PodNamespace, !conf.OfContainerNetworking())
	if conf.RuntimeDNS != nil {
		given := dnsDocument(*conf.RuntimeDNS)
		dns.Domain = cmp.Or(given.Domain, dns.Domain)
		replace(&dns.Search, given.Search)
		replace(&dns.ServerList, given.ServerList)
		replace(&dns.Options, given.Options)
	}
	return dns
}

func replace(field *[]string, given []string) {
	if len(given) > 0 {
		*field = given
	}
}

// podSearch replaces the placeholder, or with prefix puts the namespace in front of the first domain if there is no
// placeholder, as Microsoft's plugins do.
func podSearch(search []string, namespace string, prefix bool) []string {
	if len(search) == 0 || namespace == "" {
		return search
	}
	search = slices.Clone(search)
	if prefix && !strings.Contains(search[0], namespacePlaceholder) {
		search[0] = namespace + "." + search[0]
	}
	for i := range search {
		search[i] = strings.ReplaceAll(search[i], namespacePlaceholder, namespace)
	}
	return search
}

func dnsDocument(d netconf.DNS) hcnspec.DNS {
	doc := hcnspec.DNS{Domain: d.Domain, Search: slices.Clone(d.Search), Options: slices.Clone(d.Options)}
	for _, server := range d.Nameservers {
		doc.ServerList = append(doc.ServerList, server.String())
	}
	return doc
}
