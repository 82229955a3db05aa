package hcnemu

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

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
	case "stop":
		return "{}", "", n.host.Stop()
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
