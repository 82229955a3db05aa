package hnshost

import (
	"encoding/json"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// get makes a call of the bindings and returns its answer as a document of hcnspec. api names the HCN function for
// errors that do not name it themselves.
func get[Ours, Theirs any](api string, call func() (Theirs, error)) (ours Ours, err error) {
	defer catch(api, &err)
	theirs, err := call()
	if err != nil {
		return ours, translate(api, err)
	}
	return convert[Ours](api, theirs)
}

// put makes a call of the bindings with a document of hcnspec, and returns its answer as the same type.
func put[Ours, Theirs any](api string, document *Ours, call func(*Theirs) (*Theirs, error)) (*Ours, error) {
	theirs, err := convert[*Theirs](api, document)
	if err != nil {
		return nil, err
	}
	return get[*Ours](api, func() (*Theirs, error) { return call(theirs) })
}

// do makes a call of the bindings without an answer, for the objects with those IDs.
func do(api string, call func() error, ids ...string) (err error) {
	if err := checkIDs(api, ids...); err != nil {
		return err
	}
	defer catch(api, &err)
	return translate(api, call())
}

// checkIDs rejects IDs that are not GUIDs, with HNS's code. The bindings reject them too, before any call, but only the
// text of their error states why.
func checkIDs(api string, ids ...string) error {
	for _, id := range ids {
		if !hostnet.IsID(id) {
			return &hostnet.Error{API: api, Code: hostnet.CodeGUIDConversionFailure, Detail: fmt.Sprintf("%q is not a GUID", id)}
		}
	}
	return nil
}

// convert converts a document of hcnspec to the bindings' type or back; both are the same JSON.
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
