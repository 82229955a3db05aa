package hcnspec

import "net/netip"

// Families is a set of address families; the zero value is empty.
type Families uint8

// The two families.
const (
	IPv4 Families = 1 << iota
	IPv6
	DualStack = IPv4 | IPv6
)

// FamilyOf returns the family of an address: IPv4 for an IPv4 address in IPv6, and empty for an invalid one.
func FamilyOf(a netip.Addr) Families {
	switch a = a.Unmap(); {
	case a.Is4():
		return IPv4
	case a.IsValid():
		return IPv6
	}
	return 0
}

// Has reports whether all of the families of g are in f.
func (f Families) Has(g Families) bool { return f&g == g }

// String names the families: IPv4, IPv6, IPv4 and IPv6.
func (f Families) String() string {
	return [...]string{"no family", "IPv4", "IPv6", "IPv4 and IPv6"}[f&DualStack]
}
