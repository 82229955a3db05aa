// Package confdoc reads JSON configuration documents. It is their only reader: a tree whose values know their
// positions, the scalars of configurations, and the findings about them.
package confdoc

import (
	"fmt"
	"strconv"
	"strings"
)

// Finding is one error or warning about a plugin's input.
type Finding struct {
	// Path is the JSON path of the value, with the keys as written: ipam.routes[0].GW. It is empty for the whole
	// document, and CNI_ARGS:IP for an argument.
	Path string
	// Place is where the value begins in the document; the zero Place is unknown.
	Place    Place
	Severity Severity
	// Message is the quoted value, the problem with it and what is allowed.
	Message string
}

// Error returns `ipam.subnet "10.0.0.0/33": prefix length 33 is over 32`, and where a document stops being JSON `line
// 4, column 1: not JSON: invalid character …`.
func (f Finding) Error() string {
	switch {
	case f.Path != "":
		return f.Path + " " + f.Message
	case f.Place != Place{} && f.Place != start:
		return fmt.Sprintf("line %d, column %d: %s", f.Place.Line, f.Place.Column, f.Message)
	}
	return f.Message
}

// Severity is the effect of a finding.
type Severity int

// An Error makes ADD fail, a Warning goes to the log.
const (
	Error Severity = iota
	Warning
)

// String returns error or warning.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText writes the severity as String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Place is a position in a document: line and column, both from 1, the column in characters.
type Place struct {
	Line, Column int
}

// String returns 12:5, or "" if the place is unknown.
func (p Place) String() string {
	if p.Line == 0 {
		return ""
	}
	return strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// MarshalText writes the place as String does.
func (p Place) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Findings are the findings about a configuration, in the order of the document. As an error they are the reasons why
// the configuration is invalid: CNI code 7.
type Findings []Finding

// Error joins the findings with "; ". Those beyond the length of a CNI error are only counted.
func (fs Findings) Error() string {
	var b strings.Builder
	for i, text := range fs.Texts() {
		if b.Len()+len(text) > maxError {
			fmt.Fprintf(&b, "; and %d more", len(fs)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(text)
	}
	return b.String()
}

// Texts returns the Error of each finding; nil if there are none.
func (fs Findings) Texts() []string {
	var texts []string
	for _, f := range fs {
		texts = append(texts, f.Error())
	}
	return texts
}

// Err returns nil if there are no findings, and otherwise an error that errors.As finds as Findings.
func (fs Findings) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}
