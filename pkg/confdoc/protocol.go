package confdoc

import (
	"strconv"
	"strings"
)

// IANA numbers of the protocols that have ports.
const (
	TCP uint32 = 6
	UDP uint32 = 17
)

// Transport returns the number of a protocol that has ports, written as tcp, udp, 6 or 17.
func Transport(s string) (uint32, bool) {
	switch strings.ToLower(s) {
	case "tcp", "6":
		return TCP, true
	case "udp", "17":
		return UDP, true
	}
	return 0, false
}

// protocols are the accepted names of protocols, as alternatives to their IANA numbers.
var protocols = map[string]uint32{
	"icmp": 1, "icmpv4": 1, "igmp": 2, "tcp": TCP, "udp": UDP, "icmpv6": 58,
}

// Protocol returns an IANA number up to high, from a name or a number.
func (v Value) Protocol(high uint32) (uint32, bool) {
	s, ok := v.Str()
	if !ok {
		return 0, false
	}
	if n, known := protocols[strings.ToLower(s)]; known {
		return n, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > uint64(high) {
		v.Fail("want a protocol: tcp, udp, icmp, icmpv6, igmp or a number up to %d", high)
		return 0, false
	}
	return uint32(n), true
}

// ProtocolName returns tcp, udp or the number.
func ProtocolName(n uint32) string {
	switch n {
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	}
	return strconv.FormatUint(uint64(n), 10)
}
