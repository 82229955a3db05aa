package peers

import (
	"fmt"
	"os"
	"testing"
	"testing/synctest"
)

// summary holds the numbers of the last line.
var summary string

func TestMain(m *testing.M) {
	code := m.Run()
	fmt.Print(summary)
	os.Exit(code)
}

// TestPeers runs our plugins with every recorded configuration, on the same networks, and compares the requests for
// networks, endpoints and namespaces and the CNI result with the recording. Each difference has a line of
// testdata/differences.txt, and each line has a difference.
func TestPeers(t *testing.T) {
	rows := readTable(t)
	var names []string
	differences, explained := 0, 0
	for _, d := range readDocuments(t) {
		names = append(names, d.Case)
		var found []difference
		t.Run(d.Case, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // waiting for HNS takes no time
				n := newNode(t, &d)
				found = append(compareVerb("add", d.Add, n.run("ADD")), compareVerb("del", d.Del, n.run("DEL"))...)
			})
			for _, f := range found {
				differences++
				if explain(rows, d.Case, f) {
					explained++
				} else {
					t.Errorf("%s: %s: not in %s", d.Case, f, tableFile)
				}
			}
		})
	}
	for _, r := range rows {
		if cases := r.unused(names); len(cases) > 0 {
			t.Errorf("%s:%d: %s: no such difference in %v", tableFile, r.line, r.text, cases)
		}
	}
	summary = fmt.Sprintf("peer documents: %d compared, %d differences, %d explained\n", len(names), differences, explained)
}

// explain marks every row that is about the difference, and reports whether there is one.
func explain(rows []*row, name string, d difference) bool {
	is := false
	for _, r := range rows {
		if r.explains(name, d) {
			is = true
		}
	}
	return is
}
