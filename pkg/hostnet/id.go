package hostnet

import (
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

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
	return hcnspec.IsGUID(text)
}
