package hostnet

import "strings"

// SameID reports whether two GUIDs are the same object. HNS changes their case, and some of its
// documents put braces around them (hcsshim#1270).
func SameID(a, b string) bool {
	return strings.EqualFold(strings.Trim(a, "{}"), strings.Trim(b, "{}"))
}

// NoID reports whether a GUID field names nothing: empty, or all zeros.
func NoID(id string) bool {
	return strings.Trim(id, "{}-0") == ""
}

// IsID reports whether the text is a GUID, as the bindings read one: 8-4-4-4-12 hexadecimal digits,
// with or without braces.
func IsID(text string) bool {
	if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
		text = text[1 : len(text)-1]
	}
	groups := strings.Split(text, "-")
	if len(groups) != 5 {
		return false
	}
	for i, want := range [5]int{8, 4, 4, 4, 12} {
		if len(groups[i]) != want || strings.Trim(groups[i], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}
