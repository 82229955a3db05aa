package hostnet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

const (
	docFile    = "../../docs/errors.md"
	tableBegin = "<!-- the table is written by: go test ./pkg/hostnet -update -->\n"
	tableEnd   = "<!-- end of the table -->\n"
)

// ofClass is the plugins' action for rows without a special one.
var ofClass = map[hostnet.Class]string{
	hostnet.Permanent: "fails",
	hostnet.Transient: "retried until `hnsTimeoutSeconds`",
	hostnet.Brief:     "tried 4 times, then fails",
	hostnet.Exists:    "looks it up again",
}

func TestEveryCodeHasItsRow(t *testing.T) {
	var rows []hostnet.Code
	for _, row := range codeRows {
		rows = append(rows, row.code)
		if got := row.code.Class(); got != row.class {
			t.Errorf("%v is %v, want %v", row.code, got, row.class)
		}
		if row.code.Name() == "" || row.source == "" {
			t.Errorf("%v has no name or no source", row.code)
		}
	}
	codes := hostnet.Codes()
	slices.Sort(codes)
	slices.Sort(rows)
	if diff := cmp.Diff(codes, rows); diff != "" {
		t.Errorf("codes of the table in the code (-) and in the documentation (+):\n%s", diff)
	}
	if got := hostnet.Code(0xdead).Class(); got != hostnet.Permanent {
		t.Errorf("an unknown code is %v, want permanent", got)
	}
}

func TestDocumentationHasTheTable(t *testing.T) {
	golden.Section(t, docFile, tableBegin, tableEnd, errorTable())
}

func errorTable() string {
	var b strings.Builder
	b.WriteString("\n| code | name | class | what the plugins do | hint in the message | source |\n|---|---|---|---|---|---|\n")
	for _, row := range codeRows {
		does := row.does
		if does == "" {
			does = ofClass[row.class]
		}
		fmt.Fprintf(&b, "| `0x%x` | %s | %s | %s | %s | %s |\n", uint32(row.code), row.code.Name(), row.class, does, row.code.Hint(), row.source)
	}
	b.WriteString("\n")
	return b.String()
}

func TestMessages(t *testing.T) {
	var b strings.Builder
	for _, row := range codeRows {
		fmt.Fprintf(&b, "%s\n", &hostnet.Error{API: "HcnCreateEndpoint", Code: row.code})
	}
	golden.Compare(t, "testdata/messages.txt", b.String())
}
