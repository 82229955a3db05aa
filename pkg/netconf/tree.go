package netconf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxDepth is how deep a configuration may nest; what HCN takes stays far below it.
const maxDepth = 64

// kind is what a JSON value is.
type kind int

const (
	null kind = iota
	boolean
	number
	text
	list
	object
	tooDeep // not looked into
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object", "nested too deep"}[k]
}

// node is a JSON value that knows where it stands.
type node struct {
	kind
	parent     *node
	step       string // from the parent: a key as it is written, or [0]
	start, end int    // byte offsets in the document
	raw        []byte // the value as it is written
	text       string // of a string, decoded; of a number, as it is written
	truth      bool
	items      []*node
	fields     []field
}

// field is a key of an object with its value. Keys stand as they are written, and may repeat.
type field struct {
	key   string
	value *node
}

// quote renders the value for a message.
func (n *node) quote() string {
	switch n.kind {
	case text:
		return quote(n.text)
	case list, object, tooDeep:
		return "(" + n.kind.String() + ")"
	default:
		return string(n.raw)
	}
}

// get returns the value of the last field whose key is name but for upper and lower case, or nil.
func (n *node) get(name string) *node {
	for i := len(n.fields) - 1; i >= 0; i-- {
		if strings.EqualFold(n.fields[i].key, name) {
			return n.fields[i].value
		}
	}
	return nil
}

// walk calls f for n and everything below it.
func (n *node) walk(f func(*node)) {
	f(n)
	for _, item := range n.items {
		item.walk(f)
	}
	for _, fd := range n.fields {
		fd.value.walk(f)
	}
}

// path is the JSON path of n from the document, with keys as they are written.
func (n *node) path() string {
	if n.parent == nil {
		return n.step
	}
	return join(n.parent.path(), n.step)
}

// join appends a step to a JSON path.
func join(path, step string) string {
	if path == "" || strings.HasPrefix(step, "[") {
		return path + step
	}
	return path + "." + step
}

// decodeTree reads the one JSON value that data must be.
func decodeTree(data []byte) (*node, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, explain(data, err)
	}
	b := builder{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	b.dec.UseNumber()
	root, err := b.value(nil, "", 0)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return root, nil
}

// builder makes nodes of the tokens of a document that is known to be JSON.
type builder struct {
	data []byte
	dec  *json.Decoder
}

func (b *builder) value(parent *node, step string, depth int) (*node, error) {
	n := &node{parent: parent, step: step, start: b.nextStart()}
	err := b.fill(n, depth)
	n.end = int(b.dec.InputOffset())
	n.raw = b.data[n.start:n.end:n.end]
	return n, err
}

// nextStart is the offset of the next token: behind white space and the punctuation that the decoder eats.
func (b *builder) nextStart() int {
	at := int(b.dec.InputOffset())
	for at < len(b.data) && strings.IndexByte(" \t\r\n,:", b.data[at]) >= 0 {
		at++
	}
	return at
}

func (b *builder) fill(n *node, depth int) error {
	if depth == maxDepth {
		n.kind = tooDeep
		var skipped json.RawMessage
		return b.dec.Decode(&skipped)
	}
	token, err := b.dec.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case bool:
		n.kind, n.truth = boolean, t
	case json.Number:
		n.kind, n.text = number, t.String()
	case string:
		n.kind, n.text = text, t
	case json.Delim:
		return b.compound(n, t, depth)
	}
	return nil
}

func (b *builder) compound(n *node, open json.Delim, depth int) error {
	n.kind = list
	if open == '{' {
		n.kind = object
	}
	for b.dec.More() {
		if err := b.member(n, depth); err != nil {
			return err
		}
	}
	_, err := b.dec.Token() // the closing bracket
	return err
}

func (b *builder) member(n *node, depth int) error {
	if n.kind == list {
		item, err := b.value(n, "["+strconv.Itoa(len(n.items))+"]", depth+1)
		n.items = append(n.items, item)
		return err
	}
	token, err := b.dec.Token()
	if err != nil {
		return err
	}
	key, _ := token.(string)
	value, err := b.value(n, key, depth+1)
	n.fields = append(n.fields, field{key, value})
	return err
}

// explain says where data stops being JSON and, for what editors on Windows do, why.
func explain(data []byte, err error) error {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("the configuration is empty: want a JSON object")
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return errors.New("the configuration begins with a UTF-8 byte order mark, which JSON forbids: save it without")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return errors.New("the configuration is UTF-16: save it as UTF-8 without a byte order mark")
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("not JSON: %w", err)
	}
	at := max(int(syntax.Offset)-1, 0)
	line, column := position(data, at)
	if bytes.HasPrefix(data[min(at, len(data)):], []byte("\u00a0")) {
		err = errors.New("a no-break space (U+00A0), which is no white space in JSON")
	}
	return fmt.Errorf("not JSON: line %d, column %d: %w", line, column, err)
}
