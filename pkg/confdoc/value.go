package confdoc

import (
	"fmt"
	"strconv"
	"strings"
)

// Value is a value of a document for one reader, whose Report records the problems with it. Node is nil for a missing
// value: the methods then return the zero value and report nothing.
type Value struct {
	*Report
	*Node
}

// Read returns the reader's view of a node.
func (r *Report) Read(n *Node) Value { return Value{r, n} }

// Given reports whether there is a value.
func (v Value) Given() bool { return v.Node != nil }

// Fail records that the value is wrong. The message follows the path and the quoted value.
func (v Value) Fail(format string, args ...any) {
	s := Error
	if v.Soft {
		s = Warning
	}
	v.say(s, format, args...)
}

// Fatal is Fail for a value that every verb needs.
func (v Value) Fatal(format string, args ...any) { v.say(Error, format, args...) }

// Warn records advice about the value.
func (v Value) Warn(format string, args ...any) { v.say(Warning, format, args...) }

func (v Value) say(s Severity, format string, args ...any) {
	if v.full(s) {
		return
	}
	v.Add(v.Node, s, v.Path(), "%s: %s", v.quoted(), fmt.Sprintf(format, args...))
}

// Missing records that the object lacks a field.
func (v Value) Missing(name, format string, args ...any) {
	s := Error
	if v.Soft {
		s = Warning
	}
	v.Add(v.Node, s, Join(v.Path(), name), "is missing: %s", fmt.Sprintf(format, args...))
}

// quoted renders the value for a message.
func (v Value) quoted() string {
	switch v.kind {
	case Text:
		return Quote(v.Node.Text())
	case List, Object, TooDeep, TooLong:
		return "(" + v.kind.String() + ")"
	}
	return cut(string(v.JSON()))
}

// Get returns the value of an object's field under any of its names, in any case; it is missing if there is none or it
// is null. Different values for one field are an error; the last one is returned then.
func (v Value) Get(names ...string) Value {
	v.ask(names)
	var found Value
	for n := v.firstField(); n != nil; n = n.next {
		child := Value{v.Report, n}
		if !child.named(names) || child.empty() {
			continue
		}
		if found.Given() && !found.Equal(child.Node) {
			child.Fail("%q is already given with another value", cut(found.Key()))
		}
		found = child
	}
	if !found.Given() {
		return Value{Report: v.Report}
	}
	return found
}

// Certain is Get for a field that every verb needs; null counts as a value, and several values are an error even for a
// soft Report.
func (v Value) Certain(names ...string) Value {
	v.ask(names)
	found := Value{Report: v.Report}
	for n := v.firstField(); n != nil; n = n.next {
		child := Value{v.Report, n}
		if !child.named(names) {
			continue
		}
		if found.Given() && !found.Equal(child.Node) {
			child.Fatal("%q is already given with another value", cut(found.Key()))
		}
		found = child
	}
	return found
}

// All returns the values of every field that has one of the names: lists under several names are combined.
func (v Value) All(names ...string) []Value {
	v.ask(names)
	var all []Value
	for n := v.firstField(); n != nil; n = n.next {
		if child := (Value{v.Report, n}); child.named(names) {
			all = append(all, child)
		}
	}
	return all
}

// Require is Get for a mandatory field; want describes it.
func (v Value) Require(want string, names ...string) Value {
	found := v.Get(names...)
	if !found.Given() && v.Given() {
		v.Missing(names[0], "want %s", want)
	}
	return found
}

// firstField returns the first field of an object; nil if there is none.
func (v Value) firstField() *Node {
	if !v.Given() || v.kind != Object {
		return nil
	}
	return v.first
}

func (v Value) named(names []string) bool {
	key := v.Key()
	for _, name := range names {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// empty reports whether a value counts as missing.
func (v Value) empty() bool {
	return v.kind == Null || v.Loose && v.kind == Text && v.end-v.start == 2
}

// is reports whether the value is given and of kind k, and records an error if it is of another.
func (v Value) is(k Kind) bool {
	switch {
	case !v.Given():
		return false
	case v.kind == TooLong || v.kind == TooDeep: // which Bounds reports
		return false
	case v.kind != k:
		v.Fail("want %s", k)
	}
	return v.kind == k
}

// Object returns the value if it is an object, and otherwise a missing one.
func (v Value) Object() Value {
	if !v.is(Object) {
		return Value{Report: v.Report}
	}
	return v
}

// Items returns the values of a list, without its nulls. A loose reader keeps those, and treats a text as a list with
// commas, and any other value as a list of one.
func (v Value) Items() []Value {
	switch {
	case v.Given() && v.Loose && v.kind == Text:
		return v.parts()
	case v.Given() && v.Loose && v.kind != List && !v.unread():
		return []Value{v}
	case !v.is(List):
		return nil
	}
	given := make([]Value, 0, v.count)
	for n := v.first; n != nil; n = n.next {
		if n.kind != Null || v.Loose {
			given = append(given, Value{v.Report, n})
		}
	}
	return given
}

// parts returns the elements of a text with commas.
func (v Value) parts() []Value {
	text := v.Node.Text()
	if strings.TrimSpace(text) == "" {
		return nil
	}
	doc := &document{text: text}
	var all []Value
	for at := 0; at <= len(text); {
		end := at + len(text[at:])
		if comma := strings.IndexByte(text[at:], ','); comma >= 0 {
			end = at + comma
		}
		if len(all) == MaxItems {
			v.Fail("%s", tooLong("the list"))
			return nil
		}
		part := &Node{doc: doc, parent: v.Node, start: offset(at), end: offset(end), kind: Text, part: true}
		all = append(all, Value{v.Report, part.trimmed()})
		at = end + 1
	}
	return all
}

// trimmed removes the white space around a part.
func (n *Node) trimmed() *Node {
	text := n.doc.text[n.start:n.end]
	n.start += offset(len(text) - len(strings.TrimLeft(text, " \t\r\n")))
	n.end = n.start + offset(len(strings.TrimSpace(text)))
	return n
}

// Str returns a text and whether it is given.
func (v Value) Str() (string, bool) {
	switch {
	case v.Given() && v.Loose && (v.kind == Number || v.kind == Text):
		return strings.TrimSpace(v.Node.Text()), true
	case !v.is(Text):
		return "", false
	}
	return v.Node.Text(), true
}

// Bool returns a boolean and whether it is given.
func (v Value) Bool() (value, ok bool) {
	if !v.Given() || v.unread() {
		return false, false
	}
	if v.kind == Bool {
		return v.doc.text[v.start] == 't', true
	}
	text := strings.ToLower(strings.TrimSpace(v.Node.Text()))
	quoted := v.kind == Text && (text == "true" || text == "false")
	switch {
	case quoted && v.Loose:
		return text == "true", true
	case quoted:
		v.Fail("want true or false, without quotes")
	default:
		v.Fail("want true or false")
	}
	return false, false
}

// Whole returns an integer from lo to hi and whether it is given.
func (v Value) Whole(lo, hi uint64) (uint64, bool) {
	if !v.Given() || v.unread() {
		return 0, false
	}
	number, err := strconv.ParseUint(strings.TrimSpace(v.Node.Text()), 10, 64)
	switch {
	case v.kind == Text && err == nil && !v.Loose:
		v.Fail("want a number from %d to %d, without quotes", lo, hi)
	case v.kind != Number && !(v.Loose && v.kind == Text):
		v.Fail("want a number from %d to %d", lo, hi)
	case err != nil || number < lo || number > hi:
		v.Fail("want a whole number from %d to %d", lo, hi)
	default:
		return number, true
	}
	return 0, false
}

// Unsigned are the types of the fields that hold integers.
type Unsigned interface{ ~uint16 | ~uint32 | ~uint64 }

// WholeOf is Whole for a field's type.
func WholeOf[T Unsigned](v Value, lo, hi T) (T, bool) {
	n, ok := v.Whole(uint64(lo), uint64(hi))
	return T(n), ok // #nosec G115 -- n is at most hi
}

// Port returns a port from 1 to 65535 and whether it is given.
func (v Value) Port() (uint16, bool) { return WholeOf[uint16](v, 1, 65535) }

// Texts returns the strings of a list. It leaves out empty ones, with a warning.
func (v Value) Texts() []string {
	var all []string
	for _, item := range v.Items() {
		s, ok := item.Str()
		switch {
		case !ok:
		case strings.TrimSpace(s) == "":
			item.Warn("an empty entry is ignored")
		default:
			all = append(all, s)
		}
	}
	return all
}

// Choice returns the option that the value names, in any case.
func Choice[T ~string](v Value, options ...T) (T, bool) {
	s, ok := v.Str()
	if !ok {
		return "", false
	}
	names := make([]string, len(options))
	for i, option := range options {
		if strings.EqualFold(s, string(option)) {
			return option, true
		}
		names[i] = string(option)
	}
	v.Fail("want %s", OrList(names))
	return "", false
}

// OrList returns "In or Out" and "Allow, Block or Pass".
func OrList(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Bounds reports everything below the value that Decode left out.
func (v Value) Bounds() {
	for n := v.first; n != nil; n = n.next {
		child := Value{v.Report, n}
		switch child.kind {
		case TooDeep:
			child.Fail("more than %d levels of nesting", MaxDepth)
		case TooLong:
			child.Fail("%s", tooLong("it"))
		default:
			child.Bounds()
		}
	}
}
