package hcnemu

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/probe"
)

// recording is the answer of a real host, and the situation in which it was given.
type recording struct {
	Number  string          `json:"number"`
	Version string          `json:"version"` // of the HNS
	Source  string          `json:"source"`
	Note    string          `json:"note,omitempty"` // which parts of the situation are inferred
	Profile json.RawMessage `json:"profile,omitempty"`
	Steps   []recordedStep  `json:"steps"`
	Chosen  []string        `json:"chosen,omitempty"` // fields that HNS chose: their form is compared, not the value
	Answer  map[string]any  `json:"answer,omitempty"` // of the last step
	Code    string          `json:"code,omitempty"`   // of the last step, if it failed
	Error   string          `json:"error,omitempty"`  // its text
}

// recordedStep is a call: "HNSCall POST /networks/", "Create Endpoint {network}", "Query Endpoint {id}", "Modify …",
// "Delete …", "reboot" or "restart". {name} stands for the ID of the step with that name.
type recordedStep struct {
	Call string          `json:"call"`
	Body json.RawMessage `json:"body,omitempty"`
	As   string          `json:"as,omitempty"`
}

// difference is a known difference in a field, with the reason.
type difference struct{ Number, Field, Reason string }

func load[T any](t *testing.T, path string) T {
	t.Helper()
	var v T
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// TestRecordings builds each recorded situation and compares every recorded field. A difference needs a line in
// differences.json; a line that no longer applies fails too.
func TestRecordings(t *testing.T) {
	recordings := load[[]recording](t, "testdata/recordings/recordings.json")
	explained := map[string]string{}
	for _, d := range load[[]difference](t, "testdata/recordings/differences.json") {
		explained[d.Number+" "+d.Field] = d.Reason
	}
	fields, different, used := 0, 0, map[string]bool{}
	for _, r := range recordings {
		t.Run(r.Number, func(t *testing.T) {
			got := r.replay(t)
			for path, want := range flat("", r.recorded()) {
				fields++
				have := got[path]
				if slices.ContainsFunc(r.Chosen, func(c string) bool { return path == c || strings.HasPrefix(path, c+".") }) {
					want, have = form(want), form(have)
				}
				if fmt.Sprint(want) == fmt.Sprint(have) {
					continue
				}
				different++
				key := r.Number + " " + path
				if explained[key] == "" {
					t.Errorf("%s: the host has %v, the emulator %v (%s)", path, want, have, r.Source)
				}
				used[key] = true
			}
		})
	}
	for key := range explained {
		if !used[key] {
			t.Errorf("%s: the difference is explained, and is none", key)
		}
	}
	documents := len(recordings) + compareReports(t, &fields, &different)
	t.Logf("recordings: %d documents, %d fields compared, %d differences, %d explained", documents, fields, different, len(used))
}

// compareReports compares the reports that `hcnctl probe --report` wrote on real hosts; there are none yet.
func compareReports(t *testing.T, fields, different *int) int {
	t.Helper()
	files, err := filepath.Glob("testdata/recordings/reports/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		report, err := probe.ParseReport(text)
		if err != nil {
			t.Fatal(err)
		}
		asked, _, _, _ := report.Counts()
		*fields += asked
		contradicted, _, err := probe.Compare(report)
		if err != nil {
			t.Fatal(err)
		}
		*different += len(contradicted)
		for _, d := range contradicted {
			t.Errorf("%s: %s: the host answered %s, the emulator %s", file, d.Probe.Name, d.Answer, d.Want)
		}
	}
	return len(files)
}

func (r recording) recorded() map[string]any {
	if r.Code == "" {
		return r.Answer
	}
	all := map[string]any{"code": r.Code}
	if r.Error != "" {
		all["error"] = r.Error
	}
	return all
}

// replay makes the calls and returns the fields of the last answer.
func (r recording) replay(t *testing.T) map[string]any {
	profile := map[string]any{}
	if r.Profile != nil {
		if err := json.Unmarshal(r.Profile, &profile); err != nil {
			t.Fatal(err)
		}
	}
	profile["version"] = r.Version
	n := newNode(t, mustJSON(profile))
	ids := map[string]string{}
	var answer string
	for i, step := range r.Steps {
		var err error
		call, body := step.Call, string(step.Body)
		for name, id := range ids {
			call, body = strings.ReplaceAll(call, "{"+name+"}", id), strings.ReplaceAll(body, "{"+name+"}", id)
		}
		var id string
		answer, id, err = n.step(strings.Fields(call), body)
		if err != nil && (i < len(r.Steps)-1 || r.Code == "") {
			t.Fatalf("%s: %v", call, err)
		}
		if err != nil {
			return errorFields(err)
		}
		ids[step.As] = id
	}
	if r.Code != "" {
		return map[string]any{"code": "0x0"}
	}
	var v any
	n.ok(json.Unmarshal([]byte(answer), &v))
	return flat("", v)
}

func errorFields(err error) map[string]any {
	var failed *hostnet.Error
	var record struct{ Error string }
	if errors.As(err, &failed) {
		_ = json.Unmarshal([]byte(failed.Detail), &record) // an error without a record has no text
	}
	return map[string]any{"code": hostnet.CodeOf(err).Hex(), "error": record.Error}
}

// step makes one call and returns the answer and the ID of the object that it created.
func (n testNode) step(call []string, body string) (answer, id string, err error) {
	n.Helper()
	switch call[0] {
	case "reboot":
		return "{}", "", n.host.Reboot()
	case "restart":
		return "{}", "", errors.Join(n.host.Stop(), n.host.Start())
	case "HNSCall":
		var reply struct{ Output json.RawMessage }
		text, err := n.host.HNSCall(call[1], call[2], body)
		if err != nil {
			return "", "", err
		}
		n.ok(json.Unmarshal([]byte(text), &reply))
		var made struct{ ID string }
		_ = json.Unmarshal(reply.Output, &made) // a list has no ID
		return string(reply.Output), made.ID, nil
	}
	kind := Kind(call[1])
	switch call[0] {
	case "Create":
		id, err := n.tryCreate(kind, strings.Join(call[2:], ""), body)
		return "{}", id, err
	case "Modify":
		return "{}", "", n.modify(kind, call[2], body)
	case "Delete":
		return "{}", "", n.host.Delete(kind, call[2])
	case "Enumerate":
		text, err := n.host.Enumerate(kind, "")
		return text, "", err
	case "Query":
		doc := n.query(kind, n.open(kind, call[2]))
		return mustJSON(doc), "", nil
	}
	return "", "", fmt.Errorf("no step is called %q", call[0])
}

// flat returns a JSON value as paths: Subnets.0.AddressPrefix. An empty list or object is a value.
func flat(path string, v any) map[string]any {
	all := map[string]any{}
	add := func(key string, value any) {
		for p, leaf := range flat(strings.TrimPrefix(path+"."+key, "."), value) {
			all[p] = leaf
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			add(key, value)
		}
		if len(v) == 0 {
			all[path] = "{}"
		}
	case []any:
		for i, value := range v {
			add(fmt.Sprint(i), value)
		}
		if len(v) == 0 {
			all[path] = "[]"
		}
	default:
		all[path] = v
	}
	return all
}

var (
	upperGUID = regexp.MustCompile(`^(NAT|ICS)?[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)
	lowerGUID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	dashedMAC = regexp.MustCompile(`^([0-9A-F]{2}-){5}[0-9A-F]{2}$`)
	prefix20  = regexp.MustCompile(`^172\.(1[6-9]|2\d|3[01])\.\d+\.0/20$`)
	anyIP     = regexp.MustCompile(`^[0-9.]+$`)
)

// form returns the form of a value that HNS chose.
func form(v any) string {
	text := fmt.Sprint(v)
	switch {
	case v == nil:
		return "nothing"
	case upperGUID.MatchString(text):
		return "GUID in upper case " + upperGUID.FindStringSubmatch(text)[1]
	case lowerGUID.MatchString(text):
		return "GUID in lower case"
	case dashedMAC.MatchString(text) && strings.HasPrefix(text, "00-15-5D-"):
		return "MAC of HNS"
	case prefix20.MatchString(text):
		return "a /20 of 172.16.0.0/12"
	case anyIP.MatchString(text):
		return "an address"
	}
	return fmt.Sprintf("%T", v)
}

// TestRecordedDocumentsKeepTheirFields: documents that hosts returned to the newer functions survive decoding and
// encoding.
func TestRecordedDocumentsKeepTheirFields(t *testing.T) {
	for name, text := range map[string]string{
		"endpoint of containerd#5729": `{"Name":"d48c3e47_Calico","HostComputeNetwork":"7198D0AB-9758-4C83-8CED-311F4DD0CF9C","Policies":[{"Type":"OutBoundNAT","Settings":{"Exceptions":["<your service cidr>","100.244.0.0/16"]}}],"IpConfigurations":[{"IpAddress":"100.244.206.68"}],"Dns":{"Search":["default.svc.cluster.local"],"ServerList":["10.96.0.10"],"Options":["ndots:5"]},"Routes":[{"NextHop":"100.244.206.65","DestinationPrefix":"0.0.0.0/0"}],"MacAddress":"0E-2A-64-f4-ce-44","SchemaVersion":{"Major":2,"Minor":0}}`,
	} {
		var doc hcnspec.Endpoint
		var want, got any
		if err := errors.Join(json.Unmarshal([]byte(text), &doc), json.Unmarshal([]byte(text), &want), json.Unmarshal([]byte(mustJSON(doc)), &got)); err != nil {
			t.Fatal(err)
		}
		have := flat("", got)
		for path, value := range flat("", want) {
			if fmt.Sprint(have[path]) != fmt.Sprint(value) {
				t.Errorf("%s: %s is %v, was %v", name, path, have[path], value)
			}
		}
	}
}
