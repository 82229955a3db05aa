package confdoc

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Report collects what the readers of a document find.
type Report struct {
	// Soft turns errors into warnings, but for fatal ones: DEL needs next to nothing to be right, and what
	// other people's IPAM plugins take is not for us to judge.
	Soft bool
	// Loose takes numbers and truth values that are written as strings and the other way round, lists that
	// are texts with commas, and "" for a value that is not given. PowerShell and templates write policies so.
	Loose bool

	found [2][]found // by severity
	more  [2]int     // what was found beyond maxFindings
	asked map[*Node][]string
}

// found remembers where in the document something was found.
type found struct {
	at int
	Finding
}

// What is kept and shown of findings: a message is for people, and a CNI error for a line in an event.
const (
	maxFindings = 100  // of each severity
	maxQuoted   = 80   // bytes of a value
	maxMessage  = 500  // bytes of a message
	maxError    = 3000 // bytes of all findings together; a CNI error has 4 KiB, with its quotes escaped
)

// Failed returns the number of errors so far.
func (r *Report) Failed() int { return len(r.found[Error]) + r.more[Error] }

// Add records a finding about n, or behind everything in the document where n is nil. The path is n's own
// where it is empty.
func (r *Report) Add(n *Node, s Severity, path, format string, args ...any) {
	if r.full(s) {
		return
	}
	f := found{at: MaxSize, Finding: Finding{Path: shorten(path, maxMessage), Severity: s, Message: shorten(fmt.Sprintf(format, args...), maxMessage)}}
	if n != nil {
		f.at, f.Place = int(n.start), n.Place()
	}
	r.found[s] = append(r.found[s], f)
}

// full reports whether no more findings of a severity are kept, and counts one more then.
func (r *Report) full(s Severity) bool {
	if len(r.found[s]) < maxFindings {
		return false
	}
	r.more[s]++
	return true
}

// Sorted returns errors and warnings, each in the order of the document and once.
func (r *Report) Sorted() (errors, warnings Findings) { return r.of(Error), r.of(Warning) }

// of returns the findings of one severity.
func (r *Report) of(s Severity) Findings {
	// Not slices.SortStableFunc here and elsewhere: each type that it sorts adds 10 KB to every plugin.
	sort.SliceStable(r.found[s], func(i, j int) bool { return r.found[s][i].at < r.found[s][j].at })
	var all Findings
	for _, f := range r.found[s] {
		if !slices.Contains(all, f.Finding) { // a field that is read in two places is complained of once
			all = append(all, f.Finding)
		}
	}
	if r.more[s] > 0 {
		all = append(all, Finding{Severity: s, Message: fmt.Sprintf("and %d more", r.more[s])})
	}
	return all
}

// Quote renders a value for a message, cut where it is long.
func Quote(s string) string {
	if len(s) <= maxQuoted {
		return strconv.Quote(s)
	}
	return strconv.Quote(cut(s)) + fmt.Sprintf(" (%d bytes)", len(s))
}

// cut is the beginning of a text that is too long for a message.
func cut(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	return strings.ToValidUTF8(s[:maxQuoted], "") + "…"
}

// shorten cuts a message.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}
