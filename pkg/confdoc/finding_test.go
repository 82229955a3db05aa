package confdoc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFindings: the text of a finding has its path, or its place where the document stops being JSON.
func TestFindings(t *testing.T) {
	for _, row := range []struct {
		f                     Finding
		text, place, severity string
	}{
		{Finding{Path: "vlan", Message: "0: no", Place: Place{2, 3}}, "vlan 0: no", "2:3", "error"},
		{Finding{Message: "not JSON", Place: Place{2, 3}, Severity: Warning}, "line 2, column 3: not JSON", "2:3", "warning"},
		{Finding{Message: "empty", Place: start}, "empty", "1:1", "error"},
		{Finding{Message: "of an argument"}, "of an argument", "", "error"},
	} {
		place, _ := row.f.Place.MarshalText()
		severity, _ := row.f.Severity.MarshalText()
		if row.f.Error() != row.text || string(place) != row.place || string(severity) != row.severity {
			t.Errorf("%+v: %q at %s, %s", row.f, row.f.Error(), place, severity)
		}
	}
	if err := (Findings{}).Err(); err != nil || Findings(nil).Texts() != nil {
		t.Errorf("no findings: %v", err)
	}
}

// TestFindingsFitIntoAnError: as many as the limit permits, and the number of the others.
func TestFindingsFitIntoAnError(t *testing.T) {
	of := func(lengths ...int) Findings {
		var fs Findings
		for _, n := range lengths {
			fs = append(fs, Finding{Message: strings.Repeat("m", n)})
		}
		return fs
	}
	for _, row := range []struct {
		fs   Findings
		want string
	}{
		{of(2, 3), "mm; mmm"},
		{of(maxError), strings.Repeat("m", maxError)},
		{of(maxError+1, 1), "; and 2 more"},
		{of(1000, maxError-1000), strings.Repeat("m", 1000) + "; " + strings.Repeat("m", maxError-1000)},
		{of(1000, maxError-999, 5), strings.Repeat("m", 1000) + "; and 2 more"},
	} {
		if diff := cmp.Diff(row.want, row.fs.Error()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTextsAreShortened at their limits, at the beginning of a character.
func TestTextsAreShortened(t *testing.T) {
	long := strings.Repeat("x", maxQuoted)
	for _, row := range []struct{ got, want string }{
		{Quote(long), `"` + long + `"`}, {Quote(long + "y"), `"` + long + `…" (81 bytes)`},
		{cut(long), long}, {cut(long + "y"), long + "…"}, {cut(long[1:] + "ä"), long[1:] + "…"},
		{shorten("abc", 3), "abc"}, {shorten("abcd", 3), "abc…"}, {shorten("abä", 3), "ab…"}, {shorten("\x80\x80", 1), "…"},
	} {
		if row.got != row.want {
			t.Errorf("%q, want %q", row.got, row.want)
		}
	}
}

// TestReportsAreBounded: a hundred of each severity, then their number.
func TestReportsAreBounded(t *testing.T) {
	r := Report{}
	root := decoded(t, `{"x":1}`)
	for i := range maxFindings {
		r.Add(root, Error, "", "%d", i)
	}
	if errors, _ := r.Sorted(); len(errors) != maxFindings || r.Failed() != maxFindings {
		t.Errorf("%d errors, %d failed", len(errors), r.Failed())
	}
	r.Read(root).Get("x").Fail("no")
	r.Add(nil, Error, "", "no")
	if errors, _ := r.Sorted(); len(errors) != maxFindings+1 || errors[maxFindings].Message != "and 2 more" || r.Failed() != maxFindings+2 {
		t.Errorf("%d errors, the last is %v; %d failed", len(errors), errors[len(errors)-1], r.Failed())
	}
	if _, warnings := r.Sorted(); len(warnings) != 0 {
		t.Errorf("warnings %v", warnings)
	}
}

// TestFindingsAreSorted by position; those about one value keep their order, and arguments come last.
func TestFindingsAreSorted(t *testing.T) {
	r := Report{}
	root := decoded(t, `{"a":1,"b":2}`)
	r.Add(nil, Error, "CNI_ARGS", "last")
	r.Read(root).Get("b").Fail("second")
	r.Read(root).Get("b").Fail("third")
	r.Read(root).Get("a").Fail("first")
	r.Read(root).Get("a").Fail("first")
	errors, _ := r.Sorted()
	if got, want := errors.Error(), "a 1: first; b 2: second; b 2: third; CNI_ARGS last"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if errors[3].Place != (Place{}) || errors[1].Place != (Place{1, 12}) {
		t.Errorf("%+v", errors)
	}
}

// TestWhatIsNoObject: each kind of document, and what editors on Windows put before one.
func TestWhatIsNoObject(t *testing.T) {
	for text, want := range map[string]string{
		"7": "the configuration is a number: want a JSON object", "true": "the configuration is a boolean: want a JSON object",
		"null": "the configuration is null: want a JSON object", `"x"`: "the configuration is a string: want a JSON object",
		"[]": "the configuration is a list: want a JSON object", " \n": "the configuration is empty: want a JSON object",
		"\xef\xbb\xbf{}": "the configuration begins with a byte-order mark, which runtimes reject: save it as UTF-8 without BOM",
		"\xff\xfe{\x00":  "the configuration is UTF-16, which runtimes reject: save it as UTF-8 without BOM",
		"\xfe\xff\x00{":  "the configuration is UTF-16, which runtimes reject: save it as UTF-8 without BOM",
		"{\n\u00a0}":     "line 2, column 1: not JSON: a no-break space (U+00A0), which JSON does not allow as white space",
		"{\n\"a\" 1}":    "line 2, column 5: not JSON: invalid character '1' after object key",
		"{":              "not JSON: unexpected end of JSON input",
	} {
		root, bad := Decode([]byte(text))
		if got := bad.Error(); root != nil || got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if root, bad := Decode([]byte("{}" + strings.Repeat(" ", MaxSize-2))); root == nil {
		t.Errorf("a document of %d bytes: %v", MaxSize, bad)
	}
	if root := decoded(t, fmt.Sprintf("{%q: 7 , \"y\":\t[ true\t, null\n]}", "x")); string(root.At("x").JSON()) != "7" || string(root.At("y[0]").JSON()) != "true" || string(root.At("y[1]").JSON()) != "null" {
		t.Errorf("%q %q %q", root.At("x").JSON(), root.At("y[0]").JSON(), root.At("y[1]").JSON())
	}
}
