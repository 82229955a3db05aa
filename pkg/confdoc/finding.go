// Package confdoc reads JSON configuration documents. It is the only reader of them: a tree whose values
// know where they stand, the scalars that configurations are made of, and the findings about them.
package confdoc

import (
	"fmt"
	"strconv"
	"strings"
)

// Finding is one thing to know about what a plugin was given.
type Finding struct {
	// Path is the JSON path of the value, with the keys as they are written: ipam.routes[0].GW. It is
	// empty for the whole document, and CNI_ARGS:IP for an argument.
	Path string
	// Place is where the value begins in the document; the zero Place is unknown.
	Place    Place
	Severity Severity
	// Message is the quoted value, what is wrong with it and what is allowed.
	Message string
}

// Error reads `ipam.subnet "10.0.0.0/33": prefix length 33 is over 32`, and where a document stops being JSON
// `line 4, column 1: not JSON: invalid character …`.
func (f Finding) Error() string {
	switch {
	case f.Path != "":
		return f.Path + " " + f.Message
	case f.Place != Place{} && f.Place != start:
		return fmt.Sprintf("line %d, column %d: %s", f.Place.Line, f.Place.Column, f.Message)
	}
	return f.Message
}

// Severity says what becomes of a finding.
type Severity int

// An Error makes ADD fail, a Warning goes to the log.
const (
	Error Severity = iota
	Warning
)

// String is error or warning.
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

// String reads 12:5, and nothing where the place is unknown.
func (p Place) String() string {
	if p.Line == 0 {
		return ""
	}
	return strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// MarshalText writes the place as String does.
func (p Place) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Findings is everything to know about a configuration, in the order of the document. As an error it is
// what makes the configuration invalid: CNI code 7.
type Findings []Finding

// Error joins the findings with "; ". Those that would make it longer than a CNI error may be are counted only.
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

// Texts returns each finding as its Error; nil where there are none.
func (fs Findings) Texts() []string {
	var texts []string
	for _, f := range fs {
		texts = append(texts, f.Error())
	}
	return texts
}

// Err is nil where there are no findings, and otherwise an error that errors.As finds as Findings.
func (fs Findings) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}
