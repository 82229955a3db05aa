package confdoc

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the type of a JSON value.
type Kind uint8

// Kinds of values. A value that nests too deep, or has too many values, is not decoded.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Object
	TooDeep
	TooLong
)

// String names the kind for a message: "a string".
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object", "nested too deep", "too long"}[k]
}

// Node is a JSON value with its position. It does not change after Decode. The methods accept nil for a missing value.
type Node struct {
	doc         *document
	parent      *Node
	first, next *Node // its first value, and the next one in its parent
	keyAt       int32 // of an object's field: its key, with the quotes
	start, end  int32
	index       int32 // in its parent
	count       int32 // of its values
	kind        Kind
	part        bool // one element of a text with commas: it has the text's position
}

// document is the text that nodes belong to.
type document struct {
	text string
}

// Kind returns the kind of the value; Null if there is none.
func (n *Node) Kind() Kind {
	if n == nil {
		return Null
	}
	return n.kind
}

func (n *Node) unread() bool { return n.kind >= TooDeep }

// JSON returns the value as written, or nil.
func (n *Node) JSON() json.RawMessage {
	if n == nil {
		return nil
	}
	return json.RawMessage(n.doc.text[n.start:n.end])
}

// MarshalJSON returns the value as written.
func (n *Node) MarshalJSON() ([]byte, error) {
	if n == nil {
		return []byte("null"), nil
	}
	return n.JSON(), nil
}

// Equal reports whether two values are spelled alike except for white space.
func (n *Node) Equal(m *Node) bool {
	if n == nil || m == nil {
		return n == m
	}
	return n.doc.text[n.start:n.end] == m.doc.text[m.start:m.end] || compact(n) == compact(m)
}

func compact(n *Node) string {
	var b strings.Builder
	text := n.doc.text[n.start:n.end]
	for at := 0; at < len(text); {
		end := at + 1
		if text[at] == '"' {
			end = endOfString(text, at)
		}
		if strings.IndexByte(" \t\r\n", text[at]) < 0 {
			b.WriteString(text[at:end])
		}
		at = end
	}
	return b.String()
}

// Text returns a string decoded, or a number as written; for anything else "".
func (n *Node) Text() string {
	switch {
	case n == nil:
	case n.part, n.kind == Number:
		return n.doc.text[n.start:n.end]
	case n.kind == Text:
		return unquote(n.doc.text[n.start:n.end])
	}
	return ""
}

// Key returns the name of an object's field as written.
func (n *Node) Key() string {
	return unquote(n.doc.text[n.keyAt:endOfString(n.doc.text, int(n.keyAt))])
}

func unquote(literal string) string {
	bare := literal[1 : len(literal)-1]
	if strings.IndexByte(bare, '\\') < 0 && utf8.ValidString(bare) {
		return bare
	}
	var s string
	_ = json.Unmarshal([]byte(literal), &s) // it is JSON already
	return s
}

// Children returns the values of a list or an object, in order. An object's may have equal keys.
func (n *Node) Children() []*Node {
	if n == nil {
		return nil
	}
	all := make([]*Node, 0, n.count)
	for child := n.first; child != nil; child = child.next {
		all = append(all, child)
	}
	return all
}

// Path returns the JSON path of the value from the document: ipam.routes[0].GW, with keys as written.
func (n *Node) Path() string {
	switch {
	case n.parent == nil:
		return ""
	case n.part:
		return n.parent.Path()
	case n.parent.kind == List:
		return n.parent.Path() + "[" + strconv.Itoa(int(n.index)) + "]"
	}
	return Join(n.parent.Path(), cut(n.Key()))
}

// Join appends a field's name to a JSON path.
func Join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Offset returns where the value begins, in bytes.
func (n *Node) Offset() int { return int(n.start) }

// Place returns where the value begins.
func (n *Node) Place() Place {
	for n != nil && n.part {
		n = n.parent
	}
	if n == nil {
		return Place{}
	}
	return placeOf(n.doc.text, int(n.start))
}

func placeOf(text string, at int) Place {
	before := text[:min(max(at, 0), len(text))]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return Place{strings.Count(before, "\n") + 1, utf8.RuneCountInString(line) + 1}
}

// At follows a JSON path from n, with keys in any case, and returns nil if there is no such value. The steps Value and
// Settings may be missing in the document, as they are in flat policies.
func (n *Node) At(path string) *Node {
	if n == nil || path == "" {
		return n
	}
	if path[0] == '[' {
		return n.element(path)
	}
	path = strings.TrimPrefix(path, ".")
	var found *Node
	for child := n.first; child != nil && n.kind == Object; child = child.next {
		if rest, ok := cutStep(path, child.Key()); ok && child.At(rest) != nil {
			found = child.At(rest)
		}
	}
	for _, step := range []string{"Value", "Settings"} {
		if rest, ok := cutStep(path, step); ok && found == nil && n.field(step) == nil {
			found = n.At(rest)
		}
	}
	return found
}

// field returns the last field of that name in any case, or nil.
func (n *Node) field(name string) *Node {
	var found *Node
	for child := n.first; child != nil && n.kind == Object; child = child.next {
		if strings.EqualFold(child.Key(), name) {
			found = child
		}
	}
	return found
}

// element follows a path that begins with [i].
func (n *Node) element(path string) *Node {
	digits, rest, ok := strings.Cut(path[1:], "]")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || n.kind != List {
		return nil
	}
	for child := n.first; child != nil; child = child.next {
		if int(child.index) == i {
			return child.At(rest)
		}
	}
	return nil
}

// cutStep removes key from the front of path, where key may itself contain dots.
func cutStep(path, key string) (rest string, ok bool) {
	if key == "" || len(path) < len(key) || !strings.EqualFold(path[:len(key)], key) {
		return "", false
	}
	rest = path[len(key):]
	return rest, rest == "" || rest[0] == '.' || rest[0] == '['
}
