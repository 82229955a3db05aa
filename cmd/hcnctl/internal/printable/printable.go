// Package printable keeps names from other programs from controlling a terminal or forging lines: names of HNS objects
// may contain anything.
package printable

import (
	"strconv"
	"strings"
	"unicode"
)

// Text returns the text with everything that is not printable escaped, as \x1b, \n or \u202e.
func Text(s string) string { return escape(s, unicode.IsPrint) }

// Lines is Text that keeps line breaks, for messages with several lines.
func Lines(s string) string {
	return escape(s, func(r rune) bool { return r == '\n' || unicode.IsPrint(r) })
}

func escape(s string, keep func(rune) bool) string {
	var b strings.Builder
	for i, r := range s {
		if keep(r) && (r != unicode.ReplacementChar || strings.HasPrefix(s[i:], string(r))) {
			b.WriteRune(r)
			continue
		}
		size := len(string(r))
		if r == unicode.ReplacementChar && !strings.HasPrefix(s[i:], string(r)) {
			size = 1 // a byte that is not UTF-8
		}
		quoted := strconv.Quote(s[i : i+size])
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
