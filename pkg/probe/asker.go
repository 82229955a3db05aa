package probe

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Call is one HCN call of a probe with its documents, as stored in a report.
type Call struct {
	API      string `json:"api"`
	ID       string `json:"id,omitempty"`
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
	Error    string `json:"error,omitempty"`
}

// Asker makes the calls of one probe, and records them and the objects that have to be deleted.
type Asker struct {
	hcn     hostnet.HCN
	version hcnspec.Version
	uplink  string
	ids     *idSource
	calls   []Call
	made    []object
}

type object struct {
	kind hostnet.Kind
	id   string
}

// setupFailed ends a probe whose preparations failed: the question was not asked.
type setupFailed struct{ reason string }

func (a *Asker) record(api, id, request, response string, err error) {
	c := Call{API: api, ID: id, Request: request, Response: response}
	if err != nil {
		c.Error = err.Error()
	}
	a.calls = append(a.calls, c)
}

// answer returns the answer for err; an error that does not come from HNS ends the probe.
func (a *Asker) answer(err error) Answer {
	answer, fromHNS := answerOf(err)
	if !fromHNS {
		panic(setupFailed{err.Error()})
	}
	return answer
}

func (a *Asker) must(what string, err error) {
	if err != nil {
		panic(setupFailed{what + ": " + err.Error()})
	}
}

// Create creates an object and returns its ID and HNS's answer.
func (a *Asker) Create(kind hostnet.Kind, network, document string) (string, Answer) {
	id := a.ids.next()
	return id, a.CreateAs(kind, network, id, document)
}

// CreateAs is Create with a given ID.
func (a *Asker) CreateAs(kind hostnet.Kind, network, id, document string) Answer {
	err := a.hcn.Create(kind, network, id, document)
	a.record(kind.CreateAPI(), id, document, "", err)
	if err == nil {
		a.made = append(a.made, object{kind, id})
	}
	return a.answer(err)
}

// Made creates an object that the question needs. The probe ends if that fails.
func (a *Asker) Made(kind hostnet.Kind, network, document string) string {
	id := a.ids.next()
	err := a.hcn.Create(kind, network, id, document)
	a.record(kind.CreateAPI(), id, document, "", err)
	a.must("create "+string(kind), err)
	a.made = append(a.made, object{kind, id})
	return id
}

// Modify sends a modify request.
func (a *Asker) Modify(kind hostnet.Kind, id, request string) Answer {
	err := a.hcn.Modify(kind, id, request)
	a.record(kind.ModifyAPI(), id, request, "", err)
	return a.answer(err)
}

// Delete deletes an object.
func (a *Asker) Delete(kind hostnet.Kind, id string) Answer {
	err := a.hcn.Delete(kind, id)
	a.record(kind.DeleteAPI(), id, "", "", err)
	if err == nil {
		a.made = slices.DeleteFunc(a.made, func(o object) bool { return o == object{kind, id} })
	}
	return a.answer(err)
}

const anyQuery = `{"SchemaVersion":{"Major":2,"Minor":0}}`

// Query returns an object's document and HNS's answer.
func (a *Asker) Query(kind hostnet.Kind, id string) (string, Answer) {
	document, err := a.hcn.Query(kind, id, anyQuery)
	a.record(kind.QueryAPI(), id, anyQuery, document, err)
	return document, a.answer(err)
}

// Document returns the document of an object that exists. The probe ends if that fails.
func (a *Asker) Document(kind hostnet.Kind, id string) map[string]any {
	text, answer := a.Query(kind, id)
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); answer != OK || err != nil {
		panic(setupFailed{fmt.Sprintf("query %s %s: %s, %q", kind, id, answer, text)})
	}
	return document
}

// List returns the IDs of the objects that a query selects.
func (a *Asker) List(kind hostnet.Kind, query string) ([]string, Answer) {
	text, err := a.hcn.Enumerate(kind, query)
	a.record(kind.EnumerateAPI(), "", query, text, err)
	var ids []string
	if err == nil {
		a.must("read the list of "+string(kind)+"s", json.Unmarshal([]byte(text), &ids))
	}
	return ids, a.answer(err)
}

// Lists reports whether a query selects an object.
func (a *Asker) Lists(kind hostnet.Kind, query, id string) Answer {
	ids, answer := a.List(kind, query)
	if answer != OK {
		return answer
	}
	if slices.ContainsFunc(ids, func(other string) bool { return strings.EqualFold(other, id) }) {
		return "listed"
	}
	return "not listed"
}

// HNSCall makes a request of the older API.
func (a *Asker) HNSCall(method, path, request string) (string, Answer) {
	reply, err := a.hcn.HNSCall(method, path, request)
	a.record("HNSCall", method+" "+path, request, reply, err)
	return reply, a.answer(err)
}
