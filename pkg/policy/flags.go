package policy

import (
	"strconv"
	"strings"
)

// flags returns bit flags, written as their sum or as names: 3, "DSR", ["DSR", "IPv6"] or "DSR,IPv6". names
// are those of the bits, lowest first.
func (v value) flags(names []string) uint32 {
	var sum uint32
	for _, item := range v.items() {
		sum |= item.flag(names)
	}
	return sum
}

func (v value) flag(names []string) uint32 {
	s, ok := v.text()
	if !ok {
		return 0
	}
	for i, n := range names {
		if strings.EqualFold(s, n) {
			return 1 << i
		}
	}
	if strings.EqualFold(s, "None") {
		return 0
	}
	high := uint64(1)<<len(names) - 1
	if n, err := strconv.ParseUint(s, 10, 32); err == nil && n <= high {
		return uint32(n)
	}
	v.fail("want a sum of flags up to %d, or names: %s", high, orList(names))
	return 0
}
