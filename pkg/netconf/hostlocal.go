package netconf

import (
	"net/netip"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// span is a range from which host-local assigns addresses.
type span struct {
	v        confdoc.Value
	from, to netip.Addr
	set      int // equal for the ranges of one set
}

// makeSpan completes a range as host-local does: all but the subnet's own first address and, for IPv4, its broadcast
// address.
func makeSpan(v confdoc.Value, p netip.Prefix, from, to netip.Addr, set int) span {
	if !from.IsValid() {
		from = p.Addr().Next()
	}
	if !to.IsValid() {
		to = lastOf(p)
	}
	return span{v, from, to, set}
}

// lastOf returns the last address of a prefix that a host can have.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for i := p.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 0x80 >> (i % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	if last.Is4() {
		last = last.Prev()
	}
	return last
}

// noNulls rejects values that netconf treats as missing but host-local does not, or on which it crashes: nulls in a
// list, and a field without a value.
func (c *Config) noNulls(values ...confdoc.Value) {
	if c.IPAM.Type != hostLocal {
		return
	}
	for _, v := range values {
		if v.Given() && (v.Kind() == confdoc.Null || v.Kind() == confdoc.Text && v.Text() == "") {
			v.Fail("host-local rejects an empty value; omit the field")
		}
		for _, n := range v.Children() {
			if item := v.Read(n); n.Kind() == confdoc.Null {
				item.Fail("host-local rejects null in a list")
			}
		}
	}
}

// noDirectory reports whether Windows would give another directory, or a device, for a network's name. With a final dot
// omitted, "podnet." would share the reservations of "podnet", and GC of one would release those of the other.
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
func noDirectory(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	numbered := len(base) == 4 && base[3] >= '0' && base[3] <= '9' && strings.Contains("COM LPT", base[:3])
	return numbered || strings.HasSuffix(name, ".") || base != "" && strings.Contains(" CON PRN AUX NUL ", " "+base+" ")
}

// hostLocal rejects what host-local rejects, so that ADD fails before anything is created: no ranges, ranges that
// overlap, sets of both families, and several sets of one family for a CNI version with one address of each.
// https://github.com/containernetworking/plugins/tree/main/plugins/ipam/host-local
func (s *subnets) hostLocal(section confdoc.Value, good bool) {
	if len(s.spans) == 0 && good && !s.broken {
		section.Fail("host-local requires a subnet or ranges")
	}
	old := s.c.CNIVersion < "0.3.0"
	seen := map[hcnspec.Families]int{}
	for i, a := range s.spans {
		family := hcnspec.FamilyOf(a.from)
		if set, other := seen[family]; old && other && set != a.set {
			a.v.Fail("CNI %s carries one address of a family, and there are two sets of %s ranges", s.c.CNIVersion, family)
		}
		seen[family] = a.set
		for _, b := range s.spans[:i] {
			switch {
			case a.set == b.set && family != hcnspec.FamilyOf(b.from):
				a.v.Fail("a set of ranges with IPv4 and IPv6: host-local wants a set for each")
			case family == hcnspec.FamilyOf(b.from) && !a.to.Less(b.from) && !b.to.Less(a.from):
				a.v.Fail("overlaps with %s", b.v.Path())
			default:
				continue
			}
			break
		}
	}
}
