// Package confcheck finds the errors in CNI configuration files: what the plugins would reject, and common mistakes
// with runtimes.
package confcheck

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity is the severity of a finding.
type Severity string

// Errors make ADD fail; warnings do not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one error or warning about a file.
type Finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`   // from 1; 0 if the finding has no place in the file
	Column   int      `json:"column,omitempty"` // from 1, in characters
	Path     string   `json:"path,omitempty"`   // JSON path
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
}

// String returns a line in a format that editors understand: file:line:column: severity: path message.
func (f Finding) String() string {
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	}
	text := f.Message
	if f.Path != "" {
		text = f.Path + " " + text
	}
	return fmt.Sprintf("%s: %s: %s", place, f.Severity, text)
}

// Errors counts the findings that are errors.
func Errors(all []Finding) int {
	n := 0
	for _, f := range all {
		if f.Severity == Error {
			n++
		}
	}
	return n
}

func order(all []Finding) {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
