package confdoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Limits of a document. Configurations and HCN's documents stay far below them; they keep a plugin from delaying a
// pod's start for a document that HNS would reject in the end.
const (
	MaxSize   = 16 << 20 // bytes of a document
	MaxDepth  = 64       // levels of nesting
	MaxItems  = 10_000   // values of one list, or fields of one object
	MaxValues = 50_000   // values of one document
)

// Decode reads the JSON object that data must be. Lists and objects beyond the bounds are in the tree as TooDeep and
// TooLong, without their values.
func Decode(data []byte) (*Node, Findings) {
	if len(data) > MaxSize {
		return nil, Findings{{Place: start, Message: fmt.Sprintf("the configuration has %d bytes; at most %d are read", len(data), MaxSize)}}
	}
	if !json.Valid(data) {
		return nil, Findings{explain(data)}
	}
	d := decoder{doc: &document{text: string(data)}}
	root := d.value(nil, 0)
	switch root.kind {
	case Object:
		return root, nil
	case TooLong:
		return nil, Findings{{Place: start, Message: tooLong("the configuration")}}
	}
	return nil, Findings{{Place: start, Message: "the configuration is " + root.kind.String() + ": want a JSON object"}}
}

var start = Place{1, 1}

// tooLong is the message about a list or an object that exceeds a bound.
func tooLong(what string) string {
	return fmt.Sprintf("%s is too long: at most %d values in one list or object, and %d in all, are read", what, MaxItems, MaxValues)
}

// decoder builds nodes from a text that is known to be JSON.
type decoder struct {
	doc    *document
	at     int
	slabs  [][]Node
	values int
}

const slabSize = 64

// node returns a zero Node of the slabs.
func (d *decoder) node() *Node {
	if d.values == len(d.slabs)*slabSize {
		d.slabs = append(d.slabs, make([]Node, slabSize))
	}
	n := &d.slabs[d.values/slabSize][d.values%slabSize]
	d.values++
	*n = Node{doc: d.doc}
	return n
}

func (d *decoder) value(parent *Node, depth int) *Node {
	n := d.node()
	n.parent = parent
	d.space()
	n.start = offset(d.at)
	switch d.doc.text[d.at] {
	case '{':
		n.kind = Object
		d.compound(n, depth)
	case '[':
		n.kind = List
		d.compound(n, depth)
	case '"':
		n.kind = Text
		d.at = endOfString(d.doc.text, d.at)
	default:
		n.kind = d.literal()
	}
	n.end = offset(d.at)
	return n
}

// literal reads a number, true, false or null.
func (d *decoder) literal() Kind {
	kind := Number
	switch d.doc.text[d.at] {
	case 't', 'f':
		kind = Bool
	case 'n':
		kind = Null
	}
	for d.at < len(d.doc.text) && strings.IndexByte(" \t\r\n,:]}", d.doc.text[d.at]) < 0 {
		d.at++
	}
	return kind
}

// compound reads the values between brackets, unless they exceed a bound.
func (d *decoder) compound(n *Node, depth int) {
	d.at++
	if depth == MaxDepth {
		n.kind = TooDeep
		d.leave()
		return
	}
	mark, last := d.values, (*Node)(nil)
	for count := int32(0); !d.closing(); count++ {
		if count == MaxItems || d.values == MaxValues {
			d.values, n.first, n.count, n.kind = mark, nil, 0, TooLong
			d.leave()
			return
		}
		child := d.member(n, depth+1)
		child.index = count
		if last == nil {
			n.first = child
		} else {
			last.next = child
		}
		last = child
		n.count++
	}
	d.at++
}

// offset is a place in a document, or a length of its text, as nodes store it: half the size of an int.
func offset(at int) int32 { return int32(at) } // #nosec G115 -- at most MaxSize

func (d *decoder) member(n *Node, depth int) *Node {
	if n.kind == List {
		return d.value(n, depth)
	}
	keyAt := d.at
	d.at = endOfString(d.doc.text, d.at)
	child := d.value(n, depth)
	child.keyAt = offset(keyAt)
	return child
}

// space skips white space and the punctuation between values.
func (d *decoder) space() {
	for d.at < len(d.doc.text) && strings.IndexByte(" \t\r\n,:", d.doc.text[d.at]) >= 0 {
		d.at++
	}
}

// closing reports whether a bracket closes next.
func (d *decoder) closing() bool {
	d.space()
	return d.doc.text[d.at] == ']' || d.doc.text[d.at] == '}'
}

// leave skips the remaining values between brackets, and the closing bracket.
func (d *decoder) leave() {
	for open := 1; open > 0; {
		switch d.doc.text[d.at] {
		case '{', '[':
			open++
		case '}', ']':
			open--
		case '"':
			d.at = endOfString(d.doc.text, d.at) - 1
		}
		d.at++
	}
}

// endOfString returns the offset behind the string that begins at the given one.
func endOfString(text string, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// explain returns where data stops being JSON and, for the errors that editors on Windows cause, why.
func explain(data []byte) Finding {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Finding{Place: start, Message: "the configuration is empty: want a JSON object"}
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return Finding{Place: start, Message: "the configuration begins with a byte-order mark, which runtimes reject: save it as UTF-8 without BOM"}
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return Finding{Place: start, Message: "the configuration is UTF-16, which runtimes reject: save it as UTF-8 without BOM"}
	}
	err := json.Unmarshal(data, &json.RawMessage{})
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return Finding{Place: start, Message: fmt.Sprintf("not JSON: %v", err)}
	}
	at := max(int(syntax.Offset)-1, 0)
	if bytes.HasPrefix(data[min(at, len(data)):], []byte("\u00a0")) {
		err = errors.New("a no-break space (U+00A0), which JSON does not allow as white space")
	}
	return Finding{Place: placeOf(string(data), at), Message: fmt.Sprintf("not JSON: %v", err)}
}
