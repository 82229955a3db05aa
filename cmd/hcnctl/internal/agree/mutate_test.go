package agree

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// mutate changes one value or key in a JSON document, mostly those that people change.
func mutate(doc map[string]any, r *rand.Rand) {
	places := collect(doc, "")
	if len(places) == 0 {
		return
	}
	p := places[r.IntN(len(places))]
	switch r.IntN(8) {
	case 0:
		delete(p.in, p.key)
	case 1: // another case, which counts as the same key
		value := p.in[p.key]
		delete(p.in, p.key)
		p.in[swapCase(p.key)] = value
	case 2: // a typo
		if len(p.key) > 2 {
			value := p.in[p.key]
			delete(p.in, p.key)
			p.in[p.key[:1]+p.key[2:]] = value
		}
	case 3:
		p.in[p.key] = values[r.IntN(len(values))]
	default:
		p.in[p.key] = similar(p.key, p.in[p.key], r)
	}
}

// place is a key of an object somewhere in the document.
type place struct {
	in  map[string]any
	key string
}

// collect returns all keys below a value, except the lists and names that would make it another document.
func collect(v any, under string) []place {
	var all []place
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key != "plugins" && key != "cniVersion" {
				all = append(all, place{v, key})
			}
			all = append(all, collect(v[key], key)...)
		}
	case []any:
		for _, item := range v {
			all = append(all, collect(item, under)...)
		}
	}
	return all
}

var values = []any{nil, true, false, "", "x", "10.0.0.0/33", 0.0, 1.0, -1.0, 4095.0, 4096.0, 65536.0, 1e10, []any{}, map[string]any{},
	[]any{nil}, "fd00:10::/64", "0.0.0.0/0", []any{"10.0.0.0/8", "10.0.0.0/8"}}

// similar returns a plausible value for the key, valid or barely invalid.
func similar(key string, old any, r *rand.Rand) any {
	of := func(values ...any) any { return values[r.IntN(len(values))] }
	switch strings.ToLower(key) {
	case "name":
		return of("cbr0", "nat", "bad name", "a_b", "x/y", "EndpointPolicy", "OutBoundNAT")
	case "type":
		return of("nat", "sdnbridge", "sdnoverlay", "l2bridge", "win-overlay", "transparent", "l2tunnel", "host-local", "host-locl", "azure-vnet-ipam", "ACL", "ROUTE", "PortMapping")
	case "subnet":
		return of("10.244.3.0/24", "10.244.3.0/29", "10.244.3.7/24", "10.244.3.0/31", "fd00:10::/64", "10.244.3.0/33", "10.244.3.0", "172.20.0.0/20")
	case "gw", "gateway":
		return of("10.244.3.1", "10.244.3.2", "10.9.9.9", "0.0.0.0", "fd00:10::1", "x")
	case "master":
		return of("Ethernet", "Ethernet 2", "vEthernet (Ethernet)")
	case "vsid":
		return of(4096.0, 100.0, 16777215.0, 16777216.0, []any{4096.0, 4097.0})
	case "vlan":
		return of(0.0, 1.0, 4094.0, 4095.0)
	case "protocol", "protocols":
		return of(6.0, "6", 17.0, "tcp", 1.0, "256")
	case "exceptions", "exceptionlist":
		return of([]any{}, []any{"10.0.0.0/8"}, []any{"0.0.0.0/0"}, []any{"x"})
	case "settings", "value":
		return of(map[string]any{}, old)
	}
	switch old := old.(type) {
	case bool:
		return !old
	case float64:
		return of(old+1, old-1, old*2, 0.0, 65535.0)
	case string:
		return of(old+"x", strings.ToUpper(old), "10.244.3.5", "10.244.3.0/24", "80")
	}
	return old
}

func swapCase(s string) string {
	if upper := strings.ToUpper(s[:min(1, len(s))]); !strings.HasPrefix(s, upper) {
		return upper + s[1:]
	}
	return strings.ToLower(s)
}
