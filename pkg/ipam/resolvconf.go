package ipam

import (
	"os"
	"strings"

	"github.com/containernetworking/cni/pkg/types"
)

// readResolvConf reads the fields that host-local reads from a resolv.conf(5): nameserver, domain, search, options.
func readResolvConf(file string) (*types.DNS, error) {
	text, err := os.ReadFile(file) // #nosec G304 -- the configuration's resolvConf
	if err != nil {
		return nil, err
	}
	dns := new(types.DNS)
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "nameserver":
			dns.Nameservers = append(dns.Nameservers, words[1])
		case "domain":
			dns.Domain = words[1]
		case "search":
			dns.Search = append(dns.Search, words[1:]...)
		case "options":
			dns.Options = append(dns.Options, words[1:]...)
		}
	}
	return dns, nil
}
