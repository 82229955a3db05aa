package policy

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// protocolNumbers are the names that a protocol may be written with. ACLs take every IANA number besides.
var protocolNumbers = map[string]uint32{
	"icmp": 1, "icmpv4": 1, "igmp": 2, "tcp": 6, "udp": 17, "icmpv6": 58,
}

// anyProtocol is what some rules write for every protocol, besides leaving the protocol out.
const anyProtocol = 256

// protocols returns a comma-separated list of IANA numbers.
func (s *settings) protocols(names ...string) string {
	return s.joined(names, func(v value) string {
		n, ok := v.protocol(anyProtocol)
		if !ok {
			return ""
		}
		if n == 252 {
			s.c.gate(hcnspec.FeatureACLProtocol252, v.path)
		}
		return strconv.FormatUint(uint64(n), 10)
	})
}

// protocol returns an IANA number up to high.
func (v value) protocol(high uint32) (uint32, bool) {
	s, ok := v.text()
	if !ok {
		return 0, false
	}
	if n, known := protocolNumbers[strings.ToLower(s)]; known {
		return n, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > uint64(high) {
		v.fail("want a protocol: tcp, udp, icmp, icmpv6, igmp or a number up to %d", high)
		return 0, false
	}
	return uint32(n), true
}

// transport returns TCP or UDP, the protocols that have ports.
func (v value) transport() uint32 {
	s, ok := v.text()
	if !ok {
		return 0
	}
	switch strings.ToLower(s) {
	case "tcp", "6":
		return 6
	case "udp", "17":
		return 17
	}
	v.fail("want tcp (6) or udp (17)")
	return 0
}

// ports returns a comma-separated list of ports and ranges of ports: "80,8000-8080".
func (s *settings) ports(names ...string) string {
	return s.joined(names, value.portRange)
}

func (v value) portRange() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	from, to, isRange := strings.Cut(s, "-")
	low, ok := parsePort(from)
	high := low
	if ok && isRange {
		high, ok = parsePort(to)
	}
	switch {
	case !ok:
		v.fail("want ports from 1 to %d, for example 80,8000-8080", math.MaxUint16)
		return ""
	case high < low:
		v.fail("the range ends before it begins")
		return ""
	case isRange:
		return strconv.Itoa(int(low)) + "-" + strconv.Itoa(int(high))
	}
	return strconv.Itoa(int(low))
}

func parsePort(s string) (uint16, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 16)
	return uint16(n), err == nil && n > 0
}

// port returns one port.
func (v value) port() uint16 {
	n, _ := v.number(1, math.MaxUint16)
	return uint16(n)
}

// matchAddresses returns a comma-separated list of what a rule matches: addresses, prefixes, and the IDs of
// the IP sets that SetPolicy entries of the same configuration make.
func (s *settings) matchAddresses(names ...string) string {
	return s.joined(names, func(v value) string {
		t, ok := v.text()
		if !ok {
			return ""
		}
		if s.c.ipsets[t] {
			return t
		}
		p, reason := parsePrefix(t)
		if reason == wantPrefix {
			reason += ", or the Id of a SetPolicy of this configuration"
		}
		if reason != "" {
			v.fail("%s", reason)
			return ""
		}
		return v.render(t, p)
	})
}

// render is the canonical text of t: an address stays an address, a prefix loses its host bits.
func (v value) render(t string, p netip.Prefix) string {
	if !strings.Contains(t, "/") {
		return p.Addr().String()
	}
	if p != p.Masked() {
		v.warn("bits are set beyond the prefix; taken as %s", p.Masked())
	}
	return p.Masked().String()
}

// joined reads the elements of a list and joins what one makes of them with commas.
func (s *settings) joined(names []string, one func(value) string) string {
	v, ok := s.find(names...)
	if !ok {
		return ""
	}
	var parts []string
	for _, item := range v.items() {
		if t := one(item); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, ",")
}
