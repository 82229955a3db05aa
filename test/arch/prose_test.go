package arch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// banned are phrases whose meaning a reader would have to guess, each with a replacement. They match lower-cased
// text, across the end of a line.
var banned = []struct{ phrase, write string }{
	{`\bmend(s|ed|ing)?\b`, "fix, correct, repair"},
	{`in no namespace that is there`, "in a namespace that does not exist"},
	{`needs? windows to be looked at`, "can be tried without Windows"},
	{`\b(without|with) a word\b`, "silently; with a warning"},
	{`lost without`, "silently lost"},
	{`it will when hns is back`, "DEL succeeds once HNS is available again"},
	{`says so where it cannot|and says so \(`, "reports what it skips"},
	{`hand us\b|hands us\b`, "input, controls"},
	{`\bhurting\b`, "injecting faults"},
	{`is believed|believes? twice`, "counts as, is trusted"},
	{`go before it"|flags go before`, "flags override it"},
	{`\bsay --`, "pass --"},
	{`\banew\b|makes? (it|them) again|is made again|was made again`, "recreates, recreate, again"},
	{`[^.!?:] besides\b[.,;)"]`, "also, in addition, unexpected"},
	{`knocks? together`, "collide, overlap"},
	{`\b(can|could|cannot|can't) be had\b`, "is available, can be installed"},
	{`there is none of`, "there is no"},
	{`\bgoes with pkg\b|which goes with`, "belongs to, documents"},
	{`the configuration asks for something`, "the configuration requests something"},
	{`\bstands? in (a|every|the|it|one|its)\b`, "is in"},
	{`\blies? in (no|none|its|the|a)\b`, "is in"},
	{`\bhas no home\b`, "is defined nowhere"},
	{`says it too\b`, "like the field"},
	{`what windows does and linux does not`, "Differences between Windows and Linux"},
	{`somebody'?s choice|of somebody else\b`, "arbitrary; another"},
	{`\bfor ever\b`, "forever"},
	{`took it as done|takes it as done`, "treats it as success"},
	{`half-alive`, "incomplete"},
	{`was tried on a windows host by us`, "has been tested on a Windows host"},
	{`\bhands? out\b|\bhanded out\b`, "assigns, assigned"},
	{`\bsomebody\b`, "another process, another pod"},
	{`goes without\b`, "has no"},
	{`(what|that) (it|a policy) is put on|\bput on\b`, "applies to"},
	{`counts? as not given`, "counts as missing"},
	{`half-made`, "incomplete"},
	{`(has|have|had) (nothing|something|to do) (to do )?with\b`, "does not refer to, concerns"},
	{`\bwhat (became|becomes|came|is made) of\b`, "outcome, result"},
	{`complain(s|ed)? of\b`, "reports, is reported"},
	{`\b(is|are) drawn\b`, "is random, are chosen at random"},
	{`first (one )?that is free`, "the first free"},
	{`\bt(ake|akes|aken|aking|ook) (it |them |everything )?back\b`, "undo, release"},
	{`g(ive|ives|iven|ave|iving) (it |them )?back\b`, "release, return, restore"},
	{`g(o|oes|oing) on after\b`, "continues after"},
	{`the other way round`, "vice versa, in the opposite order"},
	{`\bfor want of\b`, "because of missing"},
	{`(refus|reject)(e|es|ed|s) what is no\b|what is no\b`, "rejects text that is not, an invalid"},
	{`not there any more`, "no longer exists"},
	{`\b(that|which) (is|are) there\b`, "existing, that exists"},
	{`a second look|after a look\b`, "after a check"},
	{`\bwr(ite|ites|itten|ote) down\b`, "record, records, recorded"},
	{`stands? twice|said twice`, "occurs twice"},
	{`\bwhatever is said\b`, "whatever the outcome"},
	{`ma(ke|kes|de) a (network|namespace|directory|node)\b`, "creates a"},
	{`\bbehind our back\b`, "by another program"},
}

// proseEnd is the end of a line with the comment mark of the next one, which a phrase may span.
var proseEnd = regexp.MustCompile(`\s*\n[\t ]*(//|#|>)?[\t ]*`)

// TestProse: messages, comments and pages use the words of the field.
func TestProse(t *testing.T) {
	rules := make([]*regexp.Regexp, len(banned))
	for i, b := range banned {
		rules[i] = regexp.MustCompile(b.phrase)
	}
	read := 0
	err := filepath.WalkDir("../..", func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && slices.Contains([]string{".git", "out"}, e.Name()) {
			return filepath.SkipDir
		}
		if !isProse(path) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		line := strings.ToLower(proseEnd.ReplaceAllString(string(text), " "))
		for i, rule := range rules {
			for _, at := range rule.FindAllStringIndex(line, -1) {
				t.Errorf("%s: %q: write %s", path, line[max(0, at[0]-40):min(len(line), at[1]+40)], banned[i].write)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 300 {
		t.Errorf("read only %d files", read)
	}
}

// isProse reports whether a file is read: all files with messages, comments or pages, except this list itself.
func isProse(path string) bool {
	name := filepath.Base(path)
	return name != "prose_test.go" && (name == "Makefile" || slices.Contains(
		[]string{".go", ".md", ".txt", ".mk", ".sh", ".ps1"}, strings.ToLower(filepath.Ext(name))))
}
