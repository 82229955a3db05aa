package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// settings is an object of the configuration that is read key by key. Keys match in any case, and a key
// may have older names. What nobody has read at the end is reported by unused.
type settings struct {
	c       *compiler
	name    hcnspec.PolicyType // of the policy that it belongs to
	kind    netconf.PolicyKind
	path    string
	raw     json.RawMessage // as it came
	members []*member
}

type member struct {
	key  string
	raw  json.RawMessage
	used bool
}

// value is one value of the configuration with its place.
type value struct {
	c    *compiler
	path string
	raw  json.RawMessage
}

// settings opens the settings of a policy. Missing ones are an empty object.
func (c *compiler) settings(p netconf.Policy) (*settings, bool) {
	v := value{c, settingsPath(p), p.Settings}
	if len(v.raw) == 0 || isNull(v.raw) {
		return &settings{c: c, path: v.path}, true
	}
	s, ok := v.object()
	if !ok {
		return nil, false
	}
	for _, m := range s.members {
		if strings.EqualFold(m.key, "Type") && stringOf(m.raw) == p.Type {
			m.used = true // of a flat policy: the type stands among the settings
		}
	}
	return s, true
}

// object opens v, which must be an object.
func (v value) object() (*settings, bool) {
	members, err := decodeMembers(v.raw)
	if err != nil {
		v.fail("want an object")
		return nil, false
	}
	return &settings{c: v.c, path: v.path, raw: v.raw, members: members}, true
}

func decodeMembers(raw json.RawMessage) ([]*member, error) {
	if !json.Valid(raw) {
		return nil, errors.New("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, fmt.Errorf("not an object: %w", err)
	}
	var members []*member
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := &member{key: fmt.Sprint(key)}
		if err := d.Decode(&m.raw); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	_, err := d.Token()
	return members, err
}

// find returns the value of the first of the given names that has one. Null and "" count as not given: many
// configurations are templates with empty places. The first name is the one that messages use.
func (s *settings) find(names ...string) (value, bool) {
	var found *member
	for _, m := range s.members {
		if !matches(m.key, names) {
			continue
		}
		m.used = true
		if isNull(m.raw) || string(m.raw) == `""` {
			continue
		}
		if found != nil && !bytes.Equal(found.raw, m.raw) {
			s.c.fail(s.path+"."+m.key, "%s: given twice, also as %s", clip(m.raw), found.key)
			continue
		}
		found = m
	}
	if found == nil {
		return value{c: s.c, path: s.path + "." + names[0]}, false
	}
	return value{s.c, s.path + "." + found.key, found.raw}, true
}

// has reports whether a member whose name begins with prefix says something.
func (s *settings) has(prefix string) bool {
	return slices.ContainsFunc(s.members, func(m *member) bool {
		return len(m.key) >= len(prefix) && strings.EqualFold(m.key[:len(prefix)], prefix) && !isEmpty(m.raw)
	})
}

// all returns the values of every one of the given names: lists under several names add up.
func (s *settings) all(names ...string) []value {
	var values []value
	for _, m := range s.members {
		if matches(m.key, names) {
			m.used = true
			values = append(values, value{s.c, s.path + "." + m.key, m.raw})
		}
	}
	return values
}

// require is find for a key that must be there.
func (s *settings) require(want string, names ...string) (value, bool) {
	v, ok := s.find(names...)
	if !ok {
		v.c.fail(v.path, "is missing: want %s", want)
	}
	return v, ok
}

// unused warns of members that no reader asked for, unless they are empty: some generators put every key
// into every policy.
func (s *settings) unused() {
	for _, m := range s.members {
		if !m.used && !isEmpty(m.raw) {
			s.c.warn(s.path+"."+m.key, "%s: not a setting of %s, so it has no effect", clip(m.raw), s.name)
		}
	}
}

// rest returns the members that were not read, or nil where none are left. It is the object as it came where
// nothing was read.
func (s *settings) rest() json.RawMessage {
	if !slices.ContainsFunc(s.members, func(m *member) bool { return m.used }) {
		return slices.Clone(s.raw)
	}
	var parts [][]byte
	for _, m := range s.members {
		if !m.used {
			key, _ := json.Marshal(m.key) // a string always marshals
			parts = append(parts, slices.Concat(key, []byte(":"), m.raw))
		}
	}
	if parts == nil {
		return nil
	}
	return slices.Concat([]byte("{"), bytes.Join(parts, []byte(",")), []byte("}"))
}

func (v value) fail(format string, args ...any) {
	v.c.fail(v.path, "%s: %s", clip(v.raw), fmt.Sprintf(format, args...))
}

func (v value) warn(format string, args ...any) {
	v.c.warn(v.path, "%s: %s", clip(v.raw), fmt.Sprintf(format, args...))
}

// fail is for what the object lacks as a whole.
func (s *settings) fail(format string, args ...any) {
	s.c.fail(s.path, "(an object): %s", fmt.Sprintf(format, args...))
}

func matches(key string, names []string) bool {
	for _, n := range names {
		if strings.EqualFold(key, n) {
			return true
		}
	}
	return false
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// isEmpty reports whether raw says nothing: null, "", 0, false, [] or {}.
func isEmpty(raw json.RawMessage) bool {
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		return false
	}
	switch compact.String() {
	case "null", `""`, "0", "false", "[]", "{}":
		return true
	}
	return false
}

// stringOf returns the text of a JSON string, or "".
func stringOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// maxQuoted bounds how much of a value a message repeats.
const maxQuoted = 80

// clip renders a value for a message: strings quoted, numbers and booleans as they are, long ones cut.
func clip(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) > 0 && raw[0] == '[':
		return "(a list)"
	case len(raw) > 0 && raw[0] == '{':
		return "(an object)"
	case len(raw) > 0 && raw[0] == '"':
		return quote(stringOf(raw))
	}
	return string(raw)
}

func quote(s string) string {
	if len(s) > maxQuoted {
		return strconv.Quote(strings.ToValidUTF8(s[:maxQuoted], "")+"…") + fmt.Sprintf(" (%d bytes)", len(s))
	}
	return strconv.Quote(s)
}
