package confdoc

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// decoded decodes a document that must be an object.
func decoded(t testing.TB, text string) *Node {
	t.Helper()
	root, bad := Decode([]byte(text))
	if bad != nil {
		t.Fatal(bad)
	}
	return root
}

// TestBounds: a value that exceeds a bound is left out as a whole, is reported once, and hides nothing after it.
func TestBounds(t *testing.T) {
	many := "[" + strings.Repeat("0,", MaxItems) + "0]"
	tests := []struct{ name, list, want string }{
		{"as long as it may be", "[" + strings.Repeat("0,", MaxItems-1) + "0]", ""},
		{"one value more", many, `x (too long): it is too long: at most 10000 values in one list or object, and 50000 in all, are read`},
		{"too many in all", "[" + strings.Repeat("["+strings.Repeat("0,", 999)+"0],", 50) + "0]", `x[49] (too long): it is too long: at most 10000 values in one list or object, and 50000 in all, are read`},
		{"as deep as it may be", strings.Repeat("[", MaxDepth-1) + strings.Repeat("]", MaxDepth-1), ""},
		{"one level more", strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), "more than 64 levels of nesting"},
	}
	for _, tt := range tests {
		root := decoded(t, `{"x": `+tt.list+`, "name": "n"}`)
		var r Report
		r.Read(root).Bounds()
		errors, _ := r.Sorted()
		if got := errors.Error(); !strings.HasSuffix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if name, _ := r.Read(root).Get("name").Str(); name != "n" {
			t.Errorf("%s: the name behind it is %q", tt.name, name)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{strings.Repeat(" ", MaxSize+1), "the configuration has 16777217 bytes; at most 16777216 are read"},
		{"{" + strings.Repeat(`"a":0,`, MaxItems) + `"a":0}`, "the configuration is too long: at most 10000 values in one list or object, and 50000 in all, are read"},
	} {
		if _, bad := Decode([]byte(tt.text)); bad.Error() != tt.want {
			t.Errorf("%q, want %q", bad.Error(), tt.want)
		}
	}
}

// TestMemory: a document of 1 MB costs at most ten times its size, whatever its content.
func TestMemory(t *testing.T) {
	const size = 1 << 20
	for name, text := range map[string]string{
		"numbers":      `{"a":[` + filled("["+strings.Repeat("0,", 4999)+"0],", size) + `0]}`,
		"empty lists":  `{"a":[` + filled("["+strings.Repeat("[],", 4999)+"0],", size) + `0]}`,
		"objects":      `{"a":[` + filled(`{"hostPort":8080,"containerPort":80,"protocol":"tcp"},`, size) + `0]}`,
		"short fields": `{"a":{` + filled(`"b":0,`, size) + `"b":0}}`,
		"addresses":    `{"a":[` + filled(`"10.244.0.1",`, size) + `"10.0.0.0"]}`,
		"one text":     `{"a":"` + filled("x", size) + `"}`,
	} {
		data := []byte(text)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Decode(data)
		runtime.ReadMemStats(&after)
		if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 10*uint64(len(data)) {
			t.Errorf("%s: %d bytes for a document of %d", name, bytes, len(data))
		}
	}
}

// filled repeats a text to the size.
func filled(text string, size int) string { return strings.Repeat(text, size/len(text)) }

// TestMessagesAreShort: neither a long value, nor a long key, nor many findings lead to a long error, and it contains
// the number of findings that are not shown.
func TestMessagesAreShort(t *testing.T) {
	long := strings.Repeat("ä", 1<<19)
	root := decoded(t, `{"`+long+`": "`+long+`"}`)
	var r Report
	for n := r.Read(root).firstField(); n != nil; n = n.next {
		r.Read(n).Whole(1, 2)
	}
	errors, _ := r.Sorted()
	if n := len(errors.Error()); n > 700 || len(errors) != 1 {
		t.Errorf("%d findings, %d bytes: %.200s", len(errors), n, errors)
	}
	var list bytes.Buffer
	for i := range MaxItems - 1 {
		fmt.Fprintf(&list, "%d,", i+10)
	}
	root = decoded(t, `{"list": [`+list.String()+`1]}`)
	r = Report{}
	for _, item := range r.Read(root).Get("list").Items() {
		item.Whole(1, 2)
	}
	errors, _ = r.Sorted()
	text := errors.Error()
	if len(text) > 3300 || !strings.Contains(text, "; and ") || !strings.HasPrefix(text, "list[0] 10: want") {
		t.Errorf("%d bytes: %s", len(text), text)
	}
	if last := errors[len(errors)-1].Message; last != fmt.Sprintf("and %d more", MaxItems-1-maxFindings) {
		t.Errorf("the last finding is %q", last)
	}
}
