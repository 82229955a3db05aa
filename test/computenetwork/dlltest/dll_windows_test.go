package dlltest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const (
	noID      = "00000000-0000-0000-0000-000000000000"
	unknownID = "7e57ab1e-0000-4000-8000-00000000dead"
	anyQuery  = `{"SchemaVersion":{"Major":2,"Minor":0}}`
	badHandle = 0x7fff
)

// An emulator belongs to a process: all tests here share one on a fresh host, in this order of files.
func TestMain(m *testing.M) {
	if role := os.Getenv("DLLTEST_ROLE"); role != "" {
		os.Exit(roles[role]())
	}
	dir, err := os.MkdirTemp("", "dlltest")
	if err != nil {
		panic(err)
	}
	os.Setenv("HCNEMU_DIR", dir)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func wantOK(t *testing.T, step string, r reply) reply {
	t.Helper()
	if r.hr != 0 || r.record != "" {
		t.Fatalf("%s: HRESULT 0x%x, record %q", step, r.hr, r.record)
	}
	return r
}

// wantRefused fails the test unless there is a failing HRESULT and, if the function has such a parameter, an error
// record.
func wantRefused(t *testing.T, step string, r reply, hr uint32, recorded bool) {
	t.Helper()
	if r.hr != hr {
		t.Errorf("%s: HRESULT 0x%x, want 0x%x", step, r.hr, hr)
	}
	if !recorded {
		return
	}
	var record struct {
		Success   *bool
		Error     string
		ErrorCode uint32
	}
	if err := json.Unmarshal([]byte(r.record), &record); err != nil {
		t.Errorf("%s: error record %q: %v", step, r.record, err)
	}
	if record.Success == nil || *record.Success || record.Error == "" {
		t.Errorf("%s: error record %q does not say what failed", step, r.record)
	}
}

// TestEveryFunctionIsThere calls all 35 functions with an object that does not exist.
func TestEveryFunctionIsThere(t *testing.T) {
	notFound := map[string]uint32{
		"Network": 0x803b0001, "Endpoint": 0x803b0002, "Namespace": 0x80070490,
		"LoadBalancer": 0x80070490, "SdnRoute": 0x80070490,
	}
	for kind := range kinds {
		if got := wantOK(t, "enumerate "+kind, enumerate(kind, anyQuery)); got.text != "[]" && kind != "Namespace" {
			t.Errorf("fresh host has %ss: %s", kind, got.text)
		}
		wantRefused(t, "open "+kind, open(kind, unknownID), notFound[kind], true)
		wantRefused(t, "delete "+kind, remove(kind, unknownID), notFound[kind], true)
		for step, r := range map[string]reply{
			"modify": modify(kind, badHandle, "{}"), "query": query(kind, badHandle, anyQuery),
		} {
			wantRefused(t, step+" "+kind, r, 0x80070057, true)
		}
		wantRefused(t, "close "+kind, closeHandle(kind, badHandle), 0x80070057, false)
		if kind == "Endpoint" {
			wantRefused(t, "create "+kind, createEndpoint(badHandle, noID, "{}"), 0x80070057, true)
			continue
		}
		wantRefused(t, "create "+kind, create(kind, noID, "not JSON"), 0x803b001b, true)
	}
}

func TestObjectFromCreateToDelete(t *testing.T) {
	const id = "7e57ab1e-0000-4000-8000-000000000001"
	made := wantOK(t, "create", create("Namespace", id, `{"Type":"Host","SchemaVersion":{"Major":2,"Minor":0}}`))
	found := wantOK(t, "query", query("Namespace", made.handle, anyQuery))
	var document struct{ ID string }
	if err := json.Unmarshal([]byte(found.text), &document); err != nil || !strings.EqualFold(document.ID, id) {
		t.Errorf("document %s: %v, want ID %s", found.text, err, id)
	}
	wantOK(t, "close", closeHandle("Namespace", made.handle))
	wantRefused(t, "close again", closeHandle("Namespace", made.handle), 0x80070057, false)
	opened := wantOK(t, "open", open("Namespace", id))
	wantOK(t, "close", closeHandle("Namespace", opened.handle))
	if listed := wantOK(t, "enumerate", enumerate("Namespace", anyQuery)); !strings.Contains(strings.ToLower(listed.text), id) {
		t.Errorf("enumerate: %s, want %s among them", listed.text, id)
	}
	wantOK(t, "delete", remove("Namespace", id))
	wantRefused(t, "open after delete", open("Namespace", id), 0x80070490, true)
}

func TestHNSCallOfBothDLLs(t *testing.T) {
	here := wantOK(t, "computenetwork", hnsCall(computenetwork, "GET", "/globals/version", ""))
	there := wantOK(t, "vmcompute", hnsCall(vmcompute, "GET", "/globals/version", ""))
	if !strings.Contains(here.text, `"Major":13`) || here.text != there.text {
		t.Errorf("version by computenetwork.dll %s, by vmcompute.dll %s, want one answer with HNS 13", here.text, there.text)
	}
}
