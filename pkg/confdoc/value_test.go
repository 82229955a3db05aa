package confdoc

import (
	"fmt"
	"testing"
)

// TestStrictAndLoose reads one value each with both kinds of reader.
func TestStrictAndLoose(t *testing.T) {
	whole := func(v Value) (any, bool) { n, ok := v.Whole(1, 9); return n, ok }
	truth := func(v Value) (any, bool) { return v.Bool() }
	text := func(v Value) (any, bool) { return v.Str() }
	items := func(v Value) (any, bool) { all := v.Items(); return len(all), len(all) > 0 }
	for _, tt := range []struct {
		json          string
		read          func(Value) (any, bool)
		strict, loose string // the value, or the message
	}{
		{`7`, whole, "7", "7"},
		{`"7"`, whole, `x "7": want a number from 1 to 9, without quotes`, "7"},
		{`"x"`, whole, `x "x": want a number from 1 to 9`, `x "x": want a whole number from 1 to 9`},
		{`10`, whole, `x 10: want a whole number from 1 to 9`, `x 10: want a whole number from 1 to 9`},
		{`1.5`, whole, `x 1.5: want a whole number from 1 to 9`, `x 1.5: want a whole number from 1 to 9`},
		{`true`, truth, "true", "true"},
		{`"True"`, truth, `x "True": want true or false, without quotes`, "true"},
		{`1`, truth, `x 1: want true or false`, `x 1: want true or false`},
		{`"a"`, text, "a", "a"},
		{`" a\u0020"`, text, " a ", "a"},
		{`6`, text, `x 6: want a string`, "6"},
		{`{}`, text, `x (an object): want a string`, `x (an object): want a string`},
		{`["a","b"]`, items, "2", "2"},
		{`"a, b,c"`, items, `x "a, b,c": want a list`, "3"},
		{`5`, items, `x 5: want a list`, "1"},
	} {
		root := decoded(t, `{"x": `+tt.json+`}`)
		for want, loose := range map[string]bool{tt.strict: false, tt.loose: true} {
			if tt.strict == tt.loose && !loose {
				continue
			}
			r := Report{Loose: loose}
			value, ok := tt.read(r.Read(root).Get("x"))
			errors, _ := r.Sorted()
			got := errors.Error()
			if ok {
				got = fmt.Sprint(value)
			}
			if got != want {
				t.Errorf("%s, loose %t: %q, want %q", tt.json, loose, got, want)
			}
		}
	}
}

// TestDuplicates: a field given twice with different values is an error, with equal ones it is not; for Certain it is
// one even in a soft Report.
func TestDuplicates(t *testing.T) {
	for _, tt := range []struct {
		json, get, certain string
	}{
		{`{"x": 1, "X": 1.0}`, `X 1.0: "x" is already given with another value`, `X 1.0: "x" is already given with another value`},
		{`{"x": [1, 2], "X": [1,2]}`, "", ""},
		{`{"x": null, "X": 1}`, "", `X 1: "x" is already given with another value`},
		{`{"x": 1, "y": 2}`, `y 2: "x" is already given with another value`, `y 2: "x" is already given with another value`},
	} {
		root := decoded(t, tt.json)
		var strict Report
		strict.Read(root).Get("x", "y")
		if errors, _ := strict.Sorted(); errors.Error() != tt.get {
			t.Errorf("Get of %s: %q, want %q", tt.json, errors.Error(), tt.get)
		}
		soft := Report{Soft: true}
		soft.Read(root).Certain("x", "y")
		if errors, _ := soft.Sorted(); errors.Error() != tt.certain {
			t.Errorf("Certain of %s: %q, want %q", tt.json, errors.Error(), tt.certain)
		}
	}
}

// TestParts: the elements of a text with commas have the text's position.
func TestParts(t *testing.T) {
	root := decoded(t, `{"x": "a\u002c bad"}`)
	r := Report{Loose: true}
	items := r.Read(root).Get("x").Items()
	items[1].Whole(0, 1)
	errors, _ := r.Sorted()
	want := Finding{Path: "x", Place: Place{1, 7}, Message: `"bad": want a whole number from 0 to 1`}
	if len(errors) != 1 || errors[0] != want {
		t.Errorf("%+v, want %+v", errors, want)
	}
}
