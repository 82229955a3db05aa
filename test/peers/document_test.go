package peers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// document is a file of testdata/documents: what another project's plugin was given, and what it did. The requests and
// the form of the result are evidence; the answers are the emulator's. IDs are arbitrary.
type document struct {
	Case           string
	Plugin         string
	Version        string
	Conf           json.RawMessage
	NetworksBefore []json.RawMessage `json:"networks_before"`
	Host           string            // the emulator's host profile; "" for the default
	Add            outcome
	Del            outcome
}

// outcome is what a verb did.
type outcome struct {
	Exit   int
	Result json.RawMessage
	Calls  []call
}

// call is an HCN call with its request document.
type call struct {
	API     string
	Request json.RawMessage
}

func readDocuments(t *testing.T) []document {
	t.Helper()
	files, err := filepath.Glob("testdata/documents/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var all []document
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d document
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if d.Case+".json" != filepath.Base(file) {
			t.Errorf("%s: its case is %q", file, d.Case)
		}
		all = append(all, d)
	}
	return all
}

// podAddress returns the IPv4 address with which the peer created its endpoint, or "".
func (d *document) podAddress() string {
	for _, c := range d.Add.Calls {
		var e struct{ IPConfigurations []struct{ IPAddress string } }
		if c.API == "CreateEndpoint" && json.Unmarshal(c.Request, &e) == nil && len(e.IPConfigurations) > 0 {
			return e.IPConfigurations[0].IPAddress
		}
	}
	return ""
}

// hostEndpoint reports whether flanneld's endpoint of the host had the second address of the network: the first pod was
// refused that address, or had the third.
func (d *document) hostEndpoint() bool {
	return len(d.NetworksBefore) == 1 && strings.Contains(string(d.NetworksBefore[0]), `"cbr0"`)
}
