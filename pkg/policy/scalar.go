package policy

import (
	"encoding/json"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// text returns a string, or the digits of a number: PowerShell writes either.
func (v value) text() (string, bool) {
	var s string
	if json.Unmarshal(v.raw, &s) == nil {
		return strings.TrimSpace(s), true
	}
	var n json.Number
	if json.Unmarshal(v.raw, &n) == nil {
		return n.String(), true
	}
	v.fail("want a string")
	return "", false
}

// number returns a whole number between low and high, which may be written as a string.
func (v value) number(low, high uint64) (uint64, bool) {
	s, ok := v.text()
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n < low || n > high {
		v.fail("want a number from %d to %d", low, high)
		return 0, false
	}
	return n, true
}

// truth returns a boolean, which may be written as a string.
func (v value) truth() (bool, bool) {
	var b bool
	if json.Unmarshal(v.raw, &b) == nil {
		return b, true
	}
	switch strings.ToLower(stringOf(v.raw)) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	v.fail("want true or false")
	return false, false
}

// address returns an IP address without a zone.
func (v value) address() (netip.Addr, bool) {
	s, ok := v.text()
	if !ok {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		v.fail("want an IP address")
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// prefix returns a masked prefix; a bare address has all bits. Host bits get a warning.
func (v value) prefix() (netip.Prefix, bool) {
	s, ok := v.text()
	if !ok {
		return netip.Prefix{}, false
	}
	p, reason := parsePrefix(s)
	if reason != "" {
		v.fail("%s", reason)
		return netip.Prefix{}, false
	}
	if p != p.Masked() {
		v.warn("bits are set beyond the prefix; taken as %s", p.Masked())
	}
	return p.Masked(), true
}

const wantPrefix = "want an IP address or a prefix, for example 10.0.0.0/8"

// parsePrefix reads "10.0.0.0/8" or "10.0.0.1", and says what is wrong otherwise.
func parsePrefix(s string) (p netip.Prefix, reason string) {
	host, bits, slash := strings.Cut(s, "/")
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return p, wantPrefix
	}
	if !slash {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), ""
	}
	n, err := strconv.ParseUint(bits, 10, 8)
	if err != nil {
		return p, wantPrefix
	}
	if int(n) > a.BitLen() {
		return p, "prefix length " + bits + " is over " + strconv.Itoa(a.BitLen())
	}
	if a.Is4In6() && n >= 96 {
		return netip.PrefixFrom(a.Unmap(), int(n)-96), ""
	}
	return netip.PrefixFrom(a, int(n)), ""
}

// mac returns a MAC address as HNS writes it: 00-15-5D-00-00-01.
func (v value) mac() (string, bool) {
	s, ok := v.text()
	if !ok {
		return "", false
	}
	hw, err := net.ParseMAC(s)
	if err != nil || len(hw) != 6 {
		v.fail("want a MAC address, for example 00-15-5D-52-C0-00")
		return "", false
	}
	return strings.ToUpper(strings.ReplaceAll(hw.String(), ":", "-")), true
}

// guid returns a GUID in capital letters and without braces.
func (v value) guid() (string, bool) {
	s, ok := v.text()
	if !ok {
		return "", false
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
	if !isGUID(bare) {
		v.fail("want a GUID, for example E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A")
		return "", false
	}
	return strings.ToUpper(bare), true
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if r != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", rune(r)) {
				return false
			}
		}
	}
	return true
}

// choice returns the one of options that v spells in any case.
func choice[T ~string](v value, options ...T) (T, bool) {
	s, ok := v.text()
	if !ok {
		return "", false
	}
	names := make([]string, len(options))
	for i, o := range options {
		if strings.EqualFold(s, string(o)) {
			return o, true
		}
		names[i] = string(o)
	}
	v.fail("want %s", orList(names))
	return "", false
}

// orList renders "In or Out", "Allow, Block or Pass".
func orList(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// items returns the elements of a list, the parts of a comma-separated string, or the one value that v is.
func (v value) items() []value {
	var list []json.RawMessage
	if json.Unmarshal(v.raw, &list) == nil {
		out := make([]value, len(list))
		for i, raw := range list {
			out[i] = value{v.c, v.path + "[" + strconv.Itoa(i) + "]", raw}
		}
		return out
	}
	var s string
	if json.Unmarshal(v.raw, &s) != nil {
		return []value{v}
	}
	if strings.TrimSpace(s) == "" {
		return nil
	}
	var out []value
	for part := range strings.SplitSeq(s, ",") {
		raw, err := json.Marshal(strings.TrimSpace(part))
		if err != nil {
			continue // a string always marshals
		}
		out = append(out, value{v.c, v.path, raw})
	}
	return out
}

const (
	maxUint16 = math.MaxUint16
	maxUint32 = math.MaxUint32
)
