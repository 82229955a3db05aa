package attach

import (
	"slices"
	"strings"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// namespacePlaceholder stands for the pod's namespace in a search domain (EKS writes it).
const namespacePlaceholder = "{%namespace%}"

// dnsOf returns the endpoint's DNS: the runtime's, else the configuration's with the pod's namespace filled in, else
// the delegate's.
func dnsOf(conf *netconf.Config, fromIPAM types.DNS) hcnspec.DNS {
	switch {
	case conf.RuntimeDNS != nil && !conf.RuntimeDNS.IsZero():
		return dnsDocument(*conf.RuntimeDNS)
	case !conf.DNS.IsZero():
		dns := dnsDocument(conf.DNS)
		dns.Search = podSearch(dns.Search, conf.Attachment.PodNamespace)
		return dns
	}
	return hcnspec.DNS{Domain: fromIPAM.Domain, Search: fromIPAM.Search, ServerList: fromIPAM.Nameservers, Options: fromIPAM.Options}
}

// podSearch replaces the placeholder, or prefixes the namespace to the first domain if there is no placeholder, as
// Microsoft's plugins do.
func podSearch(search []string, namespace string) []string {
	if len(search) == 0 || namespace == "" {
		return search
	}
	search = slices.Clone(search)
	if !strings.Contains(search[0], namespacePlaceholder) {
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
