package arch_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	reference = regexp.MustCompile(`(^|[^A-Za-z0-9./_-])([A-Za-z][A-Za-z0-9._-]*(?:/[A-Za-z0-9._-]+)?)#([0-9]+)\b`)
	shortName = regexp.MustCompile(`(?m)^\| ([A-Za-z0-9-]+) \| \[([^]/]+/[^]]+)\]\(https://github\.com/([^)]+)\) \|$`)
	// nowhere are references to documents that are not in this repository.
	nowhere = regexp.MustCompile(`field-facts|field notes`)
	// notIssues are not GitHub's: PKCS#12, and HcnOpenNetwork#2 of HCNEMU_FAULTS.
	notIssues = regexp.MustCompile(`^(PKCS|H[a-z]*n[A-Z]\w*|HNSCall|API)$`)
)

// TestReferencesLeadSomewhere: every short name of an issue has its row in docs/references.md, every row is used, and
// nothing refers to documents outside this repository.
func TestReferencesLeadSomewhere(t *testing.T) {
	legend, err := os.ReadFile("../../docs/references.md")
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for _, row := range shortName.FindAllStringSubmatch(string(legend), -1) {
		unused[row[1]] = true
		if row[2] != row[3] {
			t.Errorf("references.md: %s is %s and links to %s", row[1], row[2], row[3])
		}
	}
	known := func(name string) bool { _, ok := unused[name]; return ok }
	eachText(t, func(file string, text []byte) {
		if file == "docs/references.md" || file == "test/arch/references_test.go" || path.Ext(file) != ".go" && path.Ext(file) != ".md" {
			return
		}
		for _, found := range reference.FindAllStringSubmatch(string(text), -1) {
			name := found[2]
			if strings.Contains(name, "/") || notIssues.MatchString(name) {
				continue
			}
			if !known(name) {
				t.Errorf("%s refers to %s#%s, and docs/references.md has no row for %s", file, name, found[3], name)
				continue
			}
			unused[name] = false
		}
		if found := nowhere.Find(text); found != nil {
			t.Errorf("%s refers to %q, which this repository does not have", file, found)
		}
	})
	for name, still := range unused {
		if still {
			t.Errorf("references.md has a row for %s, which nothing uses", name)
		}
	}
}
