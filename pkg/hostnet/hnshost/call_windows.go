package hnshost

import (
	"encoding/json"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// get makes a call of the bindings and returns its answer as one of our documents. api names the HCN
// function for errors that do not name it themselves.
func get[Ours, Theirs any](api string, call func() (Theirs, error)) (ours Ours, err error) {
	defer catch(api, &err)
	theirs, err := call()
	if err != nil {
		return ours, translate(api, err)
	}
	return convert[Ours](api, theirs)
}

// put makes a call of the bindings with one of our documents, and returns its answer as the same.
func put[Ours, Theirs any](api string, document *Ours, call func(*Theirs) (*Theirs, error)) (*Ours, error) {
	theirs, err := convert[*Theirs](api, document)
	if err != nil {
		return nil, err
	}
	return get[*Ours](api, func() (*Theirs, error) { return call(theirs) })
}

// do makes a call of the bindings that answers nothing and is about the objects with those IDs.
func do(api string, call func() error, ids ...string) (err error) {
	if err := checkIDs(api, ids...); err != nil {
		return err
	}
	defer catch(api, &err)
	return translate(api, call())
}

// checkIDs refuses what is no GUID, with HNS's code for it. The bindings refuse it too, before any call, but
// only the text of their error would tell why.
func checkIDs(api string, ids ...string) error {
	for _, id := range ids {
		if !hostnet.IsID(id) {
			return &hostnet.Error{API: api, Code: hostnet.CodeGUIDConversionFailure, Detail: fmt.Sprintf("%q is not a GUID", id)}
		}
	}
	return nil
}

// convert turns a document of ours into the bindings' or back; both are the same JSON.
func convert[To, From any](api string, from From) (to To, err error) {
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, &to)
	}
	if err != nil {
		return to, &hostnet.Error{API: api, Code: hostnet.CodeInvalidJSON, Detail: fmt.Sprintf("convert %T to %T: %v", from, to, err)}
	}
	return to, nil
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always is JSON
	return string(text)
}
