package netconf

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// reader takes typed values out of a tree and notes what is wrong with them. Its methods take nil for a
// value that is not given, and then return the zero value without a complaint.
type reader struct {
	findings
}

// field returns the value of a field under any of its names, in any case, or nil where there is none or
// it is null. A field given twice with different values is a problem; the last one is taken then.
func (r *reader) field(o *node, names ...string) *node {
	if o == nil {
		return nil
	}
	var found *node
	for _, f := range o.fields {
		if !matches(f.key, names) {
			continue
		}
		if found != nil && !sameJSON(found, f.value) {
			r.fail(f.value, "%q is given already, with another value", found.step)
		}
		found = f.value
	}
	if found == nil || found.kind == null {
		return nil
	}
	return found
}

func matches(key string, names []string) bool {
	for _, name := range names {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

func sameJSON(a, b *node) bool {
	var x, y bytes.Buffer
	_ = json.Compact(&x, a.raw) // both are JSON already
	_ = json.Compact(&y, b.raw)
	return bytes.Equal(x.Bytes(), y.Bytes())
}

// is reports whether n is given and of kind k, and complains where it is of another.
func (r *reader) is(n *node, k kind) bool {
	if n == nil || n.kind == tooDeep { // which has been complained of
		return false
	}
	if n.kind != k {
		r.fail(n, "want %s", k)
	}
	return n.kind == k
}

// str returns a string and whether there is one.
func (r *reader) str(n *node) (string, bool) {
	if !r.is(n, text) {
		return "", false
	}
	return n.text, true
}

// boolean returns a truth value and whether there is one.
func (r *reader) boolean(n *node) (value, ok bool) {
	if n == nil || n.kind == tooDeep {
		return false, false
	}
	if n.kind == text && (strings.EqualFold(n.text, "true") || strings.EqualFold(n.text, "false")) {
		r.fail(n, "want true or false, without quotes")
		return false, false
	}
	if n.kind != boolean {
		r.fail(n, "want true or false")
		return false, false
	}
	return n.truth, true
}

// whole returns a whole number from lo to hi and whether there is one.
func (r *reader) whole(n *node, lo, hi uint64) (uint64, bool) {
	if n == nil || n.kind == tooDeep {
		return 0, false
	}
	value, err := strconv.ParseUint(n.text, 10, 64)
	switch {
	case n.kind == text && err == nil:
		r.fail(n, "want a number from %d to %d, without quotes", lo, hi)
	case n.kind != number:
		r.fail(n, "want a number from %d to %d", lo, hi)
	case err != nil || value < lo || value > hi:
		r.fail(n, "want a whole number from %d to %d", lo, hi)
	default:
		return value, true
	}
	return 0, false
}

// items returns the values of a list, without its nulls.
func (r *reader) items(n *node) []*node {
	if !r.is(n, list) {
		return nil
	}
	var given []*node
	for _, item := range n.items {
		if item.kind != null {
			given = append(given, item)
		}
	}
	return given
}

// object returns n where it is an object, and otherwise nil.
func (r *reader) object(n *node) *node {
	if !r.is(n, object) {
		return nil
	}
	return n
}

// texts returns the strings of a list. Empty ones say nothing and are left out, with a warning.
func (r *reader) texts(n *node) []string {
	var all []string
	for _, item := range r.items(n) {
		s, ok := r.str(item)
		switch {
		case !ok:
		case strings.TrimSpace(s) == "":
			r.advise(item, "an empty entry is left out")
		default:
			all = append(all, s)
		}
	}
	return all
}
