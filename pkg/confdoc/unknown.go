package confdoc

import (
	"slices"
	"strings"
)

// maxAsked limits the number of objects for which a Report remembers the fields that were requested.
const maxAsked = 256

// ask records that fields of an object are known.
func (v Value) ask(names []string) {
	if !v.Given() || len(v.asked) == maxAsked && v.asked[v.Node] == nil {
		return
	}
	if v.asked == nil {
		v.Report.asked = map[*Node][]string{}
	}
	known := v.asked[v.Node]
	if len(known) == 0 || !slices.Contains(known, names[0]) {
		v.asked[v.Node] = append(known, names...)
	}
}

// NearMisses warns of unknown fields whose names resemble those of fields that readers requested.
func (r *Report) NearMisses() {
	for n, known := range r.asked {
		for child := r.Read(n).firstField(); child != nil; child = child.next {
			if near := nearest(child.Key(), known); near != "" {
				r.Read(child).Warn("not a field that is known here; did you mean %s?", near)
			}
		}
	}
}

// Forget leaves the object's unknown fields to another reader.
func (v Value) Forget() { delete(v.asked, v.Node) }

// Unused returns the object's fields that no reader requested, except blank ones: some generators write every key into
// every policy.
func (v Value) Unused() []Value {
	var all []Value
	for n := v.firstField(); n != nil; n = n.next {
		if child := (Value{v.Report, n}); !child.named(v.asked[v.Node]) && !child.blank() {
			all = append(all, child)
		}
	}
	return all
}

// blank reports whether a value is null, "", 0, false, [] or {}.
func (v Value) blank() bool {
	switch v.kind {
	case List, Object:
		return v.first == nil
	case TooDeep, TooLong:
		return false
	}
	return slices.Contains([]string{"null", `""`, "0", "false"}, string(v.JSON()))
}

// Nearest returns the known name that an unknown field's was probably meant to be, or "".
func (v Value) Nearest() string { return nearest(v.Key(), v.asked[v.parent]) }

// nearest returns the known name that key was probably meant to be: at most two letters are wrong, and less than a
// third of them. It returns "" for a known key, or one that resembles none.
func nearest(key string, known []string) string {
	if slices.ContainsFunc(known, func(name string) bool { return strings.EqualFold(name, key) }) {
		return ""
	}
	best, least := "", 1+min(2, (len(key)-1)/3)
	for _, name := range known {
		if max(len(key)-len(name), len(name)-len(key)) >= least {
			continue
		}
		if d := distance(strings.ToLower(key), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance returns the number of letters to insert, remove, change or swap with the next one.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, two := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(row[j-1]+1, above[j]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
