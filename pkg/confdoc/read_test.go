package confdoc

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMissingValues: every method of a missing value returns the zero value and reports nothing.
func TestMissingValues(t *testing.T) {
	var n *Node
	r := Report{}
	v := r.Read(nil)
	text, _ := n.MarshalJSON()
	if n.Kind() != Null || n.JSON() != nil || string(text) != "null" || n.Text() != "" || n.Children() != nil || n.At("x") != nil || n.Place() != (Place{}) {
		t.Errorf("%v %s %s %q %v", n.Kind(), n.JSON(), text, n.Text(), n.Children())
	}
	full := decoded(t, `{"x":1}`)
	if !n.Equal(nil) || n.Equal(full) || full.Equal(nil) {
		t.Error("a missing value equals another")
	}
	if s, ok := v.Str(); ok || s != "" {
		t.Error(s)
	}
	if v.Get("x").Given() || v.Require("x", "x").Given() || v.Object().Given() || len(v.Items()) != 0 || len(v.All("x")) != 0 || len(v.Unused()) != 0 {
		t.Error("something of nothing")
	}
	if _, ok := v.Bool(); ok {
		t.Error("a missing boolean")
	}
	if _, ok := v.Whole(0, 1); ok {
		t.Error("a missing number")
	}
	if r.Failed() != 0 {
		t.Error(r.Sorted())
	}
}

// TestEqualIsSpelling: white space outside of texts does not count.
func TestEqualIsSpelling(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{`{"x": [1, "a b"]}`, `{"x":[1,"a b"]}`}: true, {`{"x":"a b"}`, `{"x":"ab"}`}: false, {`{"x":"\" "}`, `{"x":"\""}`}: false,
		{"{\"x\":\t1\n}", `{"x":1}`}: true, {`{"x":1}`, `{"x":2}`}: false,
	} {
		if got := decoded(t, pair[0]).Equal(decoded(t, pair[1])); got != want {
			t.Errorf("%v: %t", pair, got)
		}
	}
}

// TestTexts: strings with escapes, numbers and lists; empty entries are left out with a warning.
func TestTexts(t *testing.T) {
	var r Report
	root := r.Read(decoded(t, `{"a":["x"," ","\u00e4\\",7,null],"n":1.50,"long":true,"\u00e9":"k"}`))
	if diff := cmp.Diff([]string{"x", `ä\`}, root.Get("a").Texts()); diff != "" {
		t.Error(diff)
	}
	errors, warnings := r.Sorted()
	if errors.Error() != "a[3] 7: want a string" || warnings.Error() != `a[1] " ": an empty entry is ignored` {
		t.Errorf("%v, %v", errors, warnings)
	}
	if root.Get("n").Node.Text() != "1.50" || root.Get("long").Node.Text() != "" || root.Get("é").Node.Text() != "k" {
		t.Errorf("%q %q", root.Get("n").Node.Text(), root.Get("long").Node.Text())
	}
}

// TestChoices: one of several words, in any case.
func TestChoices(t *testing.T) {
	for names, want := range map[string]string{"": "", "In": "In", "In,Out": "In or Out", "Allow,Block,Pass": "Allow, Block or Pass"} {
		if got := OrList(strings.Split(names, ",")); got != want {
			t.Errorf("%s: %q", names, got)
		}
	}
	type word string
	var r Report
	root := r.Read(decoded(t, `{"a":"OUT","b":"up","c":7}`))
	if w, ok := Choice[word](root.Get("a"), "In", "Out"); !ok || w != "Out" {
		t.Errorf("%q %t", w, ok)
	}
	for _, key := range []string{"b", "c", "d"} {
		if w, ok := Choice[word](root.Get(key), "In", "Out"); ok {
			t.Errorf("%s: %q", key, w)
		}
	}
	errors, _ := r.Sorted()
	if got, want := errors.Error(), `b "up": want In or Out; c 7: want a string`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestFieldsThatNobodyReads: blank ones do not count, and a nearly right name is recognized.
func TestFieldsThatNobodyReads(t *testing.T) {
	var r Report
	root := r.Read(decoded(t, `{"read":1,"zero":0,"no":false,"none":null,"empty":"","list":[],"object":{},"raed":1,"full":[0],"more":{"x":1},
		"deep":`+strings.Repeat("[", MaxDepth)+strings.Repeat("]", MaxDepth)+`}`))
	root.Get("read")
	var unused []string
	for _, v := range root.Unused() {
		unused = append(unused, v.Key()+"/"+v.Nearest())
	}
	if diff := cmp.Diff([]string{"raed/read", "full/", "more/", "deep/"}, unused); diff != "" {
		t.Error(diff)
	}
	if n := len(root.All("zero", "NO", "read")); n != 3 {
		t.Errorf("%d values", n)
	}
}

// TestMandatoryFields are reported where they should be; a soft report warns.
func TestMandatoryFields(t *testing.T) {
	for _, soft := range []bool{false, true} {
		r := Report{Soft: soft}
		r.Read(decoded(t, `{"p":[{"x":null}]}`)).Get("p").Items()[0].Require("a number", "x", "y")
		errors, warnings := r.Sorted()
		if soft {
			errors, warnings = warnings, errors
		}
		if errors.Error() != "p[0].x is missing: want a number" || len(warnings) != 0 {
			t.Errorf("soft %t: %v, %v", soft, errors, warnings)
		}
	}
}

// TestPaths: keys with dots, elements, and what leads nowhere.
func TestPaths(t *testing.T) {
	root := decoded(t, `{"p":{"Type":"A","x":1,"Settings":{"y":2}},"q":{"x":[5]}}`)
	for path, want := range map[string]string{"p.Settings.y": "2", "p.Settings.x": "", "q.Settings.x": "[5]", "q.Value.Settings.x[0]": "5"} {
		if got := string(root.At(path).JSON()); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	root = decoded(t, `{"a.b":{"c":[[1,2],{"d":3}]},"n":7}`)
	for path, want := range map[string]string{
		"a.b.c[0][1]": "2", "A.B.c[1].D": "3", "n": "7", "n.x": "", "a": "", "a.bc": "", "a.b.c[2]": "", "a.b.c[0]x": "", "[0]": "",
	} {
		if got := string(root.At(path).JSON()); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	n := root.At("a.b.c[1].d")
	if n.Path() != "a.b.c[1].d" || n.Offset() != strings.Index(`{"a.b":{"c":[[1,2],{"d":3}]},"n":7}`, "3") || len(root.Children()) != 2 || root.Path() != "" {
		t.Errorf("%s at %d", n.Path(), n.Offset())
	}
}

// TestListsInTexts: loose readers split at commas, up to the bound of a list.
func TestListsInTexts(t *testing.T) {
	r := Report{Loose: true}
	items := func(text string) (all []string) {
		for _, item := range r.Read(decoded(t, `{"x":"`+text+`"}`)).Get("x").Items() {
			s, _ := item.Str()
			all = append(all, s)
		}
		return all
	}
	for text, want := range map[string][]string{"a": {"a"}, " a ,b": {"a", "b"}, "a,": {"a", ""}, ",": {"", ""}, "  ": nil} {
		if diff := cmp.Diff(want, items(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if n := len(items(strings.Repeat("1,", MaxItems-1) + "1")); n != MaxItems || r.Failed() != 0 {
		t.Errorf("%d items, %d errors", n, r.Failed())
	}
	if n := len(items(strings.Repeat("1,", MaxItems) + "1")); n != 0 || r.Failed() != 1 {
		t.Errorf("%d items, %d errors", n, r.Failed())
	}
}

// TestUnreadValues: what Decode left out is reported once, by Bounds, whoever reads it.
func TestUnreadValues(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	for _, loose := range []bool{false, true} {
		r := Report{Loose: loose}
		n := decoded(t, `{"x":`+deep+`}`)
		for n.first != nil {
			n = n.first
		}
		v := r.Read(n)
		if _, ok := v.Bool(); ok || n.Kind() != TooDeep {
			t.Errorf("a boolean of %v", n.Kind())
		}
		if _, ok := v.Whole(0, 1); ok {
			t.Error("a number")
		}
		if _, ok := v.Str(); ok || len(v.Items()) > 0 || v.Object().Given() {
			t.Error("a text, a list or an object")
		}
		if errors, _ := r.Sorted(); len(errors) > 0 {
			t.Errorf("loose %t: %v", loose, errors)
		}
	}
}

// TestQuotedBooleans: only loose readers accept them, and nobody any other text; "" is a missing value to them.
func TestQuotedBooleans(t *testing.T) {
	for _, row := range []struct {
		text  string
		loose bool
		want  string
	}{
		{"true", true, "true"}, {"false", true, "false"}, {"x", true, `x "x": want true or false`},
		{"true", false, `x "true": want true or false, without quotes`}, {"FALSE", false, `x "FALSE": want true or false, without quotes`},
		{"x", false, `x "x": want true or false`}, {"", true, ""}, {"", false, `x "": want true or false`},
	} {
		r := Report{Loose: row.loose}
		value, ok := r.Read(decoded(t, `{"long":0,"x":"`+row.text+`"}`)).Get("x").Bool()
		errors, _ := r.Sorted()
		got := errors.Error()
		if ok {
			got += strconv.FormatBool(value)
		}
		if got != row.want {
			t.Errorf("%q, loose %t: %q, want %q", row.text, row.loose, got, row.want)
		}
	}
}

// TestManyFindingsAreSorted: by position, and those about one value in the order in which they were made.
func TestManyFindingsAreSorted(t *testing.T) {
	const fields = 45
	var r Report
	root := r.Read(decoded(t, `{"list":[`+strings.Repeat("0,", fields-1)+`0]}`))
	items := root.Get("list").Items()
	for pass := range 2 {
		for i := range fields {
			items[i*17%fields].Fail("%d", pass)
		}
	}
	errors, _ := r.Sorted()
	for i, f := range errors {
		if want := fmt.Sprintf("list[%d] 0: %d", i/2, i%2); f.Error() != want {
			t.Errorf("%d: %s, want %s", i, f, want)
		}
	}
}
