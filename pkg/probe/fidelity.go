package probe

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Versions are the HNS versions at which an answer may change, and the newest that is known.
func Versions() []hcnspec.Version {
	return []hcnspec.Version{
		{Major: 9, Minor: 2}, {Major: 9, Minor: 3}, {Major: 9, Minor: 5}, {Major: 10, Minor: 1}, {Major: 10, Minor: 3}, {Major: 10, Minor: 5},
		{Major: 11, Minor: 0}, {Major: 11, Minor: 10}, {Major: 11, Minor: 11}, {Major: 12, Minor: 0}, {Major: 12, Minor: 1},
		{Major: 13, Minor: 0}, {Major: 13, Minor: 1}, {Major: 13, Minor: 2}, {Major: 13, Minor: 3}, {Major: 14, Minor: 0},
		{Major: 15, Minor: 0}, {Major: 15, Minor: 1}, {Major: 15, Minor: 4}, {Major: 15, Minor: 5}, {Major: 16, Minor: 0},
	}
}

// Table renders the probes as the tables of FIDELITY.md, one per section, with their number for each certainty.
func Table() string {
	var b strings.Builder
	counts := map[Sure]int{}
	section := ""
	for _, p := range Probes() {
		counts[p.Sure]++
		if p.Section != section {
			section = p.Section
			fmt.Fprintf(&b, "\n## %s\n\n| probe | what | answer | source | confidence |\n|---|---|---|---|---|\n", section)
		}
		name := "`" + p.Name + "`"
		if p.Ask == nil {
			name += " (not asked: " + p.NotAsked + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, p.What, p.expected(), p.Source, p.Sure)
	}
	fmt.Fprintf(&b, "\n%d rules: %d test, %d seen, %d name, %d guess.\n",
		len(Probes()), counts[Test], counts[Seen], counts[Named], counts[Guess])
	return b.String()
}

// expected returns the answer as text, or the answers with the versions from which they apply.
func (p Probe) expected() string {
	if p.Answer != "" {
		return p.Answer
	}
	if p.Ask == nil {
		return "–"
	}
	var parts []string
	var before Answer
	for _, v := range Versions() {
		if answer := p.Want(v); answer != before {
			parts = append(parts, fmt.Sprintf("%s from %s", answer, v))
			before = answer
		}
	}
	if len(parts) == 1 {
		return string(before)
	}
	return strings.Join(parts, ", ")
}
