package policy

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// anyProtocol is an explicit value for every protocol in some rules, an alternative to omitting the protocol.
const anyProtocol = 256

// protocols returns a comma-separated list of IANA numbers.
func (s *settings) protocols(names ...string) string {
	return s.joined(names, func(v confdoc.Value) string {
		n, ok := v.Protocol(anyProtocol)
		if !ok {
			return ""
		}
		if n == 252 {
			s.c.gate(hcnspec.FeatureACLProtocol252, v.Path())
		}
		return strconv.FormatUint(uint64(n), 10)
	})
}

// transport returns TCP or UDP, the protocols that have ports.
func transport(v confdoc.Value) uint32 {
	s, ok := v.Str()
	n, known := confdoc.Transport(s)
	if ok && !known {
		v.Fail("want tcp (6) or udp (17)")
	}
	return n
}

// ports returns a comma-separated list of ports and ranges of ports: "80,8000-8080".
func (s *settings) ports(names ...string) string {
	return s.joined(names, portRange)
}

func portRange(v confdoc.Value) string {
	s, ok := v.Str()
	if !ok {
		return ""
	}
	from, to, isRange := strings.Cut(s, "-")
	low, ok := confdoc.ParsePort(from)
	high := low
	if ok && isRange {
		high, ok = confdoc.ParsePort(to)
	}
	switch {
	case !ok:
		v.Fail("want ports from 1 to %d, for example 80,8000-8080", math.MaxUint16)
		return ""
	case high < low:
		v.Fail("the range ends before it begins")
		return ""
	case isRange:
		return strconv.Itoa(int(low)) + "-" + strconv.Itoa(int(high))
	}
	return strconv.Itoa(int(low))
}

// matchAddresses returns the comma-separated list that a rule matches: addresses, prefixes, and the IDs of the IP sets
// that SetPolicy entries of the same configuration define.
func (s *settings) matchAddresses(names ...string) string {
	return s.joined(names, func(v confdoc.Value) string {
		t, ok := v.Str()
		if !ok || s.c.ipsets[t] {
			return t
		}
		p, complaint := confdoc.ParseAnyPrefix(t)
		if complaint != "" && !strings.Contains(t, "/") {
			complaint += ", or the Id of a SetPolicy of this configuration"
		}
		if complaint != "" {
			v.Fail("%s", complaint)
			return ""
		}
		return prefixText(v, masked(v, p))
	})
}

// masked clears the host bits of a prefix, with a warning.
func masked(v confdoc.Value, p netip.Prefix) netip.Prefix {
	if p != p.Masked() {
		v.Warn("bits are set beyond the prefix; taken as %s", p.Masked())
	}
	return p.Masked()
}

// prefix returns a masked prefix; a bare address becomes a prefix of full length.
func prefix(v confdoc.Value) (netip.Prefix, bool) {
	p, ok := v.AnyPrefix()
	return masked(v, p), ok
}

// prefixText returns the canonical text of a prefix: one written as an address stays an address.
func prefixText(v confdoc.Value, p netip.Prefix) string {
	if t, _ := v.Str(); !strings.Contains(t, "/") {
		return p.Addr().String()
	}
	return p.String()
}

// joined applies one to the elements of a list and joins the results with commas.
func (s *settings) joined(names []string, one func(confdoc.Value) string) string {
	var parts []string
	for _, item := range s.Get(names...).Items() {
		if t := one(item); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, ",")
}
