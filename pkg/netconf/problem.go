package netconf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
)

// severity says what becomes of a finding.
type severity int

const (
	advice severity = iota // goes to Config.Warnings
	wrong                  // a problem
	fatal                  // a problem for DEL and GC too: without the value they could do damage
)

func public(s severity) confdoc.Severity {
	if s == advice {
		return confdoc.Warning
	}
	return confdoc.Error
}

// finding is a problem or a warning that remembers where in the document it was found.
type finding struct {
	at int
	severity
	confdoc.Finding
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
	f.all = append(f.all, finding{at, s, confdoc.Finding{Path: path, Severity: public(s), Message: msg}})
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
func (f *findings) sorted() (problems, warnings confdoc.Findings) {
	slices.SortStableFunc(f.all, func(a, b finding) int { return a.at - b.at })
	seen := map[finding]bool{} // a field that is read in two places is complained of once
	for _, found := range f.all {
		if seen[found] {
			continue
		}
		seen[found] = true
		if found.severity == advice {
			warnings = append(warnings, found.Finding)
		} else {
			problems = append(problems, found.Finding)
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
