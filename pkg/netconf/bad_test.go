package netconf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

const badDir = "testdata/bad"

// badFiles are the bad configurations, one for each reason, by their file's name.
func badFiles(t *testing.T) map[string][]byte {
	t.Helper()
	return jsonFiles(t, badDir, 200)
}

// jsonFiles reads the files of a folder and fails if there are none.
func jsonFiles(t *testing.T, dir string, least int) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(dir + "/*.json")
	if err != nil || len(paths) < least {
		t.Fatalf("%d files in %s, want at least %d (%v)", len(paths), dir, least, err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = data
	}
	return files
}

// TestBadInputs compares every problem of every bad file with testdata/bad/messages.txt, a line for each
// file: its name and the messages with tabs between them.
func TestBadInputs(t *testing.T) {
	files := badFiles(t)
	var all strings.Builder
	for _, name := range sorted(files) {
		_, problems := Parse(Input{Verb: "ADD", Stdin: files[name]})
		if len(problems) == 0 {
			t.Errorf("%s: no problem", name)
		}
		all.WriteString(name)
		for _, p := range problems {
			all.WriteString("\t" + p.Error())
		}
		all.WriteString("\n")
	}
	golden.Compare(t, badDir+"/messages.txt", all.String())
	t.Logf("%d bad configurations", len(files))
}

// TestBadInputsAreLocated: every problem with a value of the document leads to a line and a column in it.
func TestBadInputsAreLocated(t *testing.T) {
	for name, data := range badFiles(t) {
		_, problems := Parse(Input{Verb: "ADD", Stdin: data})
		for _, p := range problems {
			line, column := p.Place.Line, p.Place.Column
			lost := strings.HasPrefix(p.Message, "is missing") || p.Path == ""
			if (line == 0 || column == 0) && !lost {
				t.Errorf("%s: %s is at line %d, column %d", name, p.Path, line, column)
			}
		}
	}
}

// TestBadInputsAndDEL: DEL accepts everything that names a network, and reports the rest as warnings. So does GC,
// except for its list of valid attachments, which DEL does not read.
func TestBadInputsAndDEL(t *testing.T) {
	for name, data := range badFiles(t) {
		_, add := Parse(Input{Verb: "ADD", Stdin: data})
		for _, verb := range []string{"DEL", "GC"} {
			c, problems := Parse(Input{Verb: verb, Stdin: data})
			nameless := strings.HasPrefix(name, "document-") || strings.HasPrefix(name, "name-") || c.Name == ""
			ofGC := strings.HasPrefix(name, "valid-attachments-")
			deadly := nameless || ofGC && verb == "GC"
			if len(problems) > 0 && !deadly {
				t.Errorf("%s of %s: %v", verb, name, problems)
			}
			for _, p := range add {
				told := fmt.Sprint(problems) + c.Warnings.Error()
				if !strings.Contains(told, p.Error()) && !(ofGC && verb == "DEL") {
					t.Errorf("%s of %s says nothing of %q", verb, name, p)
				}
			}
		}
	}
}
