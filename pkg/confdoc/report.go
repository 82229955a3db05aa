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
	// Soft turns errors into warnings, except fatal ones: DEL needs almost nothing to be correct, and the configuration
	// of other IPAM plugins cannot be judged here.
	Soft bool
	// Loose accepts numbers and booleans that are written as strings and vice versa, texts with commas as lists, and ""
	// for a missing value. PowerShell and templates write such policies.
	Loose bool

	found [2][]found // by severity
	more  [2]int     // number of findings beyond maxFindings
	asked map[*Node][]string
}

// found is a finding with its position in the document.
type found struct {
	at, nth int // in the document, and among the findings of its severity
	Finding
}

// Limits of findings: people read a message, and a CNI error has to fit into a line of an event.
const (
	maxFindings = 100  // of each severity
	maxQuoted   = 80   // bytes of a value
	maxMessage  = 500  // bytes of a message
	maxError    = 3000 // bytes of all findings together; a CNI error has 4 KiB, with its quotes escaped
)

// Failed returns the number of errors so far.
func (r *Report) Failed() int { return len(r.found[Error]) + r.more[Error] }

// Add records a finding about n, or, if n is nil, one that sorts after everything in the document. An empty path stands
// for n's own.
func (r *Report) Add(n *Node, s Severity, path, format string, args ...any) {
	if r.full(s) {
		return
	}
	f := found{at: MaxSize, nth: len(r.found[s]), Finding: Finding{Path: shorten(path, maxMessage), Severity: s, Message: shorten(fmt.Sprintf(format, args...), maxMessage)}}
	if n != nil {
		f.at, f.Place = int(n.start), n.Place()
	}
	r.found[s] = append(r.found[s], f)
}

// full reports whether no more findings of a severity are kept, and if so counts one more.
func (r *Report) full(s Severity) bool {
	if len(r.found[s]) < maxFindings {
		return false
	}
	r.more[s]++
	return true
}

// Sorted returns errors and warnings, in the order of the document and without duplicates.
func (r *Report) Sorted() (errors, warnings Findings) { return r.of(Error), r.of(Warning) }

// of returns the findings of one severity.
func (r *Report) of(s Severity) Findings {
	// Neither slices.SortFunc nor sort.Slice here and elsewhere: the first adds 10 KB to every plugin for each type, the
	// second 5 KB once; sort.Sort is in them anyway.
	sort.Sort(inDocument(r.found[s]))
	var all Findings
	for _, f := range r.found[s] {
		if !slices.Contains(all, f.Finding) { // a field that is read in two places is reported once
			all = append(all, f.Finding)
		}
	}
	if r.more[s] > 0 {
		all = append(all, Finding{Severity: s, Message: fmt.Sprintf("and %d more", r.more[s])})
	}
	return all
}

// inDocument sorts findings in the order of the document, those about one place in the order in which they were made.
type inDocument []found

func (f inDocument) Len() int { return len(f) }

func (f inDocument) Less(i, j int) bool {
	return f[i].at < f[j].at || f[i].at == f[j].at && f[i].nth < f[j].nth
}

func (f inDocument) Swap(i, j int) { f[i], f[j] = f[j], f[i] }

// Quote renders a value for a message, shortened if it is long.
func Quote(s string) string {
	if len(s) <= maxQuoted {
		return strconv.Quote(s)
	}
	return strconv.Quote(cut(s)) + fmt.Sprintf(" (%d bytes)", len(s))
}

// cut returns the beginning of a text that is too long for a message.
func cut(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	return strings.ToValidUTF8(s[:maxQuoted], "") + "…"
}

// shorten shortens a message to the limit.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}
