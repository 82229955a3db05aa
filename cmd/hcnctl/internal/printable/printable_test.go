package printable

import "testing"

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"web_nat":                     "web_nat",
		"vEthernet (Ethernet 2)":      "vEthernet (Ethernet 2)",
		"Øresund ×3":                  "Øresund ×3",
		"\x1b[2Jred\a":                `\x1b[2Jred\a`,
		"one\ntwo\r\tthree":           `one\ntwo\r\tthree`,
		"right\u202eleft\u200b":       `right\u202eleft\u200b`,
		"a\xffb":                      `a\xffb`,
		"\ufffd":                      "\ufffd",
		"\u009b31m":                   `\u009b31m`,
		`C:\Program Files\hcnctl "x"`: `C:\Program Files\hcnctl "x"`,
	} {
		if got := Text(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	if got := Lines("first\nsecond\x1b"); got != "first\nsecond\\x1b" {
		t.Errorf("lines: %q", got)
	}
}
