package netconf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with what a plugin was given.
type Problem struct {
	// Path is the JSON path of the value, with the keys as they are written: ipam.routes[0].GW. It is
	// empty for the whole document, and CNI_ARGS:IP for an argument.
	Path string
	// Msg is the quoted value, what is wrong with it and what is allowed.
	Msg string
}

// Error reads `ipam.subnet "10.0.0.0/33": prefix length 33 is over 32`.
func (p Problem) Error() string {
	if p.Path == "" {
		return p.Msg
	}
	return p.Path + " " + p.Msg
}

// Problems is everything that is wrong with a configuration, in the order of the document.
type Problems []Problem

// Error joins all problems with "; ".
func (ps Problems) Error() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.Error()
	}
	return strings.Join(texts, "; ")
}

// Err is nil where there are no problems, and otherwise an error that errors.As finds as Problems.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// severity says what becomes of a finding.
type severity int

const (
	advice severity = iota // goes to Config.Warnings
	wrong                  // a problem
	fatal                  // a problem for DEL and GC too: without the value they could do damage
)

// finding is a problem or a warning that remembers where in the document it was found.
type finding struct {
	at int
	severity
	Problem
}

// findings collects what the readers of a configuration find.
type findings struct {
	all []finding
	// soft makes advice of everything that is wrong: what other people's IPAM takes is not ours to judge.
	soft bool
	// lenient does the same for DEL and GC, which need next to nothing to be right.
	lenient bool
}

func (f *findings) add(at int, s severity, path, msg string) {
	if s == wrong && (f.soft || f.lenient) {
		s = advice
	}
	f.all = append(f.all, finding{at, s, Problem{path, msg}})
}

// fail records that the value of n is wrong. The message follows the path and the quoted value.
func (f *findings) fail(n *node, format string, args ...any) {
	f.add(n.start, wrong, n.path(), n.quote()+": "+fmt.Sprintf(format, args...))
}

// fatal is fail for what no verb can do without.
func (f *findings) fatal(n *node, format string, args ...any) {
	f.add(n.start, fatal, n.path(), n.quote()+": "+fmt.Sprintf(format, args...))
}

// missing records that parent lacks the field name.
func (f *findings) missing(s severity, parent *node, name, format string, args ...any) {
	f.add(parent.start, s, join(parent.path(), name), "is missing: "+fmt.Sprintf(format, args...))
}

// advise records a warning about n.
func (f *findings) advise(n *node, format string, args ...any) {
	f.add(n.start, advice, n.path(), n.quote()+": "+fmt.Sprintf(format, args...))
}

// sorted returns problems and warnings, each in the order of the document.
func (f *findings) sorted() (Problems, []string) {
	slices.SortStableFunc(f.all, func(a, b finding) int { return a.at - b.at })
	var problems Problems
	var warnings []string
	seen := map[finding]bool{} // a field that is read in two places is complained of once
	for _, found := range f.all {
		if seen[found] {
			continue
		}
		seen[found] = true
		if found.severity == advice {
			warnings = append(warnings, found.Error())
		} else {
			problems = append(problems, found.Problem)
		}
	}
	return problems, warnings
}

// maxQuoted bounds how much of a value a message repeats.
const maxQuoted = 80

func quote(s string) string {
	if len(s) <= maxQuoted {
		return strconv.Quote(s)
	}
	return strconv.Quote(strings.ToValidUTF8(s[:maxQuoted], "")+"…") + fmt.Sprintf(" (%d bytes)", len(s))
}
