package policy

import (
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// settings is an object of a policy that is read field by field. unused reports the fields that no reader requested.
type settings struct {
	confdoc.Value
	c    *compiler
	name hcnspec.PolicyType // of the policy that it belongs to
	kind netconf.PolicyKind
}

// settings opens the settings of a policy.
func (c *compiler) settings(p netconf.Policy) *settings {
	s := &settings{Value: c.Read(p.From()), c: c}
	if p.Settings == nil {
		s.Get("Type", "Settings") // of a flat policy: they are among the settings, and netconf has read them
	}
	return s
}

// object opens a value, which must be an object, as a part of the settings of s.
func (s *settings) object(v confdoc.Value) (*settings, bool) {
	o := v.Object()
	return &settings{Value: o, c: s.c, name: s.name, kind: s.kind}, o.Given()
}

// unused warns of fields that no reader requested.
func (s *settings) unused() {
	for _, v := range s.Unused() {
		hint := ""
		if near := v.Nearest(); near != "" {
			hint = "; did you mean " + near + "?"
		}
		v.Warn("not a setting of %s, so it has no effect%s", s.name, hint)
	}
}

// number returns the field's integer up to high, or 0.
func number[T confdoc.Unsigned](s *settings, high T, name string) T {
	n, _ := confdoc.WholeOf(s.Get(name), 0, high)
	return n
}

// text returns the field's text, or "".
func (s *settings) text(name string) string {
	t, _ := s.Get(name).Str()
	return t
}

// truth returns the field's boolean, or false.
func (s *settings) truth(name string) bool {
	b, _ := s.Get(name).Bool()
	return b
}

// flags returns bit flags, written as their sum or as names: 3, "DSR", ["DSR", "IPv6"] or "DSR,IPv6". names
// are those of the bits, lowest first.
func flags(v confdoc.Value, names []string) uint32 {
	var sum uint32
	for _, item := range v.Items() {
		sum |= oneFlag(item, names)
	}
	return sum
}

func oneFlag(v confdoc.Value, names []string) uint32 {
	s, ok := v.Str()
	if !ok || strings.EqualFold(s, "None") {
		return 0
	}
	for i, n := range names {
		if strings.EqualFold(s, n) {
			return 1 << i
		}
	}
	high := uint64(1)<<len(names) - 1
	if n, err := strconv.ParseUint(s, 10, 32); err == nil && n <= high {
		return uint32(n)
	}
	v.Fail("want a sum of flags up to %d, or names: %s", high, confdoc.OrList(names))
	return 0
}

// guid returns a GUID in capital letters and without braces.
func guid(v confdoc.Value) string {
	s, ok := v.Str()
	bare := strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
	if ok && !hcnspec.IsGUID(bare) {
		v.Fail("want a GUID, for example E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A")
	}
	return strings.ToUpper(bare)
}

// mac returns a MAC address as HNS writes it: 00-15-5D-00-00-01.
func mac(v confdoc.Value) string {
	hw, _ := v.MAC()
	return strings.ToUpper(strings.ReplaceAll(hw.String(), ":", "-"))
}

// address returns an IP address as HNS writes it.
func address(v confdoc.Value) string {
	a, ok := v.Addr()
	if !ok {
		return ""
	}
	return a.String()
}

const (
	maxUint16 = 1<<16 - 1
	maxUint32 = 1<<32 - 1
)
